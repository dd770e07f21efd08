"""Laws of what a plugin does again: twice, side by side, in another order, on another engine."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from warmer.contract.arguments import shown
from warmer.contract.parameters import parameters_of
from warmer.engines.compiling import INSTALL, MISSING, compiler_trouble
from warmer.exceptions import UsageError
from warmer.formulas.expression import LONGEST_LOOP, UntraceableError
from warmer.testing.bits import difference
from warmer.testing.bystanders import Cuts, Guards, Passes, PassesPredictions
from warmer.testing.cases import Case
from warmer.testing.law import BrokenError, Law, NotRunError
from warmer.testing.subject import ENOUGH, Subject
from warmer.tracing.reader import trace_prediction
from warmer.training.api import steps

STATE = "state goes in and out as memory, and never stays in the object, the class or the module"


def deterministic(subject: Subject) -> None:
    """The same run twice, with one seed, comes to the same bits."""
    for case, first in subject.baselines.items():
        for plugin in (subject.plugin, subject.another()):
            told = difference(first, subject.run(case, plugin))
            if told:
                raise BrokenError(
                    f"two runs with one seed differ ({told}); ask for rng (plural) instead of "
                    f"random or time, and {STATE}"
                )


def shares_nothing(subject: Subject) -> None:
    """Runs beside each other, and targets beside each other, know nothing of one another."""
    case = Case(subject.case.inputs, 3, 1)
    one, other = (_Stepped(subject, case, shift) for shift in (0.0, 0.25))
    alone = [each.take(4) for each in (one, other)]
    both = [_Stepped(subject, case, shift) for shift in (0.0, 0.25)]
    for _ in range(4):
        for each in both:
            each.take(1)
    if [each.weights for each in both] != alone:
        raise BrokenError(f"two runs beside each other change one another; {STATE}")
    together = subject.run(Case(case.inputs, 3, 2))
    inputs, targets, start = subject.table(Case(case.inputs, 3, 2))
    for index in range(2):
        table = inputs, targets[:, [index]], start[:, [index]]
        single = subject.run(case, table=table)
        if single.weights.tobytes() != together.weights[:, [index]].tobytes():
            raise BrokenError(f"two targets at once are learnt otherwise than each alone; {STATE}")


class _Stepped:
    """A run that is taken step by step."""

    def __init__(self, subject: Subject, case: Case, shift: float):
        inputs, targets, start = subject.table(case)
        beside = subject.placed(subject.plugin, dict(subject.setting.beside))
        self._steps = steps(
            inputs, targets, weights=start + shift, batch_size=3, registry=subject.registry,
            seed=3, **beside,
        )  # fmt: skip
        self.weights: list[float] = []

    def take(self, count: int) -> list[float]:
        """Take some steps; answers the weights after each so far."""
        for _ in range(count):
            step = next(self._steps, None)
            if step is not None:
                self.weights += np.ravel(step.new_weights).tolist()
        return self.weights


def leaves_inputs(subject: Subject) -> None:
    """What it is given to look at, it does not write into."""
    subject.run(subject.case, modifiers=[Guards])


def leaves_chance(subject: Subject) -> None:
    """It draws nothing from the generators that everybody shares."""
    with _chance_kept():
        found = []
        for seed in (1, 2):
            random.seed(seed)
            np.random.seed(seed)
            before = random.getstate(), repr(np.random.get_state())
            found.append(subject.run(subject.case))
            if (random.getstate(), repr(np.random.get_state())) != before:
                raise BrokenError(
                    "it draws from random or numpy.random, which everybody shares; ask for rng "
                    "(with weights), which the seed of the run starts"
                )
        told = None if subject.kind == "observer" else difference(*found)
    if told:
        raise BrokenError(f"other seeds of random and numpy.random change the run ({told})")


@contextmanager
def _chance_kept() -> Iterator[None]:
    kept = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(kept[0])
        np.random.set_state(kept[1])


def order_of_features(subject: Subject) -> None:
    """Where two columns change places, so do their weights, and nothing else happens."""
    case = Case(2, 3, 1)
    inputs, targets, start = subject.table(case)
    run = subject.run(case, table=(inputs, targets, start))
    turned = subject.run(case, table=(inputs[:, ::-1], targets, start[::-1]))
    near = np.allclose(run.weights, turned.weights[::-1], rtol=1e-9, atol=1e-12)
    if not (near if subject.plural else run.weights.tobytes() == turned.weights[::-1].tobytes()):
        raise BrokenError(
            "the order of the columns matters; each weight moves for itself, from the state at the "
            f"start of the step: {STATE}"
        )


def formula_agrees(subject: Subject) -> None:
    """Its formula gives what its code gives, to the bit."""
    _same_on(subject, "arrays")


def compiled_agrees(subject: Subject) -> None:
    """Compiled, it gives what its code gives, to the bit."""
    trouble = compiler_trouble()
    if trouble:
        raise NotRunError(f"{trouble} ({INSTALL})" if trouble == MISSING else trouble)
    _same_on(subject, "native")


def _same_on(subject: Subject, engine: str) -> None:
    for case, expected in subject.baselines.items():
        told = difference(expected, subject.run(case, engine=engine))
        if told:
            raise BrokenError(
                f"engine {engine} and engine python differ with {case} ({told}); keep to "
                "arithmetic on the evidence, if, and the functions of math"
            )


def passes_through(subject: Subject) -> None:
    """A modifier that hands everything on changes nothing."""
    around: list[Any] = [Passes, *([] if subject.network().odds else [PassesPredictions])]
    plugins = [[None, *around], [*around, None]] if subject.kind == "modifier" else [around]
    for modifiers in plugins:
        told = difference(
            subject.baselines[subject.case], subject.run(subject.case, modifiers=modifiers)
        )
        if told:
            raise BrokenError(
                f"beside a modifier that hands everything on, the run is another ({told}); "
                "a modifier returns what it received, or learned._replace(weight=...)"
            )


def does_the_same(subject: Subject) -> None:
    """With `every`, it ends the run at the same step, and writes the same, on every engine."""
    first = None
    fast = "arrays" if compiler_trouble() else "native"
    ways: list[dict[str, Any]] = [{"engine": "python"}, {"engine": fast, "history": None}]
    with TemporaryDirectory() as folder:
        for number, way in enumerate([*ways, {"engine": fast, "beside": [Cuts()]}]):
            beside = way.pop("beside", [])
            path = Path(folder, str(number))
            writes = "path" in parameters_of(subject.cls)
            plugin = subject.another(**({"path": str(path)} if writes else {}))
            run = subject.run(subject.case, steps=ENOUGH, observers=[plugin, *beside], **way)
            found = run.outcome, run.reports, path.read_bytes() if path.exists() else None
            first = first or found
            for what, one, other in zip(("end", "report", "file"), first, found, strict=True):
                if one != other:
                    told = "" if what == "file" else f": {shown(one)}, and {shown(other)}"
                    raise BrokenError(
                        f"on another engine, or where steps come in other chunks, its {what} is "
                        f"another{told}; look at step, weights and history alone, and at no clock"
                    )


def _says_every(subject: Subject) -> bool:
    return type(getattr(subject.plugin, "every", None)) is int


def why_not_wide(subject: Subject) -> str | None:
    """Say with how many inputs a plugin that has a formula has none, and why; None where it has."""
    for inputs in (9, LONGEST_LOOP + 1) if subject.answers("predict") else ():
        why: str | None
        try:
            subject.own_network.weight_count(inputs)
            why = trace_prediction(subject.own_network, inputs).why_no_gradient
        except UntraceableError as error:
            why = None if isinstance(error.__cause__, UsageError) else str(error)
        except UsageError:  # it is not for so many
            continue
        if why:
            return f"not with {inputs} inputs: {why}"
    return None


def _is_read(subject: Subject) -> bool:
    return bool(subject.baselines) and subject.why_no_formula is None


NETWORK = ("rule", "predictor", "comparison", "modifier")

LAWS = (
    Law("repeatable", deterministic, NETWORK),
    Law("repeatable", shares_nothing, NETWORK),
    Law("repeatable", leaves_inputs, ("rule",), lambda subject: subject.plural),
    Law("repeatable", leaves_chance),
    Law(
        "repeatable", order_of_features, ("rule",),
        lambda subject: not (subject.answers("predict") or subject.asks("rng")),
    ),
    Law("repeatable", formula_agrees, NETWORK, _is_read),
    Law("repeatable", compiled_agrees, NETWORK, _is_read),
    Law("repeatable", passes_through, NETWORK),
    Law("repeatable", does_the_same, ("observer",), _says_every),
)  # fmt: skip
