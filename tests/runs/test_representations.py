"""What `repr` shows: one line that a terminal holds, however much there is."""

from typing import Any

import attrs
import numpy as np
import pytest

import warmer

ROWS, WEIGHTS = 40, 1000
TASKS: list[Any] = []


@attrs.frozen(eq=False)
class Looks:
    """Keeps the task that it is told of."""

    @warmer.hookimpl
    def run_started(self, task: Any) -> None:
        TASKS[:] = [task]


@attrs.frozen(eq=False)
class Long:
    """A predictor whose formula is long."""

    @warmer.hookimpl
    def predict(self, weights: Any, inputs: Any) -> Any:
        total = weights[0] * inputs[0]
        for weight, value in zip(weights[1:], inputs[1:], strict=True):
            total = total + weight * value
        return total


def values() -> dict[str, Any]:
    """Everything that warmer gives, made from large data with long names."""
    data = np.ones((ROWS, WEIGHTS)), np.ones((ROWS, 9)), "alpha-scaled"
    run = warmer.train(*data, alpha=1e-6, steps=300, observers=[Looks])
    names = tuple(f"a rather long name {number}\n" for number in range(WEIGHTS))
    cells = tuple((str(number), "0") for number in range(WEIGHTS))
    table = warmer.Table("t.csv", names, cells, (2, 3))
    prepared = warmer.prepare(table, names[:9])
    explained = warmer.explain(*data, shown=WEIGHTS, batch_size=1)
    formulas = warmer.formula("alpha-scaled", predict=Long, weights=50)
    return {
        "run": run,
        "history": run.history,
        "outcome": run.outcome,
        "task": TASKS[0],
        "step": next(warmer.steps(*data)),
        "table": table,
        "prepared": prepared,
        "data units": prepared.to_data_units(np.ones((WEIGHTS - 9 + 1, 9))),
        "plugin": warmer.Registry().find("linear", "predictor"),
        "formulas": formulas,
        "formula": formulas.predict,
        "line of a formula": formulas.predict.lines[0],
        "explanation": explained,
        "part": explained.parts[0],
        "line": explained.parts[0].lines[0],
    }


VALUES = values()


@pytest.mark.parametrize("name", VALUES)
def test_one_line(name: str) -> None:
    """It is one line of moderate length that begins with the name of its type."""
    text = repr(VALUES[name])

    assert text.startswith(type(VALUES[name]).__name__)
    assert text.isprintable()
    assert len(text) < 700


def test_a_run() -> None:
    """A run says its rule, how it ended, and its weights where they are few."""
    run = warmer.train([2.0], [0.8], "alpha-scaled", alpha=0.1, weights=0.5, steps=2)
    said = "Run(rule='alpha-scaled', outcome='budget', steps=2, engine='python', weights=[0.436]"

    assert repr(run) == f"{said})"
    assert repr(run) == f"{said})"  # looking computes no error
    assert run.error == pytest.approx(0.005184)
    assert repr(run) == f"{said}, error={run.error!r})"
