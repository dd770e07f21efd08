"""scikit-learn's estimators: a run of `train` is their fit, a step of a `Session` partial_fit."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MultiOutputMixin, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from warmer.engines.predicting import predictions
from warmer.exceptions import UsageError
from warmer.plugins.choosing import CHANCES, NUMBERS, RULE, assemble
from warmer.plugins.registry import registry_of
from warmer.runs.task import Array, State
from warmer.scoring.scores import gives_chances
from warmer.tables.frames import Named
from warmer.training.api import train
from warmer.training.session import Session
from warmer.training.tasks import rows_at_once


class MethodAndParameter:
    """A method that bears the name of a parameter: it is asked for, and the parameter is set."""

    def __init__(self, method: Callable[..., Any]):
        self._method = method

    def __get__(self, estimator: Any, owner: Any = None) -> Any:
        return self._method.__get__(estimator, owner)

    def __set__(self, estimator: Any, value: Any) -> None:
        vars(estimator)[self._method.__name__] = value


class Learning(BaseEstimator):
    """What both estimators share: a rule with its parameters, and what came of its steps."""

    def __init__(
        self,
        rule: Any = RULE,
        *,
        parameters: Mapping[str, Any] | None = None,
        predict: Any = None,
        compare: Any = None,
        modifiers: Sequence[Any] = (),
        fit_intercept: bool = True,
        steps: int = 1000,
        batch_size: Any = "full",
        random_state: Any = None,
        warm_start: bool = False,
    ):
        self.rule = rule
        self.parameters = parameters
        self.predict = predict
        self.compare = compare
        self.modifiers = modifiers
        self.fit_intercept = fit_intercept
        self.steps = steps
        self.batch_size = batch_size
        self.random_state = random_state
        self.warm_start = warm_start

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters by name."""
        return {**super().get_params(deep), "predict": vars(self)["predict"]}

    def set_params(self, **params: Any) -> Any:
        """Set parameters by name; `parameters__alpha` is the `alpha` of the rule."""
        own = [name for name in params if name.startswith("parameters__")]
        after = {name.removeprefix("parameters__"): params.pop(name) for name in own}
        if own:
            params["parameters"] = {**(params.get("parameters", self.parameters) or {}), **after}
        return super().set_params(**params)

    def fit(self, X: Any, y: Any, **unknown: Any) -> Any:  # noqa: N803 - scikit-learn's names
        """Take all `steps` over some rows, from the start unless `warm_start`."""
        rows, targets = self._data(X, y, unknown, True)
        start = getattr(self, "_last", None) if self.warm_start else None
        network, self._intercept = self._assembled(), bool(self.fit_intercept)
        inputs = self._inputs(rows)
        names = [*getattr(self, "feature_names_in_", [""]), "intercept"]  # "" is no name
        run: Any = train(
            Named(inputs, names[: inputs.shape[1]]), targets, network, steps=self.steps,
            batch_size=self.batch_size, seed=self._seed(), start=start,
        )  # fmt: skip
        self._network, self._last, self.run_ = network, run, run
        self.n_iter_ = run.state.step
        said = [run.outcome.reason] if run.outcome.status == "diverged" else []
        said += [found for found in run.findings if found.topic != "chance"]
        if said:
            told = f"{'; '.join(said)} (what the rule takes goes into `parameters`)"
            warnings.warn(f"{type(self).__name__}: {told}", ConvergenceWarning, stacklevel=2)
        return self

    @MethodAndParameter
    def predict(self, X: Any) -> Any:  # noqa: N803
        """What is predicted of each row."""
        return self._answers(self._predictions(X))

    @property
    def coef_(self) -> Array:
        """The weights of the features, (features,); a row for each of several targets."""
        weights = self._weights()[: self.n_features_in_]
        return weights[:, 0] if self._single else weights.T

    @property
    def intercept_(self) -> Any:
        """A number, or one for each of several targets; 0 without `fit_intercept`."""
        last = self._weights()[-1] * self._intercept
        return last[0] if self._single else last

    def _weights(self) -> Array:
        """Shape (weights, targets), where each weight belongs to an input."""
        if not hasattr(self, "n_iter_") or self._network.counted:
            raise AttributeError(f"this {type(self).__name__} has no weights of features")
        return self._state.weights

    @property
    def _state(self) -> State:
        return self._last.last() if isinstance(self._last, Session) else self._last.state

    def _learn(self, rows: Array, targets: Array) -> Any:
        """Take a step for each batch of some rows, in their order."""
        size = rows_at_once(self.batch_size, len(rows))
        if not hasattr(self, "n_iter_"):
            self._network, self._intercept = self._assembled(), bool(self.fit_intercept)
            shape = self._network.weight_count(rows.shape[1] + self._intercept), *targets.shape[1:]
            self._last = Session(self._network, weights=np.zeros(shape), seed=self._seed())
        elif not isinstance(self._last, Session):
            self._last = Session(self._network, start=self._last, seed=self._seed())
        inputs = self._inputs(rows)
        for first in range(0, len(inputs), size):
            self._last.learn(inputs[first : first + size], targets[first : first + size])
        self.n_iter_ = self._state.step
        return self

    def _validated(self, rows: Any, targets: Any, unknown: Mapping[str, Any], **how: Any) -> Any:
        """What both are as arrays; weights of rows and the like are refused."""
        if unknown:
            raise UsageError(f"{', '.join(unknown)} cannot be used: rows count alike; repeat some")
        return validate_data(self, rows, targets, dtype=np.float64, **how)

    def _inputs(self, rows: Array) -> Array:
        """What the rule sees: with an intercept, the last input is always 1."""
        return np.column_stack([rows, np.ones(len(rows))]) if self._intercept else rows

    def _predictions(self, rows: Any) -> Array:
        """What the network says of rows: (rows, targets)."""
        check_is_fitted(self, "n_iter_")
        rows = validate_data(self, rows, reset=False, dtype=np.float64)
        return predictions(self._network, self._inputs(rows), self._state.weights)

    def _assembled(self, defaults: tuple[str, str] = NUMBERS) -> Any:
        given = self.rule, self.parameters or {}, vars(self)["predict"], self.compare
        return assemble(*given, self.modifiers, registry_of(None), defaults)

    def _seed(self) -> Any:
        drawn = isinstance(self.random_state, np.random.RandomState)
        return int(self.random_state.randint(2**31 - 1)) if drawn else self.random_state


