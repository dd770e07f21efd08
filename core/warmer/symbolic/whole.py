"""Whole numbers: where Python's exact ints and the floats of a formula could part ways.

`step` and int parameters are ints for a plugin and floats in its formula. The two agree as long
as no result leaves the whole numbers that a float can hold, and as long as no zero has a sign:
`-0` is `0` for ints and `-0.0` for floats. A range is kept for every node that may stand for an
int, and where it does not rule these two cases out, a guard is recorded.
"""

from collections.abc import Iterator, Sequence

Range = tuple[float, float]

EXACT = 2.0**53  # every whole number up to here is a float
WIDEST = 2.0**50  # what steps and int parameters are taken to stay within


def range_of(operation: str, operands: Sequence[Range | None]) -> Range | None:
    """Say within which bounds a result lies that may be an int; None where it never is one."""
    known = [operand for operand in operands if operand is not None]
    if len(known) < len(operands):
        return None
    match operation, known:
        case "+", ((a, b), (c, d)):
            return a + c, b + d
        case "-", ((a, b), (c, d)):
            return a - d, b - c
        case "*", ((a, b), (c, d)):
            products = (a * c, a * d, b * c, b * d)
            return min(products), max(products)
        case "**", ((a, b), (_, d)):
            return _power(max(abs(a), abs(b)), max(d, 0.0), a < 0)
        case "negative", ((a, b),):
            return -b, -a
        case "abs", ((a, b),):
            return 0.0, max(abs(a), abs(b))
    return None


def range_of_either(left: Range | None, right: Range | None) -> Range | None:
    """Say within which bounds one of two lies where it is an int."""
    if left is None or right is None:
        return left or right
    return min(left[0], right[0]), max(left[1], right[1])


def leaves_floats(result: Range) -> bool:
    """Say whether a result may be too large for every whole number to be a float."""
    return max(-result[0], result[1]) > EXACT


def loses_sign(operation: str, operands: Sequence[Range | None]) -> bool:
    """Say whether a result may be a zero that has a sign as a float and none as an int."""

    def pairs() -> Iterator[tuple[Range, Range]]:
        if operation == "negative" and operands[0] is not None:
            yield operands[0], (-1.0, -1.0)
        if operation == "*" and operands[0] is not None and operands[1] is not None:
            yield operands[0], operands[1]
            yield operands[1], operands[0]

    return any(a[0] <= 0 <= a[1] and b[0] < 0 for a, b in pairs())


def _power(base: float, exponent: float, signed: bool) -> Range:
    try:
        most = max(base, 1.0) ** exponent
    except OverflowError:
        most = float("inf")
    return (-most if signed else 0.0), most
