"""The result of `warmer knob`: one run, or several side by side, as text and as JSON."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs

from warmer.cli.output import columns, folded, printable, shown, signed, terminal_width
from warmer.cli.running import endings, engine_of, outcome_of
from warmer.contract.parameters import describe

if TYPE_CHECKING:
    from warmer.cli.explained import Explained
    from warmer.cli.running import Finished
    from warmer.plugins.network import Network

HEADING = ("step", "prediction", "error", "delta", "weight_delta", "weight")
SHOWN = 40  # steps that are shown without --all
ENDS = 10  # of more, so many from each end


@attrs.frozen(eq=False)
class Turned:
    """A run of one weight that is over.

    Parameters:
        name: what it is called among others; empty where it is alone.
        network: what was run.
        finished: how it went.
        warnings: what was said before it.
        explained: what --explain asked for.
    """

    name: str
    network: "Network"
    finished: "Finished"
    warnings: Sequence[str]
    explained: "Explained"

    @property
    def code(self) -> int:
        """The exit code."""
        return self.finished.code or self.explained.code

    @property
    def notes(self) -> list[str]:
        """What is noticed about it, a sentence each."""
        return [*self.warnings, *self.finished.notes, *self.explained.notes]

    @property
    def remarks(self) -> list[str]:
        """What is to be said on stderr once the result is printed."""
        said = (
            *(f"warning: {warning}" for warning in self.warnings),
            *self.finished.remarks,
            *self.explained.notes,
        )
        return [f"{self.name}: {each}" if self.name else each for each in said]

    def records(self) -> list[dict[str, Any]]:
        """The steps as plain data."""
        history = self.finished.run.history
        assert history is not None

        def column(values: Any) -> list[Any]:
            return [None] * len(history) if values is None else values.reshape(-1).tolist()

        names = ("step", "weight", "prediction", "error", "delta", "weight_delta")
        values = (
            history.step,
            history.weights,
            history.prediction,
            history.error,
            history.delta,
            history.weight_deltas,
        )
        rows = zip(*map(column, values), strict=True)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def document(self) -> dict[str, Any]:
        """The result as plain data."""
        run = self.finished.run
        return {
            "rule": self.network.rule.description(),
            "outcome": outcome_of(run),
            "engine": engine_of(run),
            "weight": float(run.weights[0]),
            "error": self.finished.error,
            "history": self.records(),
            "notes": self.notes,
            **self.explained.data(),
        }


def document_of(runs: Sequence[Turned]) -> dict[str, Any]:
    """One document: that of the run, or those of several in a list named `runs`."""
    documents = [each.document() for each in runs]
    return documents[0] if len(documents) == 1 else {"runs": documents}


def page_of(runs: Sequence[Turned], task: str, show_all: bool) -> list[str]:
    """Lay the result out as text.

    Parameters:
        task: what was run, in words.
        show_all: whether to show every step, however many.
    """
    return _single(runs[0], task, show_all) if len(runs) == 1 else _several(runs, task, show_all)


def _single(turned: Turned, task: str, show_all: bool) -> list[str]:
    rule, run = turned.network.rule, turned.finished.run
    name = " ".join(filter(None, [rule.name, describe(rule.description()["parameters"])]))
    end = [
        ("final weight", shown(float(run.weights[0]))),
        ("final error", shown(turned.finished.error)),
        *endings(run),
    ]
    records = turned.records()
    cells = {word: [record[word] for record in records] for word in HEADING}
    table = _table(cells, len(records), show_all)
    head = f"{printable(name)}: {task}"
    return [head, "", *table, "", *columns(end), *turned.explained.lines()]


def _several(runs: Sequence[Turned], task: str, show_all: bool) -> list[str]:
    """The weights and the errors of several runs side by side, and how each of them ended."""
    records = [each.records() for each in runs]
    steps = max(map(len, records))
    names = ", ".join(each.name for each in runs)
    lines = [f"{printable(runs[0].network.rule.name)} {names}: {task}"]
    for word in ("weight", "error"):
        cells: dict[str, list[Any]] = {"step": list(range(1, steps + 1))}
        for number, (each, its) in enumerate(zip(runs, records, strict=True)):
            missing = [None] * (steps - len(its))  # the run ended before
            name = each.name if each.name not in cells else f"{each.name} ({number + 1})"
            cells[name] = [*(record[word] for record in its), *missing]
        lines += ["", f"{word} at the start of each step", *_table(cells, steps, show_all)]
    ends = [["", "final weight", "final error", "steps", "outcome"]]
    for each in runs:
        run = each.finished.run
        numbers = [shown(float(run.weights[0])), shown(each.finished.error)]
        ends.append([each.name, *numbers, str(run.outcome.steps), run.outcome.status])
    lines += ["", *(line for row in folded(ends, terminal_width()) for line in row)]
    for each in runs:
        explained = each.explained.lines()
        lines += ["", each.name, *explained] if explained else []
    return lines


def _table(cells: dict[str, list[Any]], steps: int, show_all: bool) -> list[str]:
    """Lay the steps out below one another; where they are many, both ends of them."""
    many = steps > SHOWN and not show_all
    if many:
        cells = {name: [*values[:ENDS], *values[-ENDS:]] for name, values in cells.items()}
    across = [signed(values) for values in cells.values()]
    heading, *rows = folded([list(cells), *zip(*across, strict=True)], terminal_width())
    if many:
        left_out = steps - 2 * ENDS
        rows.insert(ENDS, [f"... {left_out} steps left out: --all or --json shows them ..."])
    return [*heading, *(line for row in rows for line in row)]
