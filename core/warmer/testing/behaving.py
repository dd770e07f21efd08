"""Laws of what a plugin does: it runs, stays in the floats, learns, and compares truly."""

import contextlib
import io
import math

import numpy as np

from warmer.contract.answers import comparison
from warmer.contract.arguments import shown
from warmer.contract.check import evidence_of
from warmer.contract.hookspecs import KINDS
from warmer.exceptions import PLUGIN_ERRORS, ContractError, HookError, PluginError, UsageError
from warmer.runs.results import Run
from warmer.testing.bystanders import Ends, EndsAll, FollowsAll, RollsAll
from warmer.testing.cases import Case, count_of
from warmer.testing.law import BrokenError, Law
from warmer.testing.subject import ENOUGH, Subject, errors_of, has_learned
from warmer.training.fitting import AT, TARGETS, misfit, odds_misfit


def runs(subject: Subject) -> None:
    """It takes steps on tables of every size: weights, batches, targets."""
    for inputs in (1, 2, 9) if subject.counts_weights else ():
        try:
            counts = {subject.plugin.weight_count(inputs) for _ in range(9)}
        except UsageError:  # it is not for so many
            continue
        if len(counts) > 1:
            raise BrokenError(
                f"weight_count, asked for {count_of(inputs, 'input')}, answers now {min(counts)} "
                f"and now {max(counts)}; it stands on the inputs and the parameters alone"
            )
    subject.setting  # noqa: B018 - says what it refuses
    for case, run in subject.tried.items():
        if not isinstance(run, Run):
            raise BrokenError(f"{run} (with {case}; where a table is not for it: warmer.DataError)")


def fits_every_rule(subject: Subject) -> None:
    """It works around rules of every form: with memory and without, for one weight and for all."""
    for setting in subject.settings():
        try:
            subject.run(subject.case, setting=setting)
        except (UsageError, ContractError):  # it is not for this one, and has said so
            continue
        except PluginError as error:
            rule = setting.beside["rule"]
            arrays = rule in (FollowsAll, RollsAll) and not subject.plural
            remedy = (
                ", whose learned.weight is an array: ask for weight, to be for rules of one weight "
                "alone, or say what suits both"
            )
            told = f"{error}; around {rule.__name__}{remedy if arrays else ''}"
            raise BrokenError(told) from error


def copes_with_zeros(subject: Subject) -> None:
    """Where the error and all weight_deltas are 0, or all weights, it does not fail."""
    case = Case(subject.case.inputs, 3, 1)
    inputs, targets, start = subject.table(case)
    tables = {}
    if subject.setting.targets == "any":
        goals = [[subject.predicted(start[:, 0].tolist(), row)] for row in inputs.tolist()]
        tables["every prediction is its target"] = inputs, np.array(goals), start
    if subject.setting.inputs == "signed":
        tables["all weights are 0, where runs begin,"] = inputs, targets, 0 * start
    for what, table in tables.items():
        try:
            subject.run(case, table=table)
        except UsageError:  # it is not for these numbers, and has said so
            continue
        except PluginError as error:
            raise BrokenError(
                f"where {what} {error}; divide by max(x, a small number), or look for 0 first"
            ) from error


def lets_stops_through(subject: Subject) -> None:
    """A rule that ends the run ends it, whoever stands around."""
    try:
        outcome = subject.run(subject.case, rule=EndsAll if subject.plural else Ends).outcome
        ended = None if outcome.status == "stopped" else outcome.reason
    except HookError as error:  # it answers something in the place of the rule
        ended = str(error)
    if ended:
        raise BrokenError(
            f"a rule raised warmer.Stop, and the run went on ({ended}); let what comes out of "
            "yield through (no except around it)"
        )


