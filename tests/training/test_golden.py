"""Every figure that the notes on Trask's chapter 4 print, bit for bit."""

import json

import pytest

import warmer
import warmer.cli


def same(expected: float, actual: float) -> bool:
    """Whether two floats are equal to the bit, the sign of zero included."""
    return expected.hex() == float(actual).hex()


def test_through_the_api(golden) -> None:
    """`train` reproduces every printed figure of every run to the bit."""
    run = warmer.train(
        [golden.input], [golden.goal], golden.rule, weights=golden.weight, steps=golden.steps,
        **golden.parameters,
    )  # fmt: skip
    history = run.history
    columns = {
        "error": history.error.tolist(),
        "prediction": history.prediction.tolist(),
        "delta": history.delta.tolist(),
        "weight_delta": history.weight_deltas[:, 0].tolist(),
        "weight": [*history.weights[:, 0].tolist(), *run.weights.tolist()],
    }
    wrong = [
        (column, step, expected, columns[column][step - 1])
        for column, values in golden.expected.items()
        for step, expected in values.items()
        if not same(expected, columns[column][step - 1])
    ]

    assert wrong == []
    assert golden.status == run.outcome.status
    assert golden.steps == run.outcome.steps


def test_through_the_iterator(golden) -> None:
    """`steps` gives the same figures one at a time, and takes no step more than asked for."""
    walk = warmer.steps(
        [golden.input], [golden.goal], golden.rule, weights=golden.weight, steps=golden.steps,
        **golden.parameters,
    )  # fmt: skip
    taken = list(walk)

    assert golden.steps == len(taken)
    for column, attribute in (("error", "error"), ("prediction", "prediction"), ("delta", "delta")):
        for step, expected in golden.expected.get(column, {}).items():
            assert same(expected, getattr(taken[step - 1], attribute))
    assert golden.status == walk.outcome.status


def test_through_the_command_line(golden, capsys) -> None:
    """`warmer knob --json` prints every printed figure, so that it reads back to the same bits."""
    numbers = {
        "input": golden.input,
        "goal": golden.goal,
        "weight": golden.weight,
        "steps": golden.steps,
        **{name.replace("_", "-"): value for name, value in golden.parameters.items()},
    }
    options = [f"--{name}={value!r}" for name, value in numbers.items()]
    code = warmer.cli.run(["knob", golden.rule, *options, "--json"])
    found = json.loads(capsys.readouterr().out)
    rows = [*found["history"], {"weight": found["weight"], "error": found["error"]}]
    wrong = [
        (column, step, expected, rows[step - 1][column])
        for column, values in golden.expected.items()
        for step, expected in values.items()
        if not same(expected, rows[step - 1][column])
    ]

    assert wrong == []
    assert (golden.status, golden.steps) == (found["outcome"]["status"], found["outcome"]["steps"])
    assert code == (3 if golden.status == "diverged" else 0)


@pytest.mark.parametrize("goal", [0.8, 0.0, -3.0])
@pytest.mark.parametrize("weight", [0.5, -2.0])
class TestProperties:
    """What multiplying the miss by the input does to weight_delta."""

    def weight_delta(self, x: float, goal: float, weight: float) -> float:
        """weight_delta of one step."""
        (step,) = warmer.steps([x], [goal], "raw-gradient", weights=weight, steps=1)
        return float(step.weight_deltas[0])

    def test_stopping(self, goal: float, weight: float) -> None:
        """At input 0 there is nothing to learn: no rule that follows weight_delta moves."""
        assert self.weight_delta(0.0, goal, weight) == 0.0
        assert weight == warmer.train([0.0], [goal], "raw-gradient", weights=weight).weights[0]

    def test_negative_reversal(self, goal: float, weight: float) -> None:
        """With the input's sign turned (and the same miss), weight_delta turns its sign."""
        mirrored = self.weight_delta(-2.0, goal - 4.0 * weight, weight)

        assert -self.weight_delta(2.0, goal, weight) == pytest.approx(mirrored, rel=1e-12)

    def test_scaling(self, goal: float, weight: float) -> None:
        """With the input and the goal doubled, weight_delta is four times as large."""
        assert 4.0 * self.weight_delta(3.0, goal, weight) == self.weight_delta(
            6.0, 2.0 * goal, weight
        )
