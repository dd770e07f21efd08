"""`--explain`: a step of the run, explained below its result, target by target."""

from typing import TYPE_CHECKING, Any

import attrs

from warmer.cli.output import plugins_speak_on_stderr, printable
from warmer.cli.running import steps_in_words
from warmer.cli.weights import input_names, is_scaled, weight_names
from warmer.exceptions import UsageError, WarmerError

if TYPE_CHECKING:
    from warmer.explaining.explanation import Explanation, Names
    from warmer.plugins.network import Network
    from warmer.runs.results import Run
    from warmer.runs.task import Task
    from warmer.tables.preparation import Prepared

FEW = 3  # inputs whose scaling is said, as many as weights are explained


@attrs.frozen
class Explained:
    """What --explain asked for.

    Parameters:
        asked: whether it asked for anything.
        explanations: one for each target; none where the run has no such step.
        notes: why there is none, a sentence each.
        code: the exit code of what went wrong.
    """

    asked: bool = False
    explanations: "tuple[Explanation, ...]" = ()
    notes: tuple[str, ...] = ()
    code: int = 0

    def data(self) -> dict[str, Any]:
        """A part of a JSON document; nothing where nothing was asked for."""
        if not self.asked:
            return {}
        several = {each.target: attrs.asdict(each) for each in self.explanations if each.target}
        alone = attrs.asdict(self.explanations[0]) if self.explanations else None
        return {"explanation": several or alone}

    def lines(self) -> list[str]:
        """Lines below a page; what the inputs are is said once."""
        first, *others = self.explanations or (None,)
        told = [first, *(attrs.evolve(each, about=None) for each in others)] if first else []
        return [line for each in told for line in ("", *str(each).splitlines())]


def check_explain(step: int | None, steps: int, first: int = 0) -> None:
    """Refuse, before anything is run, to explain a step that the run will not take.

    Parameters:
        first: how many steps were taken before.
    """
    if step is None or first < step <= first + steps:
        return
    if first:
        raise UsageError(f"--explain {step}: the run takes steps {first + 1} to {first + steps}")
    raise UsageError(f"--explain {step}: the run takes {steps_in_words(steps)} (see --steps)")


def explain(
    step: int | None, network: "Network", task: "Task", run: "Run", names: "Names | None" = None
) -> Explained:
    """Explain a step that a run took, or tried to take when it diverged, for every target.

    Parameters:
        step: its number; None where nothing is to be explained.
        run: the run of this network and task, which may have ended before that step.
        names: what its weights and targets are called.
    """
    if step is None:
        return Explained()
    from warmer.explaining.steps import explain_task

    outcome = run.outcome
    taken = step <= outcome.steps
    if taken or (outcome.status == "diverged" and step == outcome.steps + 1):
        try:
            with plugins_speak_on_stderr():
                every = range(task.targets.shape[1])
                found = explain_task(network, task, step, every, names=names)
        except WarmerError as error:  # the result is shown all the same
            return Explained(True, (), (str(error),), error.exit_code)
        if taken or found[0].note:
            return Explained(True, found)
    ending = f"{outcome.status} after {steps_in_words(outcome.steps)}"
    return Explained(True, (), (f"there is no step {step} to explain: the run {ending}",))


def names_of(prepared: "Prepared", network: "Network") -> "Names":
    """Call weights and targets as the table does, and say how it was scaled."""
    from warmer.explaining.explanation import Names

    weights = tuple(map(printable, weight_names(prepared, network)))
    targets = tuple(map(printable, prepared.target_names))
    return Names(weights, targets, _scaling(prepared, network))


def _scaling(prepared: "Prepared", network: "Network") -> str | None:
    """Say how the columns were scaled for the rule; None where they were not."""
    if not is_scaled(prepared):
        return None
    names = tuple(map(printable, input_names(prepared)))
    scales = zip(names, prepared.centre.tolist(), prepared.spread.tolist(), strict=False)
    inputs = [
        f"{name} below is ({name} - {centre!r}) / {spread!r}" if prepared.bias
        else f"{name} below is {name} / {spread!r}"
        for name, centre, spread in [*scales][:FEW]
    ]  # fmt: skip
    left = len(prepared.features) - FEW
    more = [f"{left} more are scaled likewise"] if left > 0 else []
    ones = [f"{names[-1]} is 1"] if prepared.bias else []
    belong = "The weights below belong to these inputs; the coefficients above, to the columns as "
    told = "" if network.counted else f"{belong}they are. "
    return (
        f"The rule sees a scaled table: {', '.join([*inputs, *more, *ones])}. {told}"
        "--scale none scales nothing."
    )