def prints_nothing(subject: Subject) -> None:
    """It prints nothing; what there is to tell of a run, an observer tells."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        subject.run(subject.case)
    if printed.getvalue():
        line = printed.getvalue().splitlines()[0]
        raise BrokenError(
            f"it prints {shown(line)}; leave that out, and let an observer tell of the run"
        )


def stays_finite(subject: Subject) -> None:
    """On a tame table no number leaves the floats."""
    outcomes = [run.outcome for run in subject.long_runs]
    if all(outcome.status == "diverged" for outcome in outcomes):
        why = outcomes[-1].reason
        raise BrokenError(
            f"on a tame table the run diverged: {why}; is a sign wrong, or a default too large?"
        )


def learns(subject: Subject) -> None:
    """On a small table that its network can learn, the error falls."""
    if not any(map(has_learned, subject.long_runs)):
        before, after = errors_of(subject.long_runs[-1])
        raise BrokenError(
            f"after {ENOUGH} steps the error over all rows is {after:.6g}, and it was "
            f"{before:.6g} at the start; is a sign wrong, or the default too small? where it is "
            "not to learn by itself, expect this law to fail"
        )


def error_is_never_negative(subject: Subject) -> None:
    """Whatever is predicted, the error is not below 0."""
    asks = evidence_of(subject.cls, "compare")
    for target in TARGETS:
        for at in AT:
            known = {"prediction": at, "log_odds": at, "target": target}
            try:
                answer = subject.plugin.compare(**{name: known[name] for name in asks})
            except KeyboardInterrupt:
                raise
            except PLUGIN_ERRORS:  # it refuses these numbers
                continue
            where = f"compare of {subject.name} (prediction {at!r}, target {target!r})"
            try:
                error, delta = comparison(answer, where)
            except HookError as fault:
                raise BrokenError(str(fault)) from fault
            if math.isnan(error) or math.isnan(delta):
                raise BrokenError(
                    f"{where} answered {shown(answer)}; what is not for it, it refuses "
                    "(raise warmer.DataError)"
                )


def delta_is_the_slope(subject: Subject) -> None:
    """`delta` is the slope of the error, up to one positive factor."""
    told = misfit(subject.plugin, subject.name)
    if told:
        raise BrokenError(f"{told}; answer its derivative")


def log_odds_fit(subject: Subject) -> None:
    """The log odds that a predictor answers are those of its prediction."""
    from warmer.testing.bystanders import Surprise

    told = odds_misfit(subject.network(compare=Surprise))
    if told:
        raise BrokenError(f"{told}; answer log(p / (1 - p)), or leave log_odds out")


def zero_input_stops(subject: Subject) -> None:
    """A weight at 0 whose input is always 0 has no slope, and stays where it is."""
    case = Case(2, 3, 1)
    inputs, targets, start = subject.table(case)
    inputs[:, 1], start[1] = 0.0, 0.0
    run = subject.run(case, table=(inputs, targets, start))
    ended = float(run.weights[1, 0])
    if ended != 0.0:
        raise BrokenError(
            f"a weight whose input is always 0 went from 0 to {ended!r}; where "
            "weight_delta is 0 there is no way to go (copysign(1, 0.0) is 1)"
        )


def _follows(subject: Subject) -> bool:
    return (
        subject.asks("weight_delta", "weight_deltas")
        and not subject.asks("error_at", "rng")
        and not subject.answers("predict")
    )


def stays_on(subject: Subject) -> None:
    """It is not switched off, whatever history is kept."""
    for history in (None, 2, "auto"):
        run = subject.run(subject.case, history=history)
        if run.reports:
            raise BrokenError(
                f"with history={history!r}, {run.reports[0]}; where few steps are recorded, or "
                "none, history may be empty: look first"
            )


def changes_nothing(subject: Subject) -> None:
    """The run comes to the same weights as without it."""
    watched = subject.run(subject.case)
    steps = watched.outcome.steps
    alone = subject.run(subject.case, steps=steps, observers=()) if steps else watched
    if watched.weights.tobytes() != alone.weights.tobytes():
        raise BrokenError("with it, the weights are others; an observer looks and changes nothing")


RULE, PREDICTOR, COMPARISON, MODIFIER, OBSERVER = ((kind,) for kind in KINDS)
NETWORK = RULE + PREDICTOR + COMPARISON + MODIFIER


def _compares(subject: Subject) -> bool:
    return subject.answers("compare")


LAWS = (
    Law("contract", runs, needs_runs=False),
    Law("contract", error_is_never_negative, RULE + COMPARISON, _compares, needs_runs=False),
    Law("contract", delta_is_the_slope, RULE + COMPARISON, _compares, needs_runs=False),
    Law("contract", log_odds_fit, RULE + PREDICTOR, lambda s: s.answers("log_odds")),
    Law("contract", fits_every_rule, MODIFIER),
    Law("contract", lets_stops_through, MODIFIER, lambda s: s.answers("learn")),
    Law("contract", copes_with_zeros, NETWORK),
    Law("contract", stays_finite, NETWORK),
    Law("contract", learns, NETWORK),
    Law("contract", prints_nothing, NETWORK),
    Law("contract", zero_input_stops, RULE, _follows),
    Law("contract", stays_on, OBSERVER),
    Law("repeatable", changes_nothing, OBSERVER),
)
