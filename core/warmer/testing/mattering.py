"""Laws of what has a say: every parameter in what a plugin does, every weight in a prediction."""

from collections.abc import Iterator
from typing import Any

from warmer.contract.parameters import Parameter, parameters_of
from warmer.exceptions import WarmerError
from warmer.testing.bits import difference
from warmer.testing.cases import Case
from warmer.testing.law import BrokenError, Law
from warmer.testing.subject import Subject
from warmer.tracing.twins import names_in

MOVES = (0.5, -0.5, 4.0, -4.0)
"""How far a weight or an input is moved; far enough for what rounds, clips or decides."""


def parameters_matter(subject: Subject) -> None:
    """Every parameter has a say in what the plugin does."""
    known = names_in(subject.cls)
    for parameter in parameters_of(subject.cls).values():
        if parameter.name in known or any(_changes(subject, parameter)):
            continue
        raise BrokenError(
            f"whatever {parameter.name} is, the run is the same; say self.{parameter.name} where "
            "it is meant, or leave it out"
        )


def _changes(subject: Subject, parameter: Parameter) -> Iterator[bool]:
    """Whether the run changes with the parameter, value by value."""
    before = subject.baselines[subject.case]
    for value in _others(parameter, getattr(subject.plugin, parameter.name)):
        try:
            run = subject.run(subject.case, subject.another(**{parameter.name: value}))
        except WarmerError:  # it is refused, or another number of weights is needed
            continue
        yield difference(before, run) is not None


def _others(parameter: Parameter, value: Any) -> list[Any]:
    if parameter.type is str:
        return [*parameter.bounds.choices, "", f"{value}x"]
    if parameter.type is bool:
        return [not value]
    numbers = [value * factor for factor in (0, 1e-3, 0.5, 2, 1e3)] + [value + 1, value - 1]
    return [parameter.type(number) for number in numbers]


def weights_matter(subject: Subject) -> None:
    """Every weight, and every input, has a say in the prediction."""
    inputs, _, start = subject.table(Case(subject.case.inputs, "full", 1))
    weights, rows = start[:, 0].tolist(), inputs.tolist()
    for what, numbers in (("weight", weights), ("input", rows[0])):
        for index in range(len(numbers)):
            if not any(_moved(subject, what, weights, row, index) for row in rows):
                raise BrokenError(
                    f"whatever {what} {index} of {len(numbers)} is, the prediction is the same; "
                    "does weight_count fit what predict goes through (zip ends with the shorter)?"
                )


def _moved(subject: Subject, what: str, weights: list[float], row: list[float], index: int) -> bool:
    """Whether the prediction for a row moves with one of its weights or inputs."""
    before = subject.predicted(weights, row)
    for by in MOVES:
        vectors = {"weight": list(weights), "input": list(row)}
        vectors[what][index] += by
        try:
            if subject.predicted(vectors["weight"], vectors["input"]) != before:
                return True
        except WarmerError:  # out of its range, so it has a say
            return True
    return False


NETWORK = ("rule", "predictor", "comparison", "modifier")

LAWS = (
    Law("contract", parameters_matter, NETWORK, lambda s: s.has_parameters),
    Law("contract", weights_matter, ("rule", "predictor"), lambda s: s.answers("predict")),
)
