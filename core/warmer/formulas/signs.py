"""Signs: which expressions are never negative, whatever numbers are put in."""

from warmer.formulas.expression import Node, in_order

Signs = frozenset[int]  # nodes whose signs multiplied are the sign; none where never negative

MINUS = 0  # stands for -1; no node has this identity
NEVER_NEGATIVE = frozenset(("abs", "sqrt", "exp", "cosh", "acosh", "acos", "erfc"))
ODD = frozenset(("log1p", "expm1", "tanh", "sinh", "asinh", "atan", "asin", "atanh", "erf"))
"""Functions whose value has the sign of their argument."""


def never_negative(node: Node) -> bool:
    """Say whether an expression is 0, above or nan, for any numbers that it stands on.

    Products of equal factors, absolute values, and sums, quotients and branches of such are found
    out; of what remains it says that it may be negative.

    >>> from warmer.formulas.expression import Graph
    >>> x = Graph().symbol("x")
    >>> never_negative(0.5 * x * x + abs(x)), never_negative(x * x - 1)
    (True, False)
    """
    signs: dict[int, Signs] = {}
    for each in in_order(node):
        signs[id(each)] = _signs(each, [signs[id(argument)] for argument in each.arguments])
    return not signs[id(node)]


def _signs(node: Node, known: list[Signs]) -> Signs:
    unknown = frozenset((id(node),))
    match node.operation, known:
        case "constant", _:
            return frozenset() if node.value >= 0 else frozenset((MINUS,))
        case operation, _ if operation in NEVER_NEGATIVE:
            return frozenset()
        case operation, [of] if operation in ODD:
            return of
        case "negative", [of]:
            return of ^ {MINUS}
        case "*" | "/", [left, right]:
            return left ^ right
        case "**", [of, _] if not of or _is_even(node.arguments[1]):
            return frozenset()
        case "+", [left, right] if left == right:
            return left
        case "-", [left, right] if left == right ^ {MINUS}:
            return left
        case "select", [_, left, right] if left == right:
            return left
    return unknown


def _is_even(node: Node) -> bool:
    return node.operation == "constant" and bool(node.value % 2 == 0)
