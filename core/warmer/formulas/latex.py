r"""Formulas as LaTeX: words upright, parameters called like Greek letters as these.

Weights and inputs are w and x where one of them is meant (`w_{0}`, `\sum_i w_i x_i`). Parentheses
follow the same rule as in the text, so that the order of evaluation can be read.
"""

import re
from collections.abc import Mapping

from warmer.formulas.expression import Node
from warmer.formulas.text import (
    ATOM,
    BINARY,
    CHOICE,
    POWER,
    PRODUCT,
    RELATION,
    SIGN,
    SUM,
    Piece,
    Symbols,
    TextWriter,
    constant_text,
    extreme_of,
)
from warmer.formulas.vector import is_whole

GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega".split()
)
SIGNS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}
SYMBOLS = {"*": r"\cdot", "%": r"\bmod"}
KNOWN = frozenset("exp log sin cos tan sinh cosh tanh".split())
LETTERS = {"weights": "w", "inputs": "x"}


def latex(
    node: Node, names: Mapping[Node, str] | None = None, symbols: Symbols | None = None
) -> str:
    r"""Write an expression as LaTeX (without dollar signs).

    Parameters: as for `text`.

    >>> from warmer.formulas.expression import Graph
    >>> graph = Graph()
    >>> weight, alpha, weight_delta = map(graph.symbol, ("weight", "alpha", "weight_delta"))
    >>> print(latex(weight - alpha * weight_delta / 2))
    \mathrm{weight} - \frac{\alpha \cdot \mathrm{weight\_delta}}{2}
    """
    named = {id(known): name for known, name in (names or {}).items()}
    return LatexWriter(named, symbols).write(node)


def latex_name(name: str) -> str:
    r"""Write a name: Greek where it is, upright where it is a word, digits below.

    >>> latex_name("beta1"), latex_name("weight_delta"), latex_name("t2"), latex_name("clip.mu")
    ('\\beta_{1}', '\\mathrm{weight\\_delta}', 't_{2}', '\\mathrm{clip}.\\mu')
    """
    return ".".join(map(_word, name.split(".")))


def _word(word: str) -> str:
    found = re.fullmatch(r"(.*?)_?(\d*)", word)
    assert found is not None  # every word fits
    stem, digits = found.groups()
    below = f"_{{{digits}}}" if digits else ""
    plain = stem.removesuffix("_")
    if plain in GREEK:
        return ("o" if plain == "omicron" else f"\\{plain}") + below
    if len(stem) == 1 and stem.isalpha():
        return stem + below
    escaped = stem.replace("_", r"\_")
    return rf"\mathrm{{{escaped}}}{below}"


class LatexWriter(TextWriter):
    """Writes expressions as LaTeX."""

    def name(self, _node: Node, name: str) -> Piece:
        """Write an expression that has a name."""
        return latex_name(name), ATOM

    def compose(self, node: Node, parts: list[Piece]) -> Piece:
        """Write one operation, from its written arguments."""
        operation = node.operation
        if not node.arguments:
            return self.leaf(node)
        plain = [part for part, _ in parts]
        if operation == "/":
            return rf"\frac{{{plain[0]}}}{{{plain[1]}}}", PRODUCT
        if operation == "//":
            return rf"\left\lfloor\frac{{{plain[0]}}}{{{plain[1]}}}\right\rfloor", ATOM
        if operation in ("floor", "ceil"):
            return rf"\left\l{operation} {plain[0]}\right\r{operation}", ATOM
        if operation in BINARY:
            level = BINARY[operation]
            sign = SYMBOLS.get(operation, operation)
            return f"{_within(parts[0], level)} {sign} {_within(parts[1], level + 1)}", level
        if operation == "**":
            return f"{_within(parts[0], ATOM)}^{{{plain[1]}}}", POWER
        if operation == "negative":
            return f"-{_within(parts[0], POWER)}", SIGN
        if operation in SIGNS:
            left, right = (_within(part, SUM) for part in parts)
            return f"{left} {SIGNS[operation]} {right}", RELATION
        if operation == "select" and len(parts) == 2:
            return rf"\{extreme_of(node)}\left({', '.join(plain)}\right)", ATOM
        if operation == "select":
            return self._cases(plain), CHOICE
        if operation == "sqrt":
            return rf"\sqrt{{{plain[0]}}}", ATOM
        if operation == "abs":
            return rf"\left|{plain[0]}\right|", ATOM
        called = rf"\{operation}" if operation in KNOWN else _operator(operation)
        return rf"{called}\left({', '.join(plain)}\right)", ATOM

    def leaf(self, node: Node) -> Piece:
        """Write a number, a symbol, an element or a sum of products."""
        if node.operation == "constant":
            return _number(constant_text(node))
        if node.operation == "symbol":
            return latex_name(super().leaf(node)[0]), ATOM
        if node.operation == "element":
            vector, index = node.value
            return f"{LETTERS[vector]}_{{{index}}}", ATOM
        (left, start, stop), (right, other, _) = node.value
        if all(is_whole(node.graph, span) for span in node.value):
            return rf"\sum_i {LETTERS[left]}_i {LETTERS[right]}_i", SUM
        shift = f"i{other - start:+d}" if other != start else "i"
        limits = rf"\sum_{{i={start}}}^{{{stop - 1}}}"
        return rf"{limits} {LETTERS[left]}_{{i}} {LETTERS[right]}_{{{shift}}}", SUM

    def _cases(self, parts: list[str]) -> str:
        condition, if_true, if_false = parts
        first = rf"\begin{{cases}} {if_true} & \text{{if }} {condition} \\ "
        inner = re.fullmatch(r"\\begin\{cases\} (.*) \\end\{cases\}", if_false)
        if inner and if_false.count(r"\begin{cases}") == 1:  # a chain of elif
            return first + if_false.removeprefix(r"\begin{cases} ")
        return first + rf"{if_false} & \text{{otherwise}} \end{{cases}}"


def _within(piece: Piece, level: int) -> str:
    return piece[0] if piece[1] >= level else rf"\left({piece[0]}\right)"


def _operator(name: str) -> str:
    if name == "error_at":
        return r"\mathrm{error\_at}"
    return rf"\operatorname{{{name}}}"


def _number(text: str) -> Piece:
    if text.lstrip("-") in ("inf", "nan"):
        return text.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}"), SIGN
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return text, SIGN if text.startswith("-") else ATOM
    power = f"10^{{{int(exponent)}}}"
    if mantissa == "1":
        return power, POWER
    return rf"{mantissa} \cdot {power}", PRODUCT
