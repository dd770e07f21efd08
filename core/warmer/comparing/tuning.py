"""`tune`: the values of a parameter that work, found by trying many, and the one to use."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from warmer.comparing.tuning_found import Tuning
from warmer.comparing.tuning_marks import Judged, judged
from warmer.comparing.tuning_range import between, coarse, further
from warmer.comparing.tuning_trial import Came, Trial, check_some_ran
from warmer.contract.arguments import check_choice, check_list, shown
from warmer.contract.blaming import at, place_of
from warmer.contract.parameters import Bounds, Parameter, check_number, parameters_of
from warmer.engines.choice import Name
from warmer.exceptions import PLUGIN_ERRORS, ParameterError, Stop, UsageError, WarmerError, blame
from warmer.plugins.choosing import assemble
from warmer.plugins.network import Network
from warmer.plugins.registry import Registry, registry_of
from warmer.runs.task import BatchSize, Task
from warmer.training.diagnosis import rate_of, stability, takes
from warmer.training.taking import checked_threads
from warmer.training.tasks import number_of_steps, task_of
from warmer.training.validating import rows_beside

ALPHA = "alpha"
ROUNDS = 8  # of finer values
LOOKS = 6  # beyond the ends of the first ones
SEVERAL = Bounds(at_least=2, at_most=100_000)


def tune(
    inputs: Any,
    targets: Any,
    rule: Any,
    *,
    parameter: str | None = None,
    steps: int = 1000,
    low: float | None = None,
    high: float | None = None,
    values: int | Sequence[float] | None = None,
    test: Any = None,
    batch_size: BatchSize = "full",
    weights: Any = None,
    predict: Any = None,
    compare: Any = None,
    modifiers: Sequence[Any] = (),
    seed: int | None = None,
    engine: Name = "auto",
    threads: int | None = None,
    registry: Registry | None = None,
    progress: Callable[[int, int], None] | None = None,
    **parameters: Any,
) -> Tuning:
    """Find the values of one parameter that work for a table, and the one to use.

    Each value that is tried is a run of its own, with the numbers of `warmer.train`. A coarse grid
    comes first; then the ends of what is good, and of what works at all, are narrowed down to 2 %.

    Parameters, the data and the network:
        inputs, targets, rule, predict, compare, modifiers, registry: as for `train`; one target.
        **parameters: the rule's other parameters.

    Parameters, what is tried:
        parameter: of the rule; by default its only number, or `alpha`.
        low, high: the ends of the range to search; by default the bounds that the parameter
            declares, as far as something changes.
        values: how many values the grid has; or the values themselves, and then no others.
        test: a pair of inputs and targets that nothing is learned from. The value is chosen by the
            error over them.

    Parameters, each run:
        steps, batch_size, weights, seed: as for `train`.
        engine: `auto` takes many values at once, compiled, where the network has a formula; any
            other name takes them one after another. The bits are the same.
        threads: how many may share the values; None for one on each core.
        progress: told after each run how many values are done, and of how many; where something
            changes, finer ones are added.

    Returns:
        What was found; `tuning.value` is None where no value works.

    Raises:
        UsageError: something asked for cannot be (ParameterError, UnknownNameError, DataError).
        PluginError: a plugin cannot be imported, breaks the contract, or fails with every value.

    >>> import warmer
    >>> tuning = warmer.tune([2.0], [0.8], "alpha-scaled", steps=100)
    >>> tuning.value, round(tuning.limit, 2)
    (0.1, 0.5)
    """
    steps, threads = number_of_steps("steps", steps), checked_threads(threads)
    network = assemble(rule, parameters, predict, compare, modifiers, registry_of(registry))
    tuned = tuned_parameter(network, parameter, parameters)
    task = task_of(network, inputs, targets, weights, steps, batch_size, None, seed)
    if task.targets.shape[1] > 1:
        raise UsageError(
            f"tune takes one target, and there are {task.targets.shape[1]}: tune each by itself"
        )
    beside = None if test is None else rows_beside("test", test, task)
    trial = Trial(network, tuned.name, task, beside, engine, threads)
    told = _safe(progress) if progress is not None else (lambda _done, _of: None)
    judge = partial(judged, before=trial.start_error(), share=_is_share(network, tuned.name))
    count, own = _asked(tuned, values)
    if own is not None:
        came = trial.of(own, named=True, told=lambda done: told(done, len(own)))
        check_some_ran(came)
        found = judge(came)
    else:
        ends = [_end(name, end) for name, end in (("low", low), ("high", high))]
        first = coarse(tuned, ends[0], ends[1], count)
        found = _searched(trial, tuned, first, judge, ends, told)
    return _told(trial, tuned, found, task)


def _safe(progress: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """Name somebody's function where it fails."""

    def told(done: int, of: int) -> None:
        try:
            progress(done, of)
        except (KeyboardInterrupt, WarmerError, Stop):
            raise
        except PLUGIN_ERRORS as error:  # it may raise anything
            raise UsageError(f"progress failed: {blame(error)}{at(place_of(error))}") from error

    return told


