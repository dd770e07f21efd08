"""Corners where engines could part ways: what is asked for and not used, and the like."""

import math
import tracemalloc

import attrs
import numpy as np
import pytest

import warmer

ENGINES = ["python", "arrays", "native"]


def rule(learn, **body):
    """A rule made of a bare learn."""
    body |= {"learn": warmer.hookimpl(learn)}
    return attrs.frozen(eq=False)(type(learn.__name__, (), body))


def predictor(predict):
    return attrs.frozen(eq=False)(type("Predictor", (), {"predict": warmer.hookimpl(predict)}))


@predictor
def root(self, weights, inputs):
    return math.sqrt(abs(warmer.dot(weights, inputs)))


@predictor
def logarithm(self, weights, inputs):
    return math.log(warmer.dot(weights, inputs))


def probing_far(self, weight, error_at):
    error_at(weight + 1e200)
    return weight - 0.1


def probing_where_it_fails(self, weight, error_at):
    error_at(weight - 10)
    return weight - 0.1


def asking_in_vain(self, weight, weight_delta):
    return weight + 0.1


def sign_of_a_truth(self, weight, weight_delta):
    return weight - 0.001 * -(weight_delta > 0) + 0.001 * (weight_delta < 0)


def long_sum(self, weight, weight_delta):
    total = 0.0
    for _ in range(700):
        total = total * 0.5 + weight_delta
    return weight - 0.01 * total


def outcomes(*data, **options):
    """What every engine answers: weights and outcome, or the error it raises."""
    found = []
    for engine in ENGINES:
        try:
            run = warmer.train(*data, engine=engine, **options)
        except warmer.HookError as error:
            found.append(str(error))
        else:
            found.append((run.outcome, run.weights.tolist()))
    return found


@pytest.mark.parametrize(
    "learn, predict, start",
    [
        (probing_far, "linear", 0.0),
        (probing_where_it_fails, logarithm, 0.5),
        (asking_in_vain, root, 0.0),
        (asking_in_vain, "linear", 0.0),
        (sign_of_a_truth, "linear", 0.5),
        (long_sum, "linear", 0.5),
    ],
)
@pytest.mark.parametrize("history, rows", [(None, 1), (1, 3)])
def test_every_engine_says_the_same(learn, predict, start, history, rows) -> None:
    """What Python does, every engine does: also for what is asked of warmer and then not used."""
    first, *others = outcomes(
        np.ones((rows, 2)), np.full(rows, 0.5), rule(learn), predict=predict, weights=start,
        steps=3, history=history,
    )  # fmt: skip
    assert others == [first, first]


@pytest.mark.parametrize("engine", ENGINES)
def test_history_changes_nothing(engine) -> None:
    """A slope that only the history wants and Python cannot compute is recorded as nan."""
    runs = [
        warmer.train(
            np.ones((5, 1)), np.full(5, 0.5), "hot-and-cold", predict=root, steps=3,
            history=history, engine=engine,
        )
        for history in (None, 1)
    ]  # fmt: skip
    assert runs[0].outcome == runs[1].outcome
    assert runs[0].weights == runs[1].weights
    assert np.isnan(runs[1].history.weight_deltas).all()


def test_a_failing_derivative_names_the_predictor() -> None:
    """The place of an error in a derivative is the prediction that it was taken of."""
    with pytest.raises(warmer.HookError, match=r"test_corners\.py:\d+"):
        warmer.train([1.0], [0.5], "raw-gradient", predict=root, steps=1, engine="python")


def truth_as_candidate(self, weight, error_at):
    return weight - 0.01 * error_at(weight > 0)


def matching(self, weight, step):
    match step:
        case int() if step > 20_000:
            return weight + 1.0
        case _:
            return weight * 0.5


@pytest.mark.parametrize(
    "learn, why", [(truth_as_candidate, "True or False"), (matching, r"isinstance\(\)")]
)
def test_what_has_no_formula_is_left_to_python(learn, why) -> None:
    """Where a symbol cannot stand for the number, there is no formula, rather than a wrong one."""
    for engine in ENGINES[1:]:
        with pytest.raises(warmer.UsageError, match=why):
            warmer.train([1.0], [1.0], rule(learn), engine=engine)


def leaving(self, weight, error):
    if error > 1e9:
        raise SystemExit("too large")
    return weight - 0.1


