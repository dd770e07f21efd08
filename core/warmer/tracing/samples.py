"""The last check of a formula: on sample numbers it must give what the plugins give, to the bit.

Symbols cannot see everything that code does with a number (`is`, a cache, a foreign library).
What they missed shows here, and then there is no formula rather than a wrong one.
"""

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from warmer.exceptions import PLUGIN_ERRORS, blame
from warmer.formulas.evaluation import evaluate, leaf_of
from warmer.formulas.expression import Node, UntraceableError

SAMPLES = 16
SAMPLES_WIDE = 3  # for predictions of many weights, which take longer
WIDE = 64


class Sample(NamedTuple):
    """Numbers for one call: evidence by name, memory, and the plugins' own answers."""

    known: Mapping[tuple[str, str], Any]
    call: Callable[[], Sequence[float]]
    leaf: Callable[[Node], float] | None = None


def check(results: Sequence[Node], fault: Node, samples: Iterator[Sample]) -> None:
    """Compare a formula with what it was read from.

    Parameters:
        results: the formula of each answer.
        fault: holds where Python may raise.

    Raises:
        UntraceableError: they differ.
    """
    for sample in samples:
        values: dict[int, Any] = {}
        try:
            if evaluate(fault, sample.known, sample.leaf, values):
                continue
            mine = [evaluate(node, sample.known, sample.leaf, values) for node in results]
        except (ArithmeticError, ValueError):
            continue  # where a formula raises, Python is asked anyway
        try:
            theirs = sample.call()
        except KeyboardInterrupt:
            raise
        except PLUGIN_ERRORS as error:
            raise UntraceableError(
                f"it fails on numbers ({blame(error)}) where a formula would not"
            ) from error
        for ours, their in zip(mine, theirs, strict=True):
            if repr(float(ours)) != repr(float(their)):
                raise UntraceableError(
                    f"on sample numbers it gives {their!r} and its formula {ours!r}: "
                    "it looks at a number in a way that symbols do not show"
                )


def number(chance: random.Random) -> float:
    """Draw a number: mostly of a middling size, now and then special."""
    special = chance.random()
    if special < 0.2:
        return chance.choice((0.0, 1.0, -1.0, 0.5, -0.0, 2.0))
    return chance.gauss(0, 1) * 10 ** (chance.uniform(-3, 3) if special < 0.6 else 0)


def of_predict(
    lengths: Mapping[str, int],
    parameters: Mapping[tuple[str, str], Any],
    call: Callable[..., Sequence[float]],
) -> Iterator[Sample]:
    """Draw samples of rows, with as many weights and inputs as there are."""
    chance = random.Random(lengths["weights"])
    for _ in range(SAMPLES if max(lengths.values()) <= WIDE else SAMPLES_WIDE):
        row = tuple(number(chance) for _ in range(lengths["inputs"]))
        start = tuple(number(chance) for _ in range(lengths["weights"]))
        yield Sample(parameters, partial(call, weights=start, inputs=row), leaf_of(start, row))


def of_compare(
    parameters: Mapping[tuple[str, str], Any], call: Callable[..., Sequence[float]]
) -> Iterator[Sample]:
    """Draw samples of predictions and targets, also equal ones and shares between 0 and 1."""
    chance = random.Random(1)
    for index in range(SAMPLES):
        prediction, target = number(chance), number(chance)
        if index % 4 == 1:
            prediction = target
        elif index % 2:
            prediction, target = chance.random(), float(chance.choice((0, 1, chance.random())))
        evidence = {"prediction": prediction, "log_odds": number(chance), "target": target}
        known = {**parameters, **{("", name): value for name, value in evidence.items()}}
        yield Sample(known, partial(call, **evidence))


def of_learn(
    fields: Sequence[str],
    parameters: Mapping[tuple[str, str], Any],
    call: Callable[..., Sequence[float]],
    composed: bool = False,
) -> Iterator[Sample]:
    """Draw samples of evidence for one weight.

    Parameters:
        call: takes evidence and memory, and where it is composed how a norm follows from a number.
        composed: whether the formula has norms of its own numbers.
    """
    chance = random.Random(2)
    for index in range(SAMPLES):
        evidence: dict[str, Any] = {
            "weight": number(chance),
            "weight_delta": number(chance),
            "error": abs(number(chance)),
            "step": float(chance.choice((1, 2, 3, 10, 12, 100, 999, 1000, 12345))),
            "error_at": _bowl(number(chance)),
        }
        memory = [number(chance) for _ in fields]
        if index % 2:
            memory = [abs(value) for value in memory]
        evidence["steps"] = float(chance.choice((0, 1, 100, 1000, 20000)))
        evidence["passes"] = float(chance.choice((0, 1, 2, 10, 99)))
        evidence["weight_norm"] = abs(number(chance))
        evidence["weight_delta_norm"] = abs(number(chance))
        norm = _norm(number(chance))
        known = {
            **parameters,
            **{("", name): value for name, value in evidence.items()},
            ("", "norm"): norm,
            **{("memory", field): x for field, x in zip(fields, memory, strict=True)},
        }
        yield Sample(known, partial(call, evidence, memory, *([norm] if composed else [])))


def _norm(others: float) -> Callable[[float], float]:
    """The norm of a number beside others."""
    return lambda value: math.sqrt(float(value) * float(value) + others * others)


def _bowl(lowest: float) -> Callable[[float], float]:
    return lambda candidate: (float(candidate) - lowest) * (float(candidate) - lowest)
