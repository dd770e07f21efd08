"""Eleven optimizers of torch.optim as plugins, and a net's slopes, against figures of torch.

figures/make.py made the figures; figures/torch.json names the version of torch.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import warmer
from warmer.plugins.registry import load_file

TESTS = Path(__file__).parents[1]
FIGURES = json.loads((TESTS / "engines" / "figures" / "torch.json").read_text(encoding="utf-8"))
TWO_LAYERS = TESTS.parent / "docs/examples/warmer-two-layers/warmer_two_layers.py"


def plugin(name: str, kind: str = "rule", **parameters: Any) -> Any:
    return load_file(f"{TESTS / 'optimizers.py'}:{name}", kind)(**parameters)


ADAM = {"alpha": 0.05}
RUNS: dict[str, dict[str, Any]] = {
    **{name: {"rule": plugin(name)} for name in FIGURES["weights after steps"] if name.isalnum()},
    "Adam": {"rule": plugin("Adam", **ADAM)},
    "AdamW": {"rule": plugin("AdamW", **ADAM)},
    "Adam, clipped and scheduled": {
        "rule": plugin("Adam", **ADAM),
        "modifiers": [plugin("ClipNorm", "modifier"), plugin("Cosine", "modifier")],
    },
}
TABLE = FIGURES["inputs"], FIGURES["targets"]


def close(found: Any, expected: Any) -> bool:
    return bool(np.abs(np.subtract(found, expected)).max() <= 1e-12)


def test_all_of_them() -> None:
    """Eleven optimizers, and one with modifiers around it, have figures."""
    assert len(RUNS) == len(FIGURES["weights after steps"]) == 12


@pytest.mark.parametrize("name", RUNS)
def test_as_torch(name: str, monkeypatch) -> None:
    """Over 200 steps the weights are those of torch to 1e-12; no step is left to Python."""
    monkeypatch.delattr("warmer.engines.python.PythonEngine.advance")
    run = warmer.train(*TABLE, steps=200, engine="native", **RUNS[name])
    weights = np.vstack([run.history.weights, run.weights])

    figures = dict(FIGURES["weights after steps"][name])
    if average := figures.pop("average", None):
        assert close(run.memory["average"], average)
    assert len(figures) == 8
    for step, expected in figures.items():
        assert close(weights[int(step)], expected), step


@pytest.mark.parametrize("name", RUNS)
def test_same_bits(same, name: str) -> None:
    """Every engine gives the same bits of 80 steps, in batches with a short last one."""
    same("arrays native", *TABLE, steps=80, batch_size=5, seed=3, **RUNS[name])


@pytest.mark.parametrize("case", FIGURES["two layers"], ids=lambda case: f"{case['hidden']} hidden")
def test_slopes_as_autograd(case: dict[str, Any], engine: str) -> None:
    """The derivative of the two-layer example is that of torch's autograd to 1e-12."""
    predict = load_file(f"{TWO_LAYERS}:TwoLayers", "predictor")(hidden=case["hidden"])
    run = warmer.train(
        case["inputs"], case["targets"], "raw-gradient", steps=1, weights=case["weights"],
        predict=predict, engine=engine,
    )  # fmt: skip

    assert close(run.history.weight_deltas[0], case["slopes"])
