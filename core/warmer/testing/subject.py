"""The plugin that is checked: loaded, put into a network that suits it, and run on small tables."""

import math
import os
from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import cached_property
from typing import Any

import attrs
import numpy as np

from warmer.contract.answers import number
from warmer.contract.blaming import place_of_method
from warmer.contract.check import evidence_of, implementations_of
from warmer.contract.hookspecs import PLURAL
from warmer.contract.parameters import construct, parameters_of, values_of
from warmer.engines.calling import BeyondError, call
from warmer.engines.weight_deltas import WeightDeltas
from warmer.exceptions import ContractError, HookError, PluginError, UsageError
from warmer.formulas.sums import Floats
from warmer.plugins.choosing import assemble
from warmer.plugins.network import Network
from warmer.plugins.registry import Registry
from warmer.runs.results import Run
from warmer.runs.task import Array
from warmer.testing.bystanders import Chance, Follows, FollowsAll, Rolls, RollsAll, Surprise, Tries
from warmer.testing.cases import CASES, Case, Setting
from warmer.training.api import train

Rows = tuple[Array, Array, Array]  # inputs, targets, weights to start from
ROWS, STEPS = 7, 6
ENOUGH = 300  # steps in which a rule that learns has learned something
FALLEN = 0.99  # of the error at the start; less is left where something was learned
SHARES = (0.1, 0.01, 0.001, 0.0001)
"""How much of weight_delta is taken beside a predictor or comparison, whose slopes may be steep."""


