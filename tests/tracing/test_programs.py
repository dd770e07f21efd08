"""Random programs: the formula of each gives its bits, and so does the formula's text."""

import math
from collections.abc import Callable
from typing import Any

import hypothesis
from hypothesis import strategies as st

from warmer.formulas.evaluation import evaluate
from warmer.formulas.expression import UntraceableError
from warmer.formulas.functions import FUNCTIONS, ROUNDINGS
from warmer.formulas.text import TextWriter, definitions, text
from warmer.plugins.network import UNASKED
from warmer.tracing.reader import trace_learn

LEAVES = [
    "weight", "weight_delta", "error", "step", "self.alpha", "self.count", "self.half",
    "0", "1", "-1", "2", "-2.0", "0.5", "-0.0", "1e-9", "3.5", "x", "y",
]  # fmt: skip
UNARY = [
    "-({})", "abs({})", "math.tanh({})", "math.sqrt(abs({}))", "math.exp({})", "math.log({})",
    "math.floor({})", "math.ceil({})", "math.trunc({})", "round({})",
]  # fmt: skip
BINARY = [
    "({}) + ({})", "({}) - ({})", "({}) * ({})", "({}) / ({})", "min({}, {})", "max({}, {})",
    "math.copysign({}, {})", "({}) ** ({})", "({}) % ({})", "({}) // ({})", "math.fmod({}, {})",
    "divmod({}, {})[1]",
]  # fmt: skip
CONDITIONS = [
    "({}) < ({})", "({}) >= ({})", "({}) == ({})", "not ({}) > ({})", "({}) != 0 and ({}) <= 1",
    "({}) or ({}) < 0",
]  # fmt: skip

expressions = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.builds(str.format, st.sampled_from(UNARY), inner),
        st.builds(str.format, st.sampled_from(BINARY), inner, inner),
        st.builds(
            "({1}) if {0} else ({2})".format,
            st.builds(str.format, st.sampled_from(CONDITIONS), inner, inner),
            inner,
            inner,
        ),
    ),
    max_leaves=8,
)  # fmt: skip
conditions = st.builds(str.format, st.sampled_from(CONDITIONS), expressions, expressions)
variables = st.sampled_from(["x", "y"])
assignments = st.builds("{} = {}".format, variables, expressions)
branches = st.builds(
    "if {}:\n        {}\n    else:\n        {}".format, conditions, assignments, assignments
)
returns = st.builds("if {}:\n        return {}".format, conditions, expressions)
programs = st.builds(
    lambda statements, result: "\n    ".join(
        [
            "def learn(self, weight, weight_delta, error, step):",
            "x, y = weight, error",
            *statements,
            f"return {result}",
        ]
    ),
    st.lists(st.one_of(assignments, branches, returns), max_size=4),
    expressions,
)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(
    [0.0, -0.0, 1.0, -1.0, 0.5, 2.0]
)

REASONS = [
    "64 ways",
    "Error: ",  # on every way
    "complex",  # a negative number to a power
    "not a number",
    "single numbers",
    "leave the floats",  # ints, of which Python has larger ones
]
"""Why a program may have no formula."""


class Lines(dict[str, Any]):
    """Lines of a formula, each computed when it is first asked for."""

    def __init__(self, known: dict[str, Any], lines: dict[str, str]):
        super().__init__(known)
        self._lines = lines

    def __missing__(self, name: str) -> Any:
        self[name] = eval(self._lines[name], {}, self)
        return self[name]


@hypothesis.settings(
    max_examples=75,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@hypothesis.given(
    program=programs, rows=st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=5)
)
def test_programs(program, rows, rule_of: Callable[..., Any], network_of: Callable[..., Any]):
    """A formula, and Python computing its text, give the bits of the program it was read from.

    Wherever that is not so (an error, an int beyond the floats), the formula's fault says so.
    """
    space: dict[str, Any] = {"math": math, "__name__": "program"}
    exec(program, space)
    network = network_of(rule_of(space["learn"]))
    formula = refused = None
    try:
        formula = trace_learn(network)
    except UntraceableError as error:
        refused = str(error)
    if formula is None:
        assert any(why in refused for why in REASONS)
        return
    named: dict[int, str] = {}
    lines = list(definitions([("weight", formula.weight)], named))
    writer = TextWriter(named)
    *shared, (_, main) = [(name, writer.write(node)) for name, node in lines]
    for weight, weight_delta, error in rows:
        for step in (1, 4):
            evidence = {
                "weight": weight, "weight_delta": weight_delta, "error": abs(error), "step": step,
            }  # fmt: skip
            known = {("", name): float(value) for name, value in evidence.items()}
            known |= network.parameters
            try:
                fault = evaluate(formula.fault, known)
            except (ArithmeticError, ValueError):
                fault = True
            try:
                theirs = network.hook.learn(**{**UNASKED, **evidence})
                float(theirs)
            except Exception:  # noqa: BLE001 - whatever a program raises
                assert fault
                continue
            if fault:
                continue
            mine = evaluate(formula.weight, known)
            parameters = {"alpha": 0.1, "count": 3, **FUNCTIONS, **ROUNDINGS, **evidence}
            again = eval(main, {"inf": math.inf, "nan": math.nan}, Lines(parameters, dict(shared)))
            assert float(mine).hex() == float(theirs).hex() == float(again).hex(), text(
                formula.weight
            )
