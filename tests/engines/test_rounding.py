"""Division with a remainder, and rounding: every engine gives Python's own bits, and its errors."""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import warmer
from warmer.engines.python import PythonEngine

FLOATS: dict[str, Callable[[float, float], float]] = {
    "%": lambda a, b: a % b,
    "//": lambda a, b: a // b,
    "divmod": lambda a, b: divmod(a, b)[0] - divmod(a, b)[1],
    "rdivmod": lambda a, b: divmod(7.5, b)[0] + divmod(-3, a)[1],
    "fmod": math.fmod,
    "floor": lambda a, b: math.floor(a) * b,
    "ceil": lambda a, b: math.ceil(a) * b,
    "trunc": lambda a, b: math.trunc(a) * b,
    "round": lambda a, b: round(a) * b,
}
INTS: dict[str, Callable[[float, float], float]] = {
    "products": lambda a, b: math.floor(a) % 7 * -math.ceil(b) // 3 - round(a) * math.trunc(b),
    "signs": lambda a, b: (math.floor(a) * -1) * 1.0 * (math.ceil(b) % -5) * -2.0,
    "divided": lambda a, b: math.floor(a) // math.ceil(b) / 4 - math.trunc(a) % round(b),
}
PERHAPS_INTS: dict[str, Callable[[float, float], float]] = {
    "powers": lambda a, b: 2 ** min(max(round(a), -70), 70) * abs(math.floor(b)),
    "branches": lambda a, b: (math.floor(a) if a > b else a) * (math.ceil(b) if a > 0 else -0.0),
}
finite = st.floats(allow_nan=False, allow_infinity=False)
small = st.integers(-40, 40).map(lambda number: number / 2)
special = st.sampled_from([-0.0, 5e-324, -5e-324, 2.0**53, 1 - 2.0**53, 0.1, 1e300])
numbers = finite | st.floats(-20, 20) | small | special


@attrs.frozen(eq=False)
class Constant:
    """A comparison that makes weight_delta the input."""

    @warmer.hookimpl
    def compare(self, prediction, target):
        return warmer.Comparison(1.0, 1.0)


@cache
def rule_of(operation: Callable[[float, float], float]) -> Any:
    """A rule that moves a weight to what an operation makes of it and weight_delta."""

    @attrs.frozen(eq=False)
    class Made:
        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return operation(weight, weight_delta)

    return Made


def literal(operation: Callable[[float, float], float], pair: tuple[float, float]) -> float | None:
    """What Python itself gives; None where it raises, or leaves the floats."""
    try:
        value = float(operation(*pair))
    except (ArithmeticError, ValueError):
        return None
    return value if math.isfinite(value) else None


def moved(operation: Any, pairs: Any, engine: str) -> list[str]:
    """The bits of the new weights after a step, each from a weight and its weight_delta."""
    weights, inputs = (list(each) for each in zip(*pairs, strict=True))
    run = warmer.train(
        [inputs], [0.0], rule_of(operation), compare=Constant, weights=weights, steps=1,
        engine=engine,
    )  # fmt: skip
    return [weight.hex() for weight in run.weights.tolist()]


@pytest.fixture(scope="module", autouse=True)
def unaided():
    """A switch: while its list has an entry, no engine may leave a step to `python`."""
    alone: list[str] = []
    advance = PythonEngine.advance

    def refuse(self, *given):
        assert not alone, "left to python"
        return advance(self, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PythonEngine, "advance", refuse)
        yield alone


@pytest.mark.parametrize("engine", ["arrays", "native"])
@pytest.mark.parametrize("named", [*FLOATS, *INTS])
@settings(max_examples=12)
@given(data=st.data())
def test_same_bits_as_python(unaided, engine, named, data) -> None:
    """Numbers of every kind give Python's bits, on each engine alone.

    Only ints beyond 2**53, which floats cannot hold, are left to Python.
    """
    kind = small if named in INTS else numbers
    operation = (FLOATS | INTS)[named]
    pairs = data.draw(st.lists(st.tuples(kind, kind), min_size=1, max_size=11))
    pairs = [pair for pair in pairs if literal(operation, pair) is not None]
    if pairs:
        pairs = (pairs * 11)[:11]  # one kernel for all
        unaided.append("here")
        try:
            found = moved(operation, pairs, engine)
        finally:
            unaided.clear()
        assert found == [literal(operation, pair).hex() for pair in pairs]


@pytest.mark.parametrize("engine", ["arrays", "native"])
@pytest.mark.parametrize("named", [*INTS, *PERHAPS_INTS])
@settings(max_examples=12)
@given(pair=st.tuples(numbers, numbers))
def test_ints_of_any_size(engine, named, pair) -> None:
    """Arithmetic of ints gives Python's bits however large they are."""
    operation = (INTS | PERHAPS_INTS)[named]
    if literal(operation, pair) is not None:
        assert moved(operation, [pair], engine) == [literal(operation, pair).hex()]


INFINITE = "weight * 1e308 * 1e308"
FAULTS = {
    "% of 0": "weight % weight_delta",
    "// of 0": "weight // weight_delta",
    "divmod of 0": "divmod(weight, weight_delta)[0]",
    "fmod of 0": "math.fmod(weight, weight_delta)",
    "int % of 0": "math.floor(weight) % math.floor(weight_delta)",
    "fmod of inf": f"math.fmod({INFINITE}, weight)",
    "% of inf": f"{INFINITE} % weight",
    "// of inf": f"{INFINITE} // weight",
    "% by inf": f"-weight % ({INFINITE}) * 0",
    "% by inf, of its sign": f"weight % ({INFINITE})",
    "// by inf": f"-weight // ({INFINITE})",
    **{f"{name} of inf": f"math.{name}({INFINITE})" for name in ("floor", "ceil", "trunc")},
    **{f"{name} of nan": f"math.{name}({INFINITE} * 0)" for name in ("floor", "ceil", "trunc")},
    "round of inf": f"round({INFINITE})",
    "round of nan": f"round({INFINITE} * 0)",
    "a large int": "(math.floor(weight * 1e200) + 1) % 1000",
    "a huge int": "math.floor(weight * 1e200) ** 2",
}


@pytest.mark.parametrize("engine", ["arrays", "native"])
@pytest.mark.parametrize("named", FAULTS)
def test_the_same_errors(engine, named) -> None:
    """What Python does not compute ends as it does in Python, on every engine."""
    rule = rule_of(eval(f"lambda weight, weight_delta: {FAULTS[named]}", {"math": math}))

    def ending(engine: str) -> Any:
        try:
            run = warmer.train(
                [0.0], [0.0], rule, compare=Constant, weights=[3.5], steps=1, engine=engine
            )
        except warmer.HookError as error:
            return str(error)
        return run.outcome, run.weights.tolist()

    assert ending(engine) == ending("python")