@attrs.frozen(eq=False)
class Subject:
    """A plugin that is checked.

    Parameters:
        kind, name: of which kind it is, and how messages call it.
        plugin: an object of it.
        asked: the name that it can be named by on the command line; None for a class.
        registry: where names are looked up.
    """

    kind: str
    name: str
    plugin: Any
    asked: str | None
    registry: Registry
    _tables: dict[tuple[Case, Setting], Rows] = attrs.field(factory=dict, init=False)

    @property
    def cls(self) -> type:
        """Its class."""
        return type(self.plugin)

    def another(self, **values: Any) -> Any:
        """Make another object of it, with other values of some parameters.

        An observer that writes to a `path` writes nowhere.
        """
        if not attrs.has(self.cls):  # an observer
            return deepcopy(self.plugin)
        own = values_of(self.plugin)
        if self.kind == "observer" and isinstance(own.get("path"), str):
            own["path"] = os.devnull
        return construct(self.cls, {**own, **values}, self.name)

    def answers(self, hook: str) -> bool:
        """Whether it implements a hook."""
        return hook in implementations_of(self.cls)

    def asks(self, *evidence: str) -> bool:
        """Whether learn of it asks for any of these."""
        return not evidence_of(self.cls, "learn").isdisjoint(evidence)

    @property
    def has_parameters(self) -> bool:
        """Whether there is anything to be set."""
        return attrs.has(self.cls) and bool(parameters_of(self.cls))

    @property
    def counts_weights(self) -> bool:
        """Whether it says how many weights it has."""
        return self.answers("predict") and hasattr(self.cls, "weight_count")

    @property
    def plural(self) -> bool:
        """Whether learn of it is asked for all weights at once."""
        return self.asks(*PLURAL)

    def network(self, plugin: Any = None, **more: Any) -> Network:
        """Its network."""
        options = {**self.setting.beside, **more}
        return _network(self.placed(self.plugin if plugin is None else plugin, options))

    def placed(self, plugin: Any, options: dict[str, Any]) -> dict[str, Any]:
        """Put the plugin where it belongs among the arguments of `train`."""
        if self.kind == "modifier":
            around = options.get("modifiers", [None])
            return {**options, "modifiers": [plugin if m is None else m for m in around]}
        if self.kind == "observer":
            return {"observers": [plugin], **options}
        named = {"rule": "rule", "predictor": "predict", "comparison": "compare"}
        return {**options, named[self.kind]: plugin}

    @cached_property
    def setting(self) -> Setting:
        """The first setting in which the plugin takes a step without refusing anything.

        Raises:
            UsageError: it refuses all of them; the words are its own, about the first.
        """
        refused: UsageError | None = None
        for setting in self.settings():
            for case in CASES[:2]:
                try:
                    self.run(case, setting=setting, steps=1)
                except UsageError as error:
                    refused = refused or error
                except ContractError as error:  # it asks for what this network does not give
                    refused = refused or UsageError(str(error))
                except PluginError:  # a fault, which the laws will find
                    return setting
                else:
                    return setting
        raise UsageError(f"it refuses every table that was tried: {refused}")

    def settings(self) -> Iterator[Setting]:
        """What may stand beside it, the most usual first."""
        for beside in self._besides():
            yield Setting(beside)
            yield Setting(beside, inputs="positive")
            for targets in ("0 or 1", "-1 or 1"):
                yield Setting(beside, targets=targets)

    def _besides(self) -> Iterator[dict[str, Any]]:
        if self.kind == "rule":
            yield {}
            if not self.answers("predict"):
                yield {"predict": Chance}
        elif self.kind == "predictor":
            yield {"rule": Follows if self._has_slope(2, 1) else Tries}
        elif self.kind == "modifier":
            for rule in (Follows, FollowsAll, Rolls, RollsAll, Tries):
                yield {"rule": rule}
            yield {"rule": Follows, "predict": Chance, "compare": Surprise}
        else:
            yield {"rule": Follows}
            yield {"rule": Follows, "predict": Chance}

    def _has_slope(self, *inputs: int) -> bool:
        network = _network({"rule": Follows, "predict": self.plugin})
        return any(WeightDeltas(network, count).gradient is not None for count in inputs)

    def table(self, case: Case, setting: Setting | None = None) -> Rows:
        """A small table that its network can learn: inputs, targets, weights to start from."""
        key = case, setting or self.setting
        if key not in self._tables:
            self._tables[key] = self._table(*key)
        inputs, targets, start = self._tables[key]
        return inputs.copy(), targets.copy(), start.copy()

    def _table(self, case: Case, setting: Setting) -> Rows:
        chance = np.random.default_rng(case.inputs)
        inputs = np.round(chance.uniform(-1, 1, (ROWS, case.inputs)) * 64) / 64
        network = _network(self.placed(self.plugin, dict(setting.beside)))
        weights = network.weight_count(case.inputs)
        goals = np.round(chance.uniform(-1, 1, (weights, case.targets)) * 16) / 16
        inputs /= max(1, case.inputs // 4)
        if setting.inputs == "positive":
            inputs, goals = abs(inputs) + 0.125, abs(goals) + 0.125
        targets = np.array(
            [
                [_predicted(network, tuple(goal), row) for goal in goals.T.tolist()]
                for row in map(tuple, inputs.tolist())
            ]
        )
        if setting.targets != "any":
            low = float(setting.targets.partition(" ")[0])
            targets = np.where(targets > np.median(targets, axis=0), 1.0, low)
        start = np.round((goals - np.where(goals > 0, 1.0, -0.75)) * 16) / 16
        if setting.inputs == "positive":
            start = abs(start)
        return inputs, targets, start

    @cached_property
    def own_network(self) -> Network:
        """The network that it is tried in."""
        return self.network()

    def predicted(self, weights: Iterable[float], row: Iterable[float]) -> float:
        """Predict one row, as its network does."""
        return _predicted(self.own_network, tuple(weights), tuple(row))

    def run(self, case: Case, plugin: Any = None, **options: Any) -> Run:
        """Run it on a table of some size.

        Parameters:
            plugin: another object of it.
            **options: those of `train`; and setting, table, and the share of the rule beside it.
        """
        setting = options.pop("setting", None) or self.setting
        table = options.pop("table", None) or self.table(case, setting)
        inputs, targets, start = (array.copy() for array in table)
        share = options.pop("share", None)
        asked = {"steps": STEPS, "seed": 3, "batch_size": case.batch_size, "engine": "python"}
        asked |= setting.beside
        if share is not None:
            asked["rule"] = asked["rule"](share=share)
        if plugin is None:
            plugin = self.another() if self.kind == "observer" else self.plugin
        placed = self.placed(plugin, {**asked, **options})
        return train(inputs, targets, weights=start, registry=self.registry, **placed)

    @cached_property
    def tried(self) -> dict[Case, Run | PluginError]:
        """What `python` makes of every table that the plugin does not refuse, or how it failed."""
        found: dict[Case, Run | PluginError] = {}
        follows = self.kind == "predictor" and self.setting.beside["rule"] is Follows
        for case in CASES:
            try:
                if follows and not self._has_slope(case.inputs):  # `fast` says why
                    self.run(case, rule=Tries)
                    continue
                found[case] = self.run(case)
            except (UsageError, ContractError):  # it is not for tables of this size
                continue
            except PluginError as error:
                found[case] = error
        return found

    @property
    def baselines(self) -> dict[Case, Run]:
        """The runs on `python` that did not fail."""
        return {case: run for case, run in self.tried.items() if isinstance(run, Run)}

    @cached_property
    def long_runs(self) -> list[Run]:
        """Runs long enough to learn, with ever smaller steps where the rule is not the subject."""
        case = Case(self.case.inputs, "full", 1)
        found = []
        for share in (None,) if self.kind == "rule" else SHARES:
            found.append(self.run(case, steps=ENOUGH, engine="auto", share=share))
            if has_learned(found[-1]):
                break
        return found

    @cached_property
    def why_no_formula(self) -> str | None:
        """Why there is no formula of it; None where there is one."""
        if self.kind == "modifier" and self.plural:
            place = place_of_method(self.plugin, "learn")
            return f"learn of {self.name} asks for all weights at once{place}"
        try:
            self.run(self.case, engine="arrays", steps=1)
        except UsageError as error:
            return str(error).removeprefix("engine arrays cannot run this: ")
        return None

    @property
    def case(self) -> Case:
        """The first table that it runs on."""
        return next(iter(self.baselines))


def _network(placed: dict[str, Any]) -> Network:
    return assemble(
        placed["rule"], {}, placed.get("predict"), placed.get("compare"),
        placed.get("modifiers", ()), Registry(),
    )  # fmt: skip


def _predicted(network: Network, weights: Floats, inputs: Floats) -> float:
    where, row = network.where["predict"], {"weights": weights, "inputs": inputs}
    try:
        answer = call(network, where, network.ask["predict"], row)
    except BeyondError as error:
        raise HookError(str(error)) from error
    return float(number(answer, where, network.at["predict"]))


def errors_of(run: Run) -> tuple[float, float]:
    """The error over all rows at the start of a run of full batches, and at its end."""
    assert run.history is not None
    if not len(run.history):  # it diverged before the first step was taken
        return math.nan, math.nan
    return float(np.ravel(run.history.error)[0]), float(np.ravel(run.error)[0])


def has_learned(run: Run) -> bool:
    """Whether the error has fallen."""
    before, after = errors_of(run)
    return run.outcome.status != "diverged" and after < FALLEN * before
