"""Small faults, one at a time: comparisons, numbers, conditions and what is done turned about."""

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

COMPARISONS = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult, ast.LShift: ast.RShift, ast.BitAnd: ast.BitOr,
}  # fmt: skip

NOTHING = ("None", "False")  # what a return without a value says as well


class Fault(NamedTuple):
    """A change to a tree: `where[key] = value`, where the field of a node counts as an item."""

    line: int
    last: int
    what: str
    where: Any
    key: Any
    value: Any


def faults(tree: ast.Module) -> Iterator[Fault]:
    """Every fault that can be put into a module, always in the same order."""
    quiet = {id(part) for node in ast.walk(tree) for part in _unsaid(node)}
    for node in ast.walk(tree):
        if id(node) in quiet:
            continue
        for what, where, key, value in (*_of_expression(node), *_of_statements(node)):
            place = where[key] if isinstance(where, list) else node
            place = place if hasattr(place, "lineno") else node
            yield Fault(place.lineno, place.end_lineno, what, where, key, value)


def faulty(source: str, number: int) -> tuple[Fault, ast.Module]:
    """Put one fault into the source of a module; answers the fault and the tree with it."""
    tree = ast.parse(source)
    fault = [*faults(tree)][number]
    if isinstance(fault.where, list):
        fault.where[fault.key] = fault.value
    else:
        setattr(fault.where, fault.key, fault.value)
    return fault, ast.fix_missing_locations(tree)


def _unsaid(node: ast.AST) -> Iterator[ast.AST]:
    """What is never evaluated: annotations, and the format of a number in a text."""
    for name in ("annotation", "returns", "format_spec"):
        if getattr(node, name, None) is not None:
            yield from ast.walk(getattr(node, name))


Change = tuple[str, Any, Any, Any]


def _of_expression(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                other = COMPARISONS[type(op)]
                yield f"{_name(op)} becomes {other.__name__}", ops, place, other()
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in ARITHMETIC:
            other = ARITHMETIC[type(op)]
            yield f"{_name(op)} becomes {other.__name__}", node, "op", other()
        case ast.BoolOp(op=op):
            other = ast.Or if isinstance(op, ast.And) else ast.And
            yield f"{_name(op)} becomes {other.__name__}", node, "op", other()
        case ast.Constant(value=bool() as value):
            yield f"{value} becomes {not value}", node, "value", not value
        case ast.Constant(value=int() | float() as value):
            yield f"{value} becomes {value + 1}", node, "value", value + 1
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            yield "a condition is negated", node, "test", ast.UnaryOp(ast.Not(), test)
        case ast.comprehension(ifs=ifs):
            for place, test in enumerate(ifs):
                yield "a condition is negated", ifs, place, ast.UnaryOp(ast.Not(), test)


def _of_statements(node: ast.AST) -> Iterator[Change]:
    for name in ("body", "orelse", "finalbody"):
        statements = getattr(node, name, None)
        for place, each in enumerate(statements if isinstance(statements, list) else []):
            match each:
                case ast.Raise():
                    yield "a raise is left out", statements, place, ast.Pass()
                case ast.Expr(value=ast.Call()):
                    yield "a call is left out", statements, place, ast.Pass()
                case ast.Return(value=ast.expr() as value) if ast.unparse(value) not in NOTHING:
                    yield "a return answers None", statements, place, ast.Return()
                case ast.Continue() | ast.Break():
                    yield f"a {_name(each).lower()} is left out", statements, place, ast.Pass()


def _name(node: ast.AST) -> str:
    return type(node).__name__
