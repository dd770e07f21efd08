"""A step of four rules as optimizers, against torch's own and optax's own: in turn, several rounds.

Torch steps over given gradients, with one thread; optax's updates are compiled, and applied. Times
are of the thread's own CPU for torch, and of the clock for JAX, which has threads of its own.
"""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

sys.path.append(str(Path(__file__).parents[1]))
import optimizers

CALLS = 50
ROUNDS = 3  # for each round that is asked for: a step takes microseconds
MADE = 3  # times with buffers made anew: where they lie changes a time by a tenth
SHAPES = {
    "conv net, 3,818 weights": [(8, 1, 3, 3), (8,), (16, 8, 3, 3), (16,), (10, 256), (10,)],
    "80 tensors, 166,400 weights": [(64, 64), (64,)] * 40,
    "2 tensors, 1,001,000 weights": [(1000, 1000), (1000,)],
    "2 tensors, 10,243,200 weights": [(3200, 3200), (3200,)],
}
RULES: dict[str, dict[str, float]] = {
    "Momentum": {"alpha": 0.01}, "Adam": {"alpha": 0.001}, "AdamW": {"alpha": 0.001},
    "RMSprop": {"alpha": 0.001},
}  # fmt: skip


def torch_steps(shapes: list[Any], name: str, dtype: str) -> dict[str, Callable[[], object]]:
    """Functions that take a step of each contender."""
    import torch

    import warmer.torch

    torch.set_num_threads(1)
    own = {
        "Momentum": lambda them: torch.optim.SGD(them, lr=0.01, momentum=0.9, foreach=True),
        "Adam": lambda them: torch.optim.Adam(them, lr=0.001, foreach=True),
        "AdamW": lambda them: torch.optim.AdamW(them, lr=0.001, weight_decay=0.02, foreach=True),
        "RMSprop": lambda them: torch.optim.RMSprop(them, lr=0.001, foreach=True),
    }
    rule = getattr(optimizers, name)(**RULES[name])
    makers = {"warmer": lambda them: warmer.torch.Optimizer(them, rule), "torch": own[name]}
    found = {}
    for who, make in makers.items():
        torch.manual_seed(0)
        weights = [torch.randn(shape, dtype=getattr(torch, dtype)) for shape in shapes]
        for each in weights:
            each.requires_grad_()
            each.grad = torch.randn_like(each)
        found[who] = make(weights).step
    return found


def optax_steps(shapes: list[Any], name: str, dtype: str) -> dict[str, Callable[[], object]]:
    """Functions that take a step of each contender, compiled."""
    import jax
    import optax

    import warmer.optax

    jax.config.update("jax_enable_x64", True)
    own = {
        "Momentum": lambda: optax.sgd(0.01, momentum=0.9),
        "Adam": lambda: optax.adam(0.001),
        "AdamW": lambda: optax.adamw(0.001, weight_decay=0.02),
        "RMSprop": lambda: optax.rmsprop(0.001, decay=0.99, eps_in_sqrt=False),
    }
    rule = warmer.optax.transformation(getattr(optimizers, name), **RULES[name])

    def stepping(transformation: Any) -> Callable[[], object]:
        def step(weights: Any, state: Any, slopes: Any) -> Any:
            moves, state = transformation.update(slopes, state, weights)
            return optax.apply_updates(weights, moves), state

        compiled = jax.jit(step, donate_argnums=(0, 1))
        slopes = [jax.numpy.full(shape, 0.1, dtype) for shape in shapes]
        weights = [jax.numpy.ones(shape, dtype) for shape in shapes]
        carried = [weights, transformation.init(weights)]

        def take() -> None:
            carried[:] = compiled(*carried, slopes)
            jax.block_until_ready(carried)

        return take

    return {"warmer": stepping(rule), "optax": stepping(own[name]())}


def lines(rounds: int) -> Iterator[list[str]]:
    """Tables for each library that is installed."""
    libraries: dict[str, Any] = {
        "torch": (torch_steps, time.thread_time), "optax": (optax_steps, time.perf_counter)
    }  # fmt: skip
    for library, (make, clock) in libraries.items():
        if find_spec(library) is None:
            continue
        for title, shapes in SHAPES.items():
            text = [f"a step of {title}, median us: warmer, {library}, and times its own"]
            for dtype in ("float32", "float64"):
                for name in RULES:
                    making = partial(make, shapes, name, dtype)
                    ours, theirs = _times(making, rounds * ROUNDS, clock)
                    text.append(
                        f"  {dtype} {name:9}{ours * 1e6:10.0f}{theirs * 1e6:10.0f}"
                        f"{ours / theirs:8.2f}x"
                    )
            yield text


def _times(
    make: Callable[[], dict[str, Callable[[], object]]],
    rounds: int,
    clock: Callable[[], float],
) -> list[float]:
    """Median seconds of a step of each contender; who is first changes from round to round."""
    spent: dict[str, list[float]] = {"warmer": [], "peer": []}
    for _ in range(MADE):
        steps = [*zip(spent, make().values(), strict=True)]
        for _, step in steps:
            step()
        began = clock()
        steps[0][1]()
        calls = max(1, min(CALLS, int(0.02 / max(clock() - began, 1e-9))))
        for number in range(rounds):
            for who, step in steps if number % 2 else reversed(steps):
                began = clock()
                for _ in range(calls):
                    step()
                spent[who].append((clock() - began) / calls)
    return [*map(median, spent.values())]


if __name__ == "__main__":
    for table in lines(3):
        print("\n".join(table), flush=True)
