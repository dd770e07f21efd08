"""A model: a network with the weights that it has learned, apart from the data and the run."""

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np

from warmer.contract.arguments import shown
from warmer.contract.hookspecs import hookimpl
from warmer.engines.predicting import predictions
from warmer.exceptions import DataError, UsageError
from warmer.models.headers import SCORES
from warmer.plugins.installed import own_distribution
from warmer.plugins.naming import Chosen
from warmer.plugins.network import Network
from warmer.plugins.recalling import one, some_modifiers
from warmer.plugins.registry import Registry, registry_of
from warmer.runs.outcome import Outcome
from warmer.runs.task import Array, State, brief
from warmer.storing.schema import check_header
from warmer.tables.frames import matrix_of, table_of
from warmer.tables.inputs import as_inputs
from warmer.tables.recipe import Recipe
from warmer.tables.table import Table


def version() -> str:
    """The version of the warmer that runs."""
    own = own_distribution()
    return own.version if own else "unknown"


@attrs.frozen(eq=False)
class _Nothing:
    """Stands for the rule and the comparison of a network that only predicts."""

    @hookimpl
    def compare(self, prediction: float) -> tuple[float, float]:
        return 0.0, prediction

    @hookimpl
    def learn(self, weight: float) -> float:
        return weight


@attrs.frozen(eq=False, repr=False)
class Model:
    """A network with its weights: it predicts, is saved and loaded, and runs go on with it.

    Parameters:
        plugins: the chosen plugins by kind: names, distributions, versions, parameters, hooks.
        state: the last one of the run.
        fields: the names of what each weight remembers.
        single: whether one target was given without an axis of its own, and is shown so.
        inputs: how many the network has.
        rows: how many it has learned from.
        outcome: how the run ended.
        error: over these rows, one for each target; inf or nan where it was beyond the floats.
        recipe: what was done to the table; None where the rows came from no table.
        scores: figures that were kept with it; None for none.
        version: of the warmer that made it.
        source: how errors name it.
        columns: the names of the inputs, where they came in a frame; none of an array.
    """

    plugins: dict[str, Any]
    state: State
    fields: tuple[str, ...]
    single: bool
    inputs: int
    rows: int
    outcome: Outcome
    error: Array
    recipe: Recipe | None
    scores: dict[str, Any] | None
    version: str
    source: str = "the model"
    columns: tuple[str, ...] = ()
    _registry: Registry | None = None
    _given: Mapping[str, Any] = attrs.field(factory=dict)

    def __repr__(self) -> str:
        rule, predictor = (self.plugins[kind]["name"] for kind in ("rule", "predictor"))
        return (
            f"Model(rule={rule!r}, predictor={predictor!r}, steps={self.state.step}, "
            f"weights={brief(self.weights)})"
        )

    @property
    def weights(self) -> Array:
        """Shape (weights,), or (weights, targets) where several targets were given."""
        return self._shaped(self.state.weights)

    @property
    def memory(self) -> dict[str, Array]:
        """What each weight remembers, by field, shaped like the weights."""
        return dict(zip(self.fields, map(self._shaped, self.state.memory), strict=True))

    def _shaped(self, values: Array) -> Array:
        return values[..., 0] if self.single else values

    def predict(self, rows: Any) -> Array:
        """Predict the targets of rows.

        Of all plugins only the predictor is needed, and the modifiers around predict.

        Parameters:
            rows: shape (rows, inputs), as the rule saw them; or, of a model that has learned from
                a table or a frame, a `warmer.Table` or a frame, whose columns are found by name,
                to which the same is done. A model of two classes or more answers chances, one
                column for each class or one for both.

        Returns:
            Shape (rows,), or (rows, targets) where several targets were given.

        Raises:
            DataError: a plugin is not installed; the rows do not fit.
            PluginError: a plugin fails.

        >>> import warmer
        >>> run = warmer.train([1.0, 2.0], [3.0, 6.0], "alpha-scaled", alpha=0.2, steps=200)
        >>> run.model().predict([4.0]).round(6).tolist()
        [12.0]
        """
        inputs = self._inputs(rows)
        if inputs.shape[1] != self.inputs:
            raise DataError(f"rows have {inputs.shape[1]} inputs, and the model has {self.inputs}")
        answers = predictions(self.predictor(), inputs, self.state.weights)
        return self._shaped(answers)

    def _inputs(self, rows: Any) -> Array:
        """What the rule would see of rows: shape (rows, inputs)."""
        named = self.recipe is not None or bool(self.columns)
        table = rows if isinstance(rows, Table) else table_of(rows, "rows", needed=named)
        if table is not None and self.recipe is not None:
            return self.recipe.transform(table)
        if table is not None and self.columns:
            return matrix_of(table, self.columns)
        if isinstance(rows, Table):
            raise UsageError("this model has learned from arrays, not from a table: give rows")
        return as_inputs(rows)

    def predictor(self) -> Network:
        """The predictor and the modifiers around predict, as a network that only predicts."""
        registry, source = registry_of(self._registry), self.source
        entry = self.plugins["predictor"]
        kind = "rule" if "predict" in self.plugins["rule"]["hooks"] else "predictor"
        asked = self._given.get("rule" if kind == "rule" else "predict")
        predictor = one(source, self.plugins["rule"] if kind == "rule" else entry, kind, registry,
                        asked)  # fmt: skip
        around = [each for each in self.plugins["modifiers"] if "predict" in each["hooks"]]
        modifiers = some_modifiers(source, around, registry, self._given.get("modifiers"))
        hooks, nothing = self.plugins[kind]["hooks"], Chosen("rule", "nothing", _Nothing())
        rule, comparison = (predictor if h in hooks else nothing for h in ("learn", "compare"))
        network = Network(rule, predictor, comparison, tuple(modifiers))
        if network.weight_count(self.inputs) != len(self.state.weights):
            raise DataError(
                f"{source}: has {len(self.state.weights)} weights, and {predictor.name} has "
                f"{network.weight_count(self.inputs)} for {self.inputs} inputs"
            )
        return network


def model_of(
    plugins: dict[str, Any], rows: int, inputs: int, run: Any, prepared: Any, scores: Any
) -> Model:
    """The model of a run; see `Run.model`.

    Raises:
        UsageError: `prepared` is none, or of another network.
    """
    check_header("model", scores, SCORES, "scores")
    recipe = getattr(prepared, "recipe", None)
    if prepared is not None:
        if not isinstance(recipe, Recipe):
            raise UsageError(f"prepared must be what warmer.prepare answers, got {shown(prepared)}")
        width = len(recipe.features) + recipe.bias
        if width != inputs or len(recipe.target_names) != run.state.weights.shape[1]:
            raise UsageError(
                f"prepared has {width} inputs and {len(recipe.target_names)} targets, and the run "
                f"has {inputs} and {run.state.weights.shape[1]}"
            )
    return Model(
        plugins=plugins,
        state=run.state,
        fields=run.fields,
        single=run.single,
        inputs=inputs,
        rows=rows,
        outcome=run.outcome,
        error=np.atleast_1d(np.array(run.error, float)),
        recipe=recipe,
        scores=scores,
        version=version(),
        columns=() if recipe else run.names.columns,
    )
