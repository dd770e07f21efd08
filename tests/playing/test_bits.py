"""The steps that a page takes have the bits of those that warmer takes in Python."""

import json
import math
import random
import struct
from itertools import product
from pathlib import Path

import attrs
import numpy as np
import pytest

import warmer
from warmer.formulas.evaluation import CALLABLES
from warmer.formulas.expression import Graph, in_order
from warmer.formulas.functions import FUNCTIONS, ROUNDINGS
from warmer.formulas.javascript import Statements, helpers_text
from warmer.playing.document import script_of
from warmer.playing.sides import side_of
from warmer.playing.squeezing import squeezed
from warmer.tracing.reader import trace_network
from warmer.training.tasks import task_of

pytestmark = pytest.mark.port("browser")

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
ADAM = f"{EXAMPLES}/warmer-adam/warmer_adam.py:Adam"
MOMENTUM = f"{EXAMPLES}/warmer-momentum/warmer_momentum.py:Momentum"
HUBER = f"{EXAMPLES}/warmer-huber/warmer_huber.py:Huber"
TWO_LAYERS = f"{EXAMPLES}/warmer-two-layers/warmer_two_layers.py:TwoLayers"
RULES = ("alpha-scaled", "hot-and-cold", "raw-gradient", ADAM, MOMENTUM)
MODIFIERS = ("clip", "clip-norm", "decay", "decoupled-decay", "average", "schedule")
APPROXIMATE = {*FUNCTIONS, "**"} - {"sqrt", "copysign", "fmod"}
"""Operations that a browser has of its own; all others have the same bits."""


@attrs.frozen(eq=False)
class Asking:
    """A rule that asks for all evidence of one weight that plain numbers are."""

    alpha: float = warmer.param(0.05, above=0)

    @warmer.hookimpl
    def learn(
        self, weight, weight_delta, error, step, steps, passes, weight_norm, weight_delta_norm
    ):
        share = self.alpha / (1 + passes / steps + error / (step + weight_norm))
        return weight - share * weight_delta / (1 + weight_delta_norm)


@attrs.frozen(eq=False)
class Bent:
    """A predictor in which weights have their say in several places."""

    bend: float = warmer.param(0.3)

    @warmer.hookimpl
    def predict(self, weights, inputs):
        bent = self.bend * weights[0] * inputs[0] * inputs[0]
        return warmer.dot(weights, inputs) + bent + warmer.dot(weights[:1], weights[:1]) / 7


# Rule, predictor, comparison, modifiers, rows, batch. 70 rows of 9 inputs have two blocks of rows,
# and sums over features in lanes.
NETWORKS = [
    (*each, (), 1, "full")
    for each in product(
        RULES, ("linear", "logistic"), ("squared-error", "absolute-error", "log-loss", HUBER)
    )
    if each[1:] != ("linear", "log-loss")
]
CASES = [
    *((rule, "linear", "squared-error", (modifier,), 1, "full")
      for rule, modifier in product(("alpha-scaled", MOMENTUM), MODIFIERS)),
    *((rule, "linear", "squared-error", (), 70, 9) for rule in RULES),
    *((rule, "linear", "squared-error", (), 70, "full") for rule in ("alpha-scaled", MOMENTUM)),
    ("alpha-scaled", "linear", "squared-error", MODIFIERS, 70, 9),
    (Asking, "linear", "squared-error", (), 70, 9),
    (Asking, Bent, "squared-error", ("clip-norm",), 70, "full"),
    ("alpha-scaled", Bent, HUBER, (), 70, 9),
    ("alpha-scaled", "logistic", "log-loss", (), 70, 9),
    ("alpha-scaled", TWO_LAYERS, "squared-error", (), 1, "full"),
]  # fmt: skip
STEPS = 1000

BITS = "const bitsOf = (value) => `${new BigInt64Array(new Float64Array([value]).buffer)[0]}`;"
PROBE = (
    f"""
{BITS}"""
    + """
globalThis.answers = JSON.parse(document.getElementById("data").textContent).map(
  ({ net, p, task, weights, memory }) => {
    const mine = { ...NETWORKS[net], memory };
    const walk = takeSteps(mine, p, task, task.steps, begin(mine, weights));
    const taken = walk.steps.length;
    return { taken, bits: walk.at[taken].weights.map((weight) => bitsOf(weight)) };
  });
"""
)


def page(script, data):
    """A page that runs a script over data."""
    return (
        f'<!doctype html><script type="application/json" id="data">{json.dumps(data)}</script>'
        f"<script>{script}</script>"
    )


def numbers(bits):
    return [struct.unpack("<d", struct.pack("<q", int(each)))[0] for each in bits]


@pytest.fixture
def data():
    """Rows of 9 inputs, the last of them 1, and targets of 0 and 1."""
    chance = np.random.default_rng(5)
    inputs = chance.normal(size=(70, 9)).round(3)
    inputs[:, 8] = 1
    return inputs, (inputs @ chance.normal(size=9) > 0) * 1.0


