"""A comparison as a value: its runs, the places of its rules, and what is said of them."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from warmer.comparing.budgets import Budget
from warmer.comparing.cells import Finished
from warmer.comparing.keeping_cells import folder_of
from warmer.comparing.rankings import Ranking, Standing
from warmer.comparing.significance import Tested
from warmer.runs.outward import frame_from
from warmer.runs.task import brief

FIGURES = ("r2", "accuracy", "log_loss")


@attrs.frozen(eq=False, repr=False)
class Compared:
    """What came of a comparison of rules.

    Parameters:
        rules, data: what was compared and on which tables, by name, as they were named.
        runs: the finished runs: table by table, seed by seed, fold by fold, rule by rule.
        total: how many runs were wanted; more than there are where it was interrupted.
        ranking: how the rules did.
        tested: what can be said of their differences.
        notes: what was noticed, a sentence each.
        budget: what each run could spend.
        reach: the error that counts for the cost; None for near the best on the same rows.
        options: what was asked for, as plain data, without the rules and tables.
        commands: how each run is run alone, by rule and table; `{seed}` and `{steps}` stand in it.
        provenance: versions, plugins, machine.
    """

    rules: tuple[str, ...]
    data: tuple[str, ...]
    runs: tuple[Finished, ...]
    total: int
    ranking: Ranking
    tested: Tested
    notes: tuple[str, ...]
    budget: Budget
    reach: float | None
    options: Mapping[str, Any]
    commands: Mapping[tuple[str, str], str | None]
    provenance: Mapping[str, Any]

    def __repr__(self) -> str:
        best = self.best
        told = {
            "rules": len(self.rules),
            "data": len(self.data),
            "runs": len(self.runs) if len(self.runs) == self.total
            else f"{len(self.runs)} of {self.total}",
            "best": repr(best.rule) if best else None,
            "relative": brief(self.ranking.relative),
        }  # fmt: skip
        return f"Compared({', '.join(f'{name}={value}' for name, value in told.items())})"

    @property
    def standings(self) -> tuple[Standing, ...]:
        """How the rules did over all tables, the best first."""
        return self.ranking.rules

    @property
    def best(self) -> Standing | None:
        """The first of them; None where no rows were run by every rule."""
        return self.standings[0] if self.standings and self.standings[0].runs else None

    def columns(self) -> dict[str, list[Any]]:
        """The runs as columns: who, on what, how it ended, what it spent, and how well it does."""
        cells = [each.cell for each in self.runs]
        return {
            "rule": [cell.rule for cell in cells],
            "data": [cell.data for cell in cells],
            "seed": [cell.seed for cell in cells],
            "fold": [cell.fold for cell in cells],
            **{
                name: [getattr(each, name) for each in self.runs]
                for name in ("status", "steps", "predictions", "seconds", "error", "relative",
                             "train_error", "baseline", "engine", "reason")
            },
            **{name: [each.figures.get(name) for each in self.runs] for name in FIGURES},
        }  # fmt: skip

    def frame(self, library: str | None = None) -> Any:
        """The runs as a data frame.

        Parameters:
            library: `pandas`, `polars` or `pyarrow`; None for the first one that is installed.

        Raises:
            UsageError: it is not installed.
        """
        return frame_from(self.columns(), library)

    def save(self, folder: str | os.PathLike[str]) -> list[str]:
        """Write what came of it into a folder: `runs.csv`, `table.txt` and `report.html`.

        `runs.parquet` is written as well where pyarrow is installed. Each file is whole, or as it
        was.

        Returns:
            The paths of the files.

        Raises:
            WarmerError: one cannot be written.
        """
        from warmer.comparing.saving_compared import save

        return save(self, folder_of("folder", folder))

    def report(self) -> str:
        """The report as one page of HTML, which fetches nothing."""
        from warmer.comparing.report_page import page_of

        return page_of(self)

    def text(self) -> list[str]:
        """The tables as lines of text, for 80 columns."""
        from warmer.comparing.compared_text import lines_of

        return lines_of(self)

    def _repr_html_(self) -> str:
        from warmer.comparing.report_page import part_of

        return part_of(self)


def seeds_that_change_nothing(runs: Sequence[Finished]) -> list[str]:
    """The tables on which every rule's runs are the same whatever the seed."""
    errors: dict[str, dict[tuple[str, int], set[tuple[float, ...]]]] = {}
    seeds: dict[str, set[int]] = {}
    for each in runs:
        cell = each.cell
        walk = tuple(look[3] for look in each.looks)
        errors.setdefault(cell.data, {}).setdefault((cell.rule, cell.fold), set()).add(walk)
        seeds.setdefault(cell.data, set()).add(cell.seed)
    return [
        name for name, own in errors.items()
        if len(seeds[name]) > 1 and all(len(each) == 1 for each in own.values())
    ]  # fmt: skip
