"""Trying values of a parameter: the same run with each of them, and what each came to."""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from warmer.comparing.tuning_lanes import Side, side_by_side
from warmer.contract.parameters import construct, values_of
from warmer.engines.choice import choose_engine, formula_for_many
from warmer.exceptions import HookError, ParameterError, PluginError
from warmer.plugins.network import Network
from warmer.runs.history import Record
from warmer.runs.task import Array, Batches, State, Task
from warmer.tracing.network_formula import Formula
from warmer.training.ending import Ending
from warmer.training.loop import run, start_state
from warmer.training.observers import Watchers

FAILED = "failed"


@attrs.frozen(eq=False)
class Came:
    """What the run with one value came to.

    Parameters:
        status, reason: how it ended, as `Outcome` says; `failed` where a plugin did.
        steps: how many were taken.
        error: over all rows, with the final weights; inf where it is beyond the floats.
        test_error: the same over the rows of the test; None without them.
        weights: the final ones.
    """

    value: Any
    status: str
    reason: str
    steps: int
    error: float
    test_error: float | None
    weights: Array | None = attrs.field(repr=False)


@attrs.frozen(eq=False)
class Trial:
    """A run that is to be made with several values of one parameter.

    Parameters:
        network: the chosen plugins; the parameter's own value in it does not matter.
        name: of the parameter.
        task: what is run.
        test: inputs and targets that nothing is learned from; None without them.
        engine: as for `train`; `auto` takes the values side by side where that can be. A whole
            number makes each value another formula.
        threads: how many may be used; None for one on each core.
    """

    network: Network
    name: str
    task: Task
    test: tuple[Array, Array] | None
    engine: Any
    threads: int | None

    def of(
        self,
        values: Sequence[Any],
        named: bool = False,
        told: Callable[[int], None] = lambda _: None,
    ) -> list[Came]:
        """Run with each value.

        Parameters:
            told: is told after each run how many of these are done.
            named: whether somebody has named them. Then one that the rule itself refuses is told;
                else it is left out.
        """
        taken = self._taken(values, named)
        many = (
            isinstance(self.engine, str)
            and self.engine == "auto"
            and bool(taken)
            and isinstance(taken[0], float)
        )
        formula = formula_for_many(self.network, self.task) if many else None
        side = self._side_by_side(taken, formula) if formula is not None else None
        engine = self.engine if formula is None else "native"
        found = []
        for lane, value in enumerate(taken):
            came = self._came(value, side, lane) if side else self._alone(value, engine)
            found.append(came)
            told(len(found))
        return found

    def start_error(self) -> tuple[float, float | None]:
        """The error with the first weights, over all rows and over those of the test."""
        return self._errors(self.network, self.task.weights)

    def _taken(self, values: Sequence[Any], named: bool) -> list[Any]:
        """The values that the rule takes.

        All lie within the parameter's bounds, so only a rule with checks of its own refuses one.
        """
        rule = type(self.network.rule.plugin)
        validated = any(field.validator for field in attrs.fields(rule))
        if not validated and not hasattr(rule, "__attrs_post_init__"):
            return [*values]
        found = []
        for value in values:
            try:
                rule_with(self.network, self.name, value)
            except ParameterError:
                if named:
                    raise
            else:
                found.append(value)
        return found

    def _with(self, value: Any) -> Network:
        return network_with(self.network, self.name, value)

    def _side_by_side(self, values: Sequence[Any], formula: Formula) -> Side | None:
        """All values at once, where the network is not too large."""
        tasks = self.task, self._test_task()

        def with_value(lane: int) -> Network:
            return self._with(values[lane])

        return side_by_side(
            self.network, formula, self.name, values, tasks, with_value, self.threads
        )

    def _came(self, value: Any, side: Side, lane: int) -> Came:
        """What one of many runs came to; Python takes a closer look where it has to."""
        outcome = side.outcomes[lane]
        if outcome is None:
            return self._alone(value, "native", side.states[lane])
        weights, error, test_error = side.weights[lane], side.errors[lane], side.test_errors[lane]
        if error is None or (test_error is None and self.test is not None):
            error, test_error = self._errors(self._with(value), weights.reshape(-1, 1))
        ended = outcome.status, outcome.reason, outcome.steps
        return Came(value, *ended, error, test_error, weights)

    def _alone(self, value: Any, name: Any, state: State | None = None) -> Came:
        """The run with one value, as `train` would take it, from its start or a later state on.

        Parameters:
            name: of the engine.
        """
        task, network = self.task, self._with(value)
        try:
            engine = choose_engine(name, network, task, self.threads).engine
            begun = state or start_state(task, network.start)
            return self._finished(network, value, begun, engine)
        except PluginError as error:
            return Came(value, FAILED, str(error), 0, float("inf"), None, None)

    def _finished(self, network: Network, value: Any, state: State, engine: Any) -> Came:
        """Take the steps that are left."""
        task = self.task
        ending = Ending(network, task, engine.error)
        state, outcome = run(task, state, engine, nothing_of(task), Watchers([], task), ending)
        errors = self._errors(network, state.weights)
        weights = state.weights[:, 0]
        return Came(value, outcome.status, outcome.reason, outcome.steps, *errors, weights)

    def _errors(self, network: Network, weights: Array) -> tuple[float, float | None]:
        """The errors at some weights: over all rows, and over those of the test."""
        found: list[float | None] = []
        for task in (self.task, self._test_task()):
            if task is None:
                found.append(None)
                continue
            engine = choose_engine("auto", network, task).engine
            found.append(float(engine.error(weights)[0]))
        error, test = found
        assert error is not None
        return error, test

    def _test_task(self) -> Task | None:
        if self.test is None:
            return None
        inputs, targets = self.test
        whole = Batches(len(inputs), len(inputs))
        return attrs.evolve(self.task, inputs=inputs, targets=targets, batches=whole)


def network_with(network: Network, name: str, value: Any) -> Network:
    """The same network, whose rule has another value of a parameter.

    Raises:
        ParameterError: the rule does not take it.
    """
    rule = network.rule
    chosen = attrs.evolve(rule, plugin=rule_with(network, name, value))
    predictor, comparison = (
        chosen if role is rule else role for role in (network.predictor, network.comparison)
    )
    return Network(chosen, predictor, comparison, network.modifiers)


def rule_with(network: Network, name: str, value: Any) -> Any:
    """The rule's object with another value of a parameter; raises as `network_with` does."""
    rule = network.rule
    values = {**values_of(rule.plugin), name: value}
    return construct(type(rule.plugin), values, f"rule {rule.name}")


def nothing_of(task: Task) -> Record:
    """A record of no step."""
    return Record.of(task, 0, 0, weight_deltas=False)


def check_some_ran(tried: Sequence[Came]) -> None:
    """Raise what a plugin said where it failed with every value."""
    if tried and all(each.status == FAILED for each in tried):
        raise HookError(tried[0].reason)