@pytest.mark.parametrize(
    "cases",
    [[*NETWORKS[::2], *CASES], pytest.param([*NETWORKS, *CASES], marks=pytest.mark.nightly)],
    ids=["sample", "all"],
)
def test_thousand_steps(open_page, data, cases):
    """After 1,000 steps the weights are those of `warmer.train`: of plain arithmetic and roots to
    the bit; where exp, log and powers take part, to 1e-13 of the largest weight."""
    sides, jobs, expected = [], [], []
    for rule, predict, compare, modifiers, rows, batch in cases:
        network = warmer.network(rule, predict=predict, compare=compare, modifiers=modifiers)
        inputs, targets = data if rows > 1 else (np.array([[2.0]]), np.array([0.8]))
        task = task_of(network, inputs, targets, "random", STEPS, batch, None, 3)
        side = side_of(network, task, None)
        assert side.data["recorded"] is None
        jobs.append({
            "net": len(sides),
            "p": {each["name"]: each["value"] for each in side.data["parameters"]},
            "task": {"inputs": inputs.tolist(), "targets": targets.tolist(), "steps": STEPS,
                     "batch": 0 if batch == "full" else batch},
            "weights": task.weights[:, 0].tolist(),
            "memory": side.data["memory"],
        })  # fmt: skip
        sides.append(side)
        options = {"steps": STEPS, "weights": task.weights[:, 0], "batch_size": batch}
        run = warmer.train(inputs, targets, network, history=None, **options)
        expected.append((run, is_exact(network, inputs.shape[1])))

    script = squeezed(script_of(sides, ["engine.js"]) + PROBE)
    answers = open_page(page(script, jobs)).run("return answers")

    for case, (run, exact), answer in zip(cases, expected, answers, strict=True):
        assert answer["taken"] == run.outcome.steps, case
        found, wanted = np.array(numbers(answer["bits"])), run.weights
        if exact:
            assert found.tobytes() == wanted.tobytes(), case
        else:
            assert np.max(np.abs(found - wanted)) <= 1e-13 * np.max(np.abs(wanted)), case
    assert sum(exact for _, exact in expected) > len(cases) / 3


def is_exact(network, inputs):
    """Whether a formula consists of operations that have the same bits everywhere."""
    formula = trace_network(network, inputs)
    gradient = formula.predict.gradient
    nodes = in_order(
        formula.predict.value, formula.compare.error, formula.compare.delta,
        formula.learn.weight, *formula.learn.memory,
        *(term.factor for term in gradient.terms), *gradient.elements.values(),
    )  # fmt: skip
    return APPROXIMATE.isdisjoint(node.operation for node in nodes)


TWO = ("+ - * / // % ** < <= > >= == != atan2 copysign fmod").split()
ONE = ["negative", "abs", *(name for name in (*FUNCTIONS, *ROUNDINGS) if name not in TWO)]
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 7.0, 1e300, -1e-300, 5e-324)


def sample(chance):
    if chance.random() < 0.2:
        return chance.choice(SPECIAL)
    return chance.gauss(0, 1) * 10 ** (chance.uniform(-3, 3) if chance.random() < 0.5 else 0)


def test_every_operation(open_page):
    """Every operation gives Python's bits, signs of zeros among them; exp, log and powers, and all
    that a browser has of its own, come within 4 units in the last place."""
    chance = random.Random(1)
    functions, helpers, cases = [], set(), []
    for name in (*ONE, *TWO):
        graph = Graph()
        operands = [graph.symbol(letter) for letter in "ab"][: 1 + (name in TWO)]
        node = graph.make(name, *operands)
        said = Statements([node], lambda symbol: symbol[1])
        helpers |= said.helpers
        functions.append(f"(a, b) => {{ {' '.join(said.lines)} return Number({said.of(node)}); }}")
        cases.append((name, [*answers_of(name, chance)]))
    script = (
        f"{helpers_text(helpers)} const functions = [{','.join(functions)}];"
        f"{BITS} const all = JSON.parse(document.getElementById('data').textContent);"
        "globalThis.answers = all.map((each, i) => "
        "each.map(([a, b]) => bitsOf(functions[i](a, b))));"
    )
    given = [[operands for operands, _ in answers] for _, answers in cases]

    found = open_page(page(script, given)).run("return answers")

    for (name, answers), bits in zip(cases, found, strict=True):
        for (operands, wanted), got in zip(answers, numbers(bits), strict=True):
            told = f"{name}{operands}: {got!r} and not {wanted!r}"
            if name in APPROXIMATE:
                assert abs(got - wanted) <= 4 * math.ulp(wanted), told
            else:
                assert repr(got) == repr(wanted), told


def answers_of(name, chance):
    """Operands, and what Python makes of them; none where it refuses."""
    for _ in range(400):
        operands = sample(chance), sample(chance)
        try:
            answer = CALLABLES[name](*operands[: 1 + (name in TWO)])
        except (ArithmeticError, ValueError):
            continue
        if not isinstance(answer, complex):
            yield operands, float(answer)
