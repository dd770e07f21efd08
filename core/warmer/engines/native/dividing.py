"""Division with a remainder, as Python divides floats: `//` and `%`.

Like `float_divmod` of CPython: the remainder of the C library, which is exact, is given the sign of
the divisor, and the quotient is brought to the nearest whole number.
"""

from warmer.engines.native.emitter import Emitter, Value, boolean, literal


def modulo(emitter: Emitter, left: Value, right: Value) -> Value:
    """Write `left % right`, for a divisor other than 0."""
    rest, turned = _remainder(emitter, left, right)
    added = _number(emitter, "fadd", rest, right)
    rest = _select(emitter, turned, added, rest)
    zero = _zero(right)
    exact = _compare(emitter, "oeq", rest, zero)
    return _select(emitter, exact, emitter.call("llvm.copysign", [zero, right]), rest)


def floor_divide(emitter: Emitter, left: Value, right: Value) -> Value:
    """Write `left // right`, for a divisor other than 0."""
    rest, turned = _remainder(emitter, left, right)
    zero, one = _zero(right), literal(1.0, right.width)
    quotient = _number(emitter, "fdiv", _number(emitter, "fsub", left, rest), right)
    quotient = _select(emitter, turned, _number(emitter, "fsub", quotient, one), quotient)
    whole = emitter.call("llvm.floor", [quotient])
    above = _number(emitter, "fsub", quotient, whole)
    far = _compare(emitter, "ogt", above, literal(0.5, right.width))
    whole = _select(emitter, far, _number(emitter, "fadd", whole, one), whole)
    signed = emitter.call("llvm.copysign", [zero, _number(emitter, "fdiv", left, right)])
    return _select(emitter, _compare(emitter, "oeq", quotient, zero), signed, whole)


DIVISIONS = {"//": floor_divide, "%": modulo}


def _remainder(emitter: Emitter, left: Value, right: Value) -> tuple[Value, str]:
    """The remainder with the sign of the left number, and whether the right one has another."""
    rest, zero = emitter.call("fmod", [left, right]), _zero(right)
    signs = (_compare(emitter, "olt", each, zero) for each in (rest, right))
    kind = boolean(right.width)
    differ = emitter.let(f"xor {kind} {', '.join(signs)}")
    some = _compare(emitter, "une", rest, zero)
    return rest, emitter.let(f"and {kind} {differ}, {some}")


def _zero(like: Value) -> Value:
    return literal(0.0, like.width)


def _number(emitter: Emitter, operation: str, left: Value, right: Value) -> Value:
    return emitter.number(f"{operation} {left.type} {left}, {right}", left.width)


def _compare(emitter: Emitter, relation: str, left: Value, right: Value) -> str:
    return emitter.let(f"fcmp {relation} {left.type} {left}, {right}")


def _select(emitter: Emitter, condition: str, if_true: Value, if_false: Value) -> Value:
    chosen = f"{boolean(if_true.width)} {condition}"
    type_ = if_true.type
    return emitter.number(f"select {chosen}, {type_} {if_true}, {type_} {if_false}", if_true.width)
