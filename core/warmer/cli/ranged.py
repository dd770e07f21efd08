"""The result of `warmer tune`: which values work, as text and as JSON."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs

from warmer.cli.output import columns, printable
from warmer.cli.running import steps_in_words
from warmer.contract.parameters import describe
from warmer.wording import WIDTH, wrapped

if TYPE_CHECKING:
    from warmer.cli.cutting import Read
    from warmer.comparing.tuning_found import Tuning
    from warmer.comparing.tuning_marks import Tried

MOST = 24  # values that are shown
SAME = 5  # of those with one mark


def data_of(tuning: "Tuning") -> dict[str, Any]:
    """What was found, as plain data."""
    names = ("parameter", "steps", "value", "low", "high", "limit", "theory", "theory_formula")
    found = {name: getattr(tuning, name) for name in names}
    found["chosen_by"] = "test_error" if tuning.tested else "error"
    tried = []
    for each in tuning.table:
        row = attrs.asdict(each, filter=lambda field, _: field.name != "weights")
        if each.test_error is None:
            del row["test_error"]
        tried.append(row)
    return {**found, "tried": tried}


def head_of(tuning: "Tuning", read: "Read") -> str:
    """Say what was tried."""
    rule = " ".join(filter(None, [tuning.rule["name"], describe(tuning.rule["parameters"])]))
    rows = f"{read.parts.rows['train']} of {read.table.rows} rows of {read.table.source}"
    return (
        f"{printable(rule)}: {len(tuning.table)} values of {tuning.parameter}, "
        f"{steps_in_words(tuning.steps)} each, {rows}"
    )


def page_of(tuning: "Tuning") -> list[str]:
    """Lay out the values that say most, and what was found."""
    heading = [tuning.parameter, "error", *(["test error"] if tuning.tested else []), "", ""]
    rows = [heading]
    shown = _telling(tuning)
    for each in shown:
        tested = [_short(each.test_error)] if tuning.tested else []
        rows.append([repr(each.value), _short(each.error), *tested, each.mark, each.why])
    lines = [line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..." for line in columns(rows)]
    if len(shown) < len(tuning.table):
        lines.append(f"({len(tuning.table) - len(shown)} more: --json shows them)")
    lines.append("")
    for sentence in tuning.sentences():
        lines += wrapped(sentence)
    return lines


def _telling(tuning: "Tuning") -> "Sequence[Tried]":
    """Of many values: the one to use, the last before each change, and some evenly between."""
    table = tuning.table
    if len(table) <= MOST:
        return table
    kinds = [(each.mark, each.outcome == "diverged") for each in table]
    kept = {at for at, each in enumerate(table) if each.value == tuning.value}
    start = 0
    for stop in range(1, len(table) + 1):
        if stop == len(table) or kinds[stop] != kinds[start]:
            few = min(SAME, stop - start)
            last = stop - 1 - start
            kept |= {start + last * part // max(few - 1, 1) for part in range(few)}
            start = stop
    return [table[at] for at in sorted(kept)]


def _short(error: float | None) -> str:
    return "-" if error is None else f"{error:.4g}"
