"""The way in: rules compared on tables, every one with the same rows, starts and budget."""

import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

from warmer.comparing.asked import Asked
from warmer.comparing.budgets import budget_of
from warmer.comparing.cells import Cell, Finished, Job
from warmer.comparing.compared import Compared, seeds_that_change_nothing
from warmer.comparing.contenders import contenders_of
from warmer.comparing.jobs import Clock, Progress, checked_workers, run_jobs
from warmer.comparing.keeping_cells import Kept, kept_in
from warmer.comparing.problems import problems_of
from warmer.comparing.rankings import ranking_of
from warmer.comparing.run_commands import command_of
from warmer.comparing.running_cells import died, run_cell
from warmer.comparing.significance import tested
from warmer.contract.arguments import shown
from warmer.contract.blaming import at, place_of
from warmer.contract.parameters import Bounds, check_number
from warmer.exceptions import PLUGIN_ERRORS, ParameterError, Stop, UsageError, WarmerError, blame
from warmer.models.model import version
from warmer.plugins.registry import Registry, registry_of
from warmer.runs.task import RANDOM, BatchSize


def compare(
    rules: Any,
    data: Any,
    target: Any,
    *,
    seeds: int | Sequence[int] = 10,
    test: float | None = None,
    folds: int | None = None,
    budget: str = "1e6-predictions",
    reach: float | None = None,
    batch_size: BatchSize = "full",
    weights: float | str = 0.0,
    predict: Any = None,
    compare: Any = None,
    modifiers: Sequence[Any] = (),
    features: Any = None,
    bias: bool = True,
    scale: str = "standard",
    categories: str | None = None,
    missing: str = "refuse",
    without: Any = (),
    jobs: int = 1,
    executor: Executor | None = None,
    keep: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    registry: Registry | None = None,
) -> Compared:
    """Compare rules on tables: the same rows, orders, starts and budget for all of them.

    A run with a seed is the run of `warmer train` with the same options: the seed says which rows
    are for the test, their order, the start where it is random, and the rule's own chance.

    Parameters, who and on what:
        rules: names, classes, objects or networks. A name may have several values of a parameter,
            `alpha-scaled:alpha=0.01,0.1`, which makes a contender of each.
        data: files, names of tables that come with warmer, or tables; or a mapping of names to
            them.
        target: the column to predict, or a list with one for each table.
        predict, compare, modifiers: what stands beside every rule, as for `train`.
        features, bias, scale, categories, missing, without: as for `prepare`.

    Parameters, the runs:
        seeds: how many (from 1 on), or which ones.
        test: the share of rows for the test, by default 0.2; with 0 the rows that were learned
            from are tested.
        folds: split the rows into so many parts, and test with each of them in turn.
        budget: what each run may spend: `1e6-predictions` of a row (those that a rule probes among
            them), `1000-steps` or `2-seconds`.
        reach: the error for the test that counts for the cost; None for where a tenth is left of
            the way from the baseline to the best run on the same rows.
        batch_size: rows in each step, or "full".
        weights: where to start: one number for all, in the data's own units, or "random".

    Parameters, how they are run:
        jobs: how many processes; the numbers and their order are the same.
        executor: any of `concurrent.futures`, in the place of processes of its own.
        keep: a folder that keeps finished runs; they are not run again.
        progress: told after each run how far it has come (`done`, `total`, `seconds_left`); it may
            raise `warmer.Stop`, and then no other run is begun.
        registry: where names are looked up; by default all that is installed.

    Returns:
        The comparison: `ranking`, `tested`, `runs`, `frame()`, `save(folder)`.

    Raises:
        UsageError: something asked for cannot be (ParameterError, UnknownNameError, DataError).
        PluginError: a plugin cannot be imported, or breaks the contract. One that fails in a run
            has `failed` there.

    >>> import warmer
    >>> found = warmer.compare(
    ...     "alpha-scaled:alpha=0.1,3", "norris", "y", seeds=2, budget="100-steps"
    ... )
    >>> found.best.rule, [each.diverged for each in found.standings]
    ('alpha-scaled:alpha=0.1', [0, 2])
    """
    how = {
        "features": features, "bias": bias, "scale": scale, "categories": categories,
        "missing": missing, "without": without,
    }  # fmt: skip
    if test is not None and folds is not None:
        raise UsageError("folds test with every row in turn; leave test out")
    asked = Asked(
        tuple(contenders_of(rules, predict, compare, modifiers, registry_of(registry))),
        tuple(problems_of(data, target, how)),
        _seeds(seeds),
        0.2 if test is None else check_number("test", test, float, Bounds(at_least=0, below=1)),
        None if folds is None else check_number("folds", folds, int, Bounds(at_least=2)),
        budget_of(budget), batch_size, _weights(weights),
        None if reach is None else check_number("reach", reach, float, Bounds(at_least=0)),
    )  # fmt: skip
    return compared_from(asked, _run(asked, checked_workers(jobs), executor, keep, progress))


