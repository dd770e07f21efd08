"""What is compared, and how: the options of a comparison, checked before anything runs."""

from collections.abc import Iterator
from itertools import islice

import attrs

from warmer.comparing.budgets import Budget
from warmer.comparing.cells import Cell, Job
from warmer.comparing.contenders import Contender
from warmer.comparing.problems import Problem, cuts_of
from warmer.comparing.running_cells import check_budget
from warmer.exceptions import UsageError
from warmer.runs.task import BatchSize


@attrs.frozen(eq=False)
class Asked:
    """A comparison that is asked for, its options checked.

    Parameters:
        contenders, problems: who, and on what.
        seeds: of the splits, the orders of the rows and the starts.
        test: the share of rows for the test.
        folds: how many; None for none.
        budget: what each run may spend.
        batch_size, weights: as for `warmer.train`.
        reach: the error that counts for the cost.
    """

    contenders: tuple[Contender, ...]
    problems: tuple[Problem, ...]
    seeds: tuple[int, ...]
    test: float
    folds: int | None
    budget: Budget
    batch_size: BatchSize
    weights: float | str
    reach: float | None

    @property
    def total(self) -> int:
        """How many runs there are."""
        each = len(self.seeds) * (self.folds or 1)
        return len(self.contenders) * len(self.problems) * each

    def jobs(self) -> Iterator[Job]:
        """The runs: table by table, seed by seed, fold by fold, rule by rule."""
        for problem in self.problems:
            for seed in self.seeds:
                yield from self._jobs(problem, seed)

    def _jobs(self, problem: Problem, seed: int) -> Iterator[Job]:
        cuts = cuts_of(problem, self.test, self.folds, seed)
        for number, cut in enumerate(cuts, start=1):
            fold = number if self.folds else 0
            for contender in self.contenders:
                cell = Cell(contender.name, problem.name, seed, fold)
                yield Job(cell, contender, cut, self.budget, self.batch_size, self.weights)

    def check(self) -> None:
        """Refuse what cannot be before anything is run: the last table may come after hours.

        The first rows of each table are looked at. Tables with the same rows are refused as well:
        they are one piece of evidence, and would count as several.

        Raises:
            UsageError: see `compare`.
        """
        seen: dict[str, str] = {}
        for problem in self.problems:
            for job in islice(self._jobs(problem, self.seeds[0]), len(self.contenders)):
                check_budget(job)
            other = seen.setdefault(job.cut.hash, problem.name)
            if other != problem.name:
                raise UsageError(f"{other} and {problem.name} have the same rows; name one of them")