def tuned_parameter(network: Network, name: str | None, given: Collection[str] = ()) -> Parameter:
    """The parameter that is tuned: the one that is named, the only one, or alpha.

    Parameters:
        given: the names of those that somebody gave a value.

    Raises:
        UsageError: there is no such number, or it has a value already.
    """
    numbers = {
        each: parameter
        for each, parameter in parameters_of(type(network.rule.plugin)).items()
        if parameter.type in (float, int)
    }
    rule = network.rule.name
    if not numbers:
        raise UsageError(f"{rule} has no number to tune")
    if name is None:
        if len(numbers) > 1 and ALPHA not in numbers:
            raise UsageError(f"name the parameter of {rule} to tune: {', '.join(numbers)}")
        name = ALPHA if ALPHA in numbers else next(iter(numbers))
    check_choice("parameter", name, numbers)
    if name in given:
        raise UsageError(f"{name} is what is tuned: leave it out, or name another parameter")
    return numbers[name]


def _is_share(network: Network, name: str) -> bool:
    """Whether the rule takes a share of weight_delta that the parameter is proportional to."""
    rate, value = rate_of(network), getattr(network.rule.plugin, name)
    return bool(rate and value) and takes(network, rate or 0.0, name, value / 2)


def _asked(parameter: Parameter, values: Any) -> tuple[int | None, list[Any] | None]:
    """How many values a grid is to have, or the values themselves, sorted."""
    if values is None:
        return None, None
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        return check_number("values", values, int, SEVERAL), None
    listed = check_list("values", values, "numbers")
    if not listed:
        raise ParameterError(f"values must be a number or a list of numbers, got {shown(values)}")
    admitted = (check_number(parameter.name, v, parameter.type, parameter.bounds) for v in listed)
    return None, sorted(set(admitted))


def _end(name: str, end: Any) -> float | None:
    return None if end is None else check_number(name, end)


def _searched(
    trial: Trial,
    parameter: Parameter,
    first: Sequence[Any],
    judge: Callable[[Sequence[Came]], Judged],
    ends: Sequence[float | None],
    told: Callable[[int, int], None],
) -> Judged:
    """Try the first values, some beyond their ends, and finer ones where something changes."""
    came: dict[Any, Came] = {}

    def look(values: Sequence[Any]) -> Judged:
        before, all_ = len(came), len(came) + len(values)
        new = trial.of(values, told=lambda done: told(before + done, all_))
        came.update((each.value, each) for each in new)
        if not came:  # the rule refuses all of them, and says why
            trial.of(values, named=True)
        check_some_ran([*came.values()])
        return judge([came[value] for value in sorted(came)])

    found = look(first)
    for _ in range(LOOKS):
        values = [each.value for each in found.table]
        new: list[Any] = []
        if ends[1] is None and _goes_on_above(found):
            new += further(parameter, values, upwards=True)
        if ends[0] is None and _goes_on_below(found):
            new += further(parameter, values, upwards=False)
        if not new:
            break
        found = look(new)
    for _ in range(ROUNDS):
        new = [v for gap in found.gaps() for v in between(*gap, parameter.type)]
        new = [value for value in new if value not in came]
        if not new:
            break
        found = look(new)
    return found


def _goes_on_above(found: Judged) -> bool:
    """Whether what works may lie above all that was tried."""
    if found.chosen is None:
        return _nothing_happens(found, -1)
    return found.border is None and not found.settled(-1)


def _goes_on_below(found: Judged) -> bool:
    """Whether what is good may lie below all that was tried."""
    if found.chosen is None:
        return not _nothing_happens(found, 0)
    return found.low == 0 and not found.settled(0)


def _nothing_happens(found: Judged, at: int) -> bool:
    """Whether the run with a value at an end did not diverge."""
    return found.table[at].outcome not in ("diverged", "failed")


def _told(trial: Trial, parameter: Parameter, found: Judged, task: Task) -> Tuning:
    """Put what was found into words and numbers, with the theory's limit where there is one."""
    chosen = found.chosen
    limit = None
    if chosen is not None and found.border is not None:
        below, above = (found.table[at].value for at in (found.border - 1, found.border))
        limit = below / 2 + above / 2
    theory, formula = None, None
    assert task.own_steps is not None
    stable = stability(trial.network, task.inputs, task.batches)
    if stable is not None and stable.parameter == parameter.name:
        theory, formula = stable.parameter_limit, stable.formula
    value = None if chosen is None else found.table[chosen].value
    rule = trial.network.rule.description()
    others = {name: each for name, each in rule["parameters"].items() if name != parameter.name}
    return Tuning(
        rule={**rule, "parameters": others},
        parameter=parameter.name,
        steps=task.own_steps,
        value=value,
        low=None if chosen is None else found.table[found.low].value,
        high=None if chosen is None else found.table[found.high].value,
        limit=limit,
        theory=theory,
        theory_formula=formula,
        table=found.table,
    )