class WarmerRegressor(MultiOutputMixin, RegressorMixin, Learning):
    """Numbers predicted by what a rule has learned: `warmer.train` as an estimator.

    Parameters:
        rule, predict, compare, modifiers, steps, batch_size: as for `warmer.train`.
        parameters: the rule's own, such as `{"alpha": 0.5}`.
        fit_intercept: whether the rule sees a last input that is always 1.
        random_state: the seed, or a generator that draws one; None leaves rows in their order.
        warm_start: whether `fit` goes on where the estimator is.

    Attributes: `coef_`, `intercept_` (where weights are of inputs), `run_`, `n_iter_` (steps).
    """

    def partial_fit(self, X: Any, y: Any, **unknown: Any) -> Any:  # noqa: N803
        """Take one step on these rows, or one for each `batch_size` of them."""
        return self._learn(*self._data(X, y, unknown, not hasattr(self, "n_iter_")))

    def _data(self, rows: Any, targets: Any, unknown: Any, first: bool) -> Any:
        how = {"y_numeric": True, "multi_output": True, "reset": first}
        arrays = all(type(a) is np.ndarray and a.dtype == np.float64 for a in (rows, targets))
        skip = not first and arrays and rows.ndim == 2 and 0 < len(rows) == len(targets)
        return self._validated(rows, targets, unknown, skip_check_array=skip, **how)

    def _answers(self, found: Array) -> Array:
        return found[:, 0] if self._single else found

    @property
    def _single(self) -> Any:
        return self._last.single


class WarmerClassifier(ClassifierMixin, Learning):
    """Classes predicted by what a rule has learned: of more than two, each against the rest.

    By default chances are learned, compared by their logarithm. `predict_proba` is there where
    predictions are chances; those of more than two classes are divided by their sum.

    Parameters and attributes: as of `WarmerRegressor`, and `classes_`.
    """

    _single = False

    def partial_fit(self, X: Any, y: Any, classes: Any = None, **unknown: Any) -> Any:  # noqa: N803
        """Likewise; for the first call, `classes` are all that there will be."""
        first = not hasattr(self, "n_iter_")
        if first and classes is None:
            raise UsageError("classes must be passed on the first call to partial_fit")
        if not (first or classes is None or {*classes} == {*self.classes_}):
            raise UsageError(f"classes={classes!r} is not the same as before: {self.classes_}")
        return self._learn(*self._data(X, y, unknown, first, classes if first else self.classes_))

    @available_if(lambda self: gives_chances(self._assembled()))
    def predict_proba(self, X: Any) -> Array:  # noqa: N803
        """The chance of each class for each row, (rows, classes)."""
        chances = self._predictions(X)
        if len(self.classes_) == 2:
            return np.hstack([1 - chances, chances])
        sums = chances.sum(axis=1, keepdims=True)
        even = np.full_like(chances, 1 / len(self.classes_))  # where no network sees its class
        return np.divide(chances, sums, out=even, where=sums > 0)

    def _data(
        self, rows: Any, labels: Any, unknown: Any, first: bool, classes: Any = None
    ) -> tuple[Array, Array]:
        rows, labels = self._validated(rows, labels, unknown, reset=first)
        check_classification_targets(labels)
        if self.warm_start and hasattr(self, "n_iter_"):  # each network goes on with its class
            classes = vars(self)["classes_"]
        self.classes_ = np.unique(labels if classes is None else classes)
        if len(self.classes_) < 2:
            raise UsageError(f"there is one class, {self.classes_}, and two are needed")
        one = self.classes_ == np.asarray(labels)[:, np.newaxis]
        if strange := np.asarray(labels)[~one.any(axis=1)].tolist():
            raise UsageError(f"y has a class {strange[0]!r}, and there is {self.classes_}")
        return rows, one.astype(float)[:, 1] if len(self.classes_) == 2 else one.astype(float)

    def _answers(self, found: Array) -> Any:
        two = len(self.classes_) == 2
        return self.classes_[(found[:, 0] > 0.5).astype(int) if two else found.argmax(axis=1)]

    def _assembled(self, defaults: tuple[str, str] = (CHANCES[0], NUMBERS[1])) -> Any:
        network = super()._assembled(defaults)
        chances = self.compare is None and gives_chances(network)
        return super()._assembled(CHANCES) if chances else network