def _run(
    asked: Asked,
    workers: int,
    executor: Executor | None,
    keep: str | None,
    progress: Callable[[Progress], None] | None,
) -> list[Finished]:
    """The finished runs of a comparison, in order; fewer where `progress` stopped it."""
    found: dict[Cell, Finished] = {}
    order: list[Cell] = []
    clock, stopped = Clock(asked.total), []

    def note(finished: Finished, ran: bool) -> None:
        found[finished.cell] = finished
        told = clock.done(ran)
        try:
            if progress is not None:
                progress(told)
        except Stop as stop:
            stopped.append(stop)
        except (KeyboardInterrupt, WarmerError):
            raise
        except PLUGIN_ERRORS as error:  # it may raise anything
            raise UsageError(f"progress failed: {blame(error)}{at(place_of(error))}") from error

    def unknown(kept: Kept | None) -> Iterator[Job]:
        for job in asked.jobs():
            order.append(job.cell)
            known = kept.get(job) if kept is not None else None
            if known is None:
                yield job
            else:
                note(known, False)

    asked.check()
    with kept_in(keep) as kept:
        pairs = run_jobs(
            unknown(kept), run_cell, died, workers=workers, executor=executor,
            stop=lambda: bool(stopped),
        )  # fmt: skip
        for job, finished in pairs:
            if kept is not None:
                kept.put(job, finished)
            note(finished, True)
    return [found[cell] for cell in order if cell in found]


def compared_from(asked: Asked, runs: Sequence[Finished]) -> Compared:
    """What finished runs come to."""
    rules = tuple(each.name for each in asked.contenders)
    tables = tuple(each.name for each in asked.problems)
    ranking = ranking_of(runs, rules, tables, asked.budget.unit, asked.reach)
    return Compared(
        rules=rules,
        data=tables,
        runs=tuple(runs),
        total=asked.total,
        ranking=ranking,
        tested=tested(ranking.relative, rules),
        notes=tuple(_notes(asked, runs)),
        budget=asked.budget,
        reach=asked.reach,
        options={
            "seeds": list(asked.seeds), "test": None if asked.folds else asked.test,
            "folds": asked.folds, "budget": str(asked.budget), "batch_size": asked.batch_size,
            "weights": asked.weights,
        },
        commands={
            (contender.name, problem.name): command_of(asked, contender, problem)
            for contender in asked.contenders for problem in asked.problems
        },
        provenance=_provenance(asked),
    )  # fmt: skip


def _notes(asked: Asked, runs: Sequence[Finished]) -> Iterator[str]:
    still = seeds_that_change_nothing(runs)
    if still:
        where = "on every table" if len(still) == len(asked.problems) else f"on {', '.join(still)}"
        yield f"the seeds change nothing {where}: each rule has the same error with every one"
    bare = dict.fromkeys(each.cell.data for each in runs if not (each.lost or each.has_baseline))
    if bare and len(asked.problems) > 1:
        where = ", ".join(bare)
        yield f"who always predicts the mean has no error on {where}: there errors are no shares"
    if len(runs) < asked.total:
        yield f"{len(runs)} of {asked.total} runs are finished"
    for name in dict.fromkeys(each.cell.rule for each in runs if each.status == "failed"):
        own = [each for each in runs if each.cell.rule == name]
        failed = [each for each in own if each.status == "failed"]
        yield f"{name} failed in {len(failed)} of {len(own)} runs: {failed[0].reason}"


def _provenance(asked: Asked) -> Mapping[str, Any]:
    import numpy

    plugins = {
        f"{plugin['name']} of {plugin['distribution'] or 'no distribution'} "
        f"{plugin['version'] or ''}".rstrip(): None
        for each in asked.contenders
        for kind, own in each.plugins.items()
        for plugin in (own if kind == "modifiers" else [own])
    }
    return {
        "warmer": version(),
        "Python": platform.python_version(),
        "NumPy": numpy.__version__,
        "plugins": list(plugins),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    }


def _seeds(seeds: Any) -> tuple[int, ...]:
    if isinstance(seeds, (list, tuple, range)):
        found = tuple(check_number("seeds", each, int, Bounds(at_least=0)) for each in seeds)
        if not found or len(set(found)) < len(found):
            raise ParameterError(f"seeds must be several different numbers, got {shown(seeds)}")
        return found
    many = check_number("seeds", seeds, int, Bounds(at_least=1, at_most=100_000))
    return tuple(range(1, many + 1))


def _weights(weights: Any) -> float | str:
    if isinstance(weights, str):
        if weights != RANDOM:
            raise ParameterError(f"weights must be a number or {RANDOM}, got {shown(weights)}")
        return weights
    return float(check_number("weights", weights, float, Bounds()))
