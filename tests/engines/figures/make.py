"""What torch comes to: `python tests/engines/figures/make.py` writes torch.json beside this file.

The tests read the figures and need no torch. Everything is float64. The problem is a small linear
regression over all rows; its loss is half the mean of the squared misses, since the delta of warmer
is `prediction - target`, without the factor 2. json writes floats as `repr` does, so that they
read back to the same bits.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

STEPS = 200
KEPT = (1, 2, 3, 10, 50, 100, 150, 200)
"""The steps whose weights are kept."""

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "Momentum": lambda w: torch.optim.SGD(w, lr=0.05, momentum=0.9),
    "Nesterov": lambda w: torch.optim.SGD(w, lr=0.05, momentum=0.9, nesterov=True),
    "Adagrad": lambda w: torch.optim.Adagrad(w, lr=0.3, lr_decay=0.01),
    "RMSprop": lambda w: torch.optim.RMSprop(w, lr=0.01),
    "Adam": lambda w: torch.optim.Adam(w, lr=0.05),
    "AdamW": lambda w: torch.optim.AdamW(w, lr=0.05, weight_decay=0.02),
    "NAdam": lambda w: torch.optim.NAdam(w, lr=0.05),
    "RAdam": lambda w: torch.optim.RAdam(w, lr=0.05),
    "Adamax": lambda w: torch.optim.Adamax(w, lr=0.05),
    "Rprop": lambda w: torch.optim.Rprop(w, lr=0.05),
    "ASGD": lambda w: torch.optim.ASGD(w, lr=0.3, lambd=0.01, t0=50),
}


def problem() -> tuple[list[list[float]], list[float]]:
    """Inputs and targets: numbers of a generator, a line through them, and a little noise."""
    torch.manual_seed(1)
    inputs = torch.randn(12, 3)
    targets = inputs @ torch.tensor([1.5, -0.7, 0.4]) + 0.1 * torch.randn(12)
    return inputs.tolist(), targets.tolist()


def half_squared(predictions: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return 0.5 * ((predictions - targets) ** 2).mean()


def weights_of(
    make: Callable[..., torch.optim.Optimizer], inputs: Any, targets: Any, around: bool = False
) -> dict[int, list[float]]:
    """The weights after some steps from 0; `around`: clipped by norm, alpha along a cosine."""
    inputs, targets = torch.tensor(inputs), torch.tensor(targets)
    weights = torch.zeros(inputs.shape[1], requires_grad=True)
    optimizer = make([weights])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=STEPS)
    found = {}
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        half_squared(inputs @ weights, targets).backward()
        if around:
            torch.nn.utils.clip_grad_norm_([weights], max_norm=0.5)
        optimizer.step()
        if around:
            schedule.step()
        if step in KEPT:
            found[step] = weights.tolist()
    if isinstance(optimizer, torch.optim.ASGD):
        found["average"] = optimizer.state[weights]["ax"].tolist()
    return found


def two_layers(hidden: int, inputs: int, rows: int) -> dict[str, Any]:
    """A net of two layers, and the slope of its loss for each weight by autograd."""
    torch.manual_seed(hidden)
    table, targets = torch.randn(rows, inputs), torch.randn(rows)
    layer = (torch.randn(hidden, inputs) / inputs**0.5).requires_grad_()
    last = (torch.randn(hidden) / hidden**0.5).requires_grad_()
    half_squared(torch.tanh(table @ layer.T) @ last, targets).backward()
    return {
        "hidden": hidden,
        "inputs": table.tolist(),
        "targets": targets.tolist(),
        "weights": [*layer.flatten().tolist(), *last.tolist()],
        "slopes": [*layer.grad.flatten().tolist(), *last.grad.tolist()],
    }


def main() -> None:
    torch.set_default_dtype(torch.float64)
    inputs, targets = problem()
    steps = {name: weights_of(make, inputs, targets) for name, make in OPTIMIZERS.items()}
    steps["Adam, clipped and scheduled"] = weights_of(
        OPTIMIZERS["Adam"], inputs, targets, around=True
    )
    figures = {
        "torch": torch.__version__,
        "inputs": inputs,
        "targets": targets,
        "weights after steps": steps,
        "two layers": [two_layers(1, 1, 1), two_layers(4, 3, 5), two_layers(9, 17, 4)],
    }
    path = Path(__file__).with_name("torch.json")
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