def test_a_rule_that_wants_to_leave() -> None:
    """SystemExit in a branch ends nothing: it is a fault of the plugin where it is reached."""
    assert warmer.formula(rule(leaving)).learn.lines[-1].text == "weight - 0.1"
    first, *others = outcomes([1.0], [0.5], rule(leaving), steps=3)
    assert first[0].status == "budget"
    far, *also_far = outcomes([1.0], [1e9], rule(leaving), steps=3)
    assert "SystemExit: too large" in far
    assert (others, also_far) == ([first] * 2, [far] * 2)


def test_a_large_int_parameter_of_another_plugin() -> None:
    """A rule's parameter that no formula can hold does not keep predict from being derived."""

    def learn(self, weight, weight_delta):
        return weight - 0.1 * weight_delta * (1 + (self.key % 7) / 100)

    keyed = rule(learn, key=warmer.param(2**60), __annotations__={"key": int})
    run = warmer.train([1.0], [1.0], keyed, steps=2)
    assert run.weights < 1.0
    assert run.history.weight_deltas[0] == -1.0


@pytest.mark.parametrize("engine, rows", [("python", 8000), ("arrays", 100_000), ("native", 3000)])
def test_memory_of_every_engine(engine, rows) -> None:
    """No engine makes a copy of the inputs, in whatever form."""
    inputs = np.ones((rows, 20)) * 0.01
    targets = inputs[:, 0].copy()
    warmer.train(inputs[:10], targets[:10], "alpha-scaled", steps=1, engine=engine)
    tracemalloc.start()
    warmer.train(inputs, targets, "alpha-scaled", steps=1, engine=engine, history=None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 0.6 * inputs.nbytes


def test_a_compiled_step_is_not_left_to_python(monkeypatch) -> None:
    """A negated truth value has no signed zero, and costs no look by Python."""
    steps = []
    original = warmer.engines.python.PythonEngine.advance
    monkeypatch.setattr(
        "warmer.engines.python.PythonEngine.advance",
        lambda engine, *how: steps.append(how) or original(engine, *how),
    )
    warmer.train([1.0], [0.5], rule(sign_of_a_truth), steps=50, engine="native", history=None)
    assert steps == []


def leaving_always(self, weight, error):
    raise SystemExit("bye")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_that_leaves_at_once(engine) -> None:
    """A plugin that calls sys.exit ends no program: not by its formula, and not in a run."""
    with pytest.raises((warmer.HookError, warmer.UsageError), match="SystemExit: bye"):
        warmer.train([1.0], [0.5], rule(leaving_always), steps=3, engine=engine)
    assert "SystemExit: bye" in str(warmer.formula(rule(leaving_always)))


@predictor
def unsteady(self, weights, inputs):
    return math.fabs(warmer.dot(weights, inputs)) ** 3


@attrs.frozen(eq=False)
class Unmoved:
    """An error that knows nothing of the prediction."""

    @warmer.hookimpl
    def compare(self, prediction, target):
        return warmer.Comparison(abs(target), target)


def probing_in_vain(self, weight, error_at):
    error_at(weight + 1e200)
    return weight - 0.1


def probing_with_a_truth(self, weight, error_at):
    return weight - 0.01 * error_at(min(True, abs(weight)))


def leaping(self, weight, weight_delta):
    return -weight


def test_a_probe_that_only_fails() -> None:
    """A probe whose prediction leaves the floats ends the run, though nobody uses its error."""
    first, *others = outcomes(
        [[1.0]] * 3, [0.5] * 3, rule(probing_in_vain), predict=unsteady, compare=Unmoved, steps=3
    )
    assert first[0].status == "diverged"
    assert others == [first, first]


def test_a_truth_that_min_answers() -> None:
    """Python refuses True as a candidate, wherever it comes from."""
    first, *others = outcomes([1.0], [0.5], rule(probing_with_a_truth), weights=0.5, steps=2)
    far, *also_far = outcomes([1.0], [0.5], rule(probing_with_a_truth), weights=5.0, steps=2)
    assert others == [first, first]
    assert "answered True" in far
    assert also_far == [far, far]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("tolerance", [None, 1.0])
def test_a_leap_beyond_the_floats(engine, tolerance) -> None:
    """Weights that move farther than a float can say raise no warning."""
    run = warmer.train(
        [[1e-160]], [0.5], rule(leaping), weights=1e308, steps=9, tolerance=tolerance, engine=engine
    )
    assert run.outcome.status == "budget"
    assert abs(run.weights[0]) == 1e308
