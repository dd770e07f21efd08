"""Estimators of scikit-learn: its own checks, the bits of `train`, and its tools around them."""

import pickle
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

import warmer
from warmer.sklearn import WarmerClassifier, WarmerRegressor

BOTH = (WarmerRegressor, WarmerClassifier)
NUMBERS = np.random.default_rng(3)
ROWS = NUMBERS.standard_normal((30, 3))
GOALS = ROWS @ [1.0, -2.0, 0.5] + 3.0 + 0.1 * NUMBERS.standard_normal(30)
LABELS = np.array(["cold", "hot", "warm"])[np.digitize(GOALS, [2.0, 4.0])]

CHECKS = {"1.6": (52, 54), "1.9": (53, 55)}
"""How many checks scikit-learn has of a regressor and a classifier such as these, by version."""


@pytest.fixture(autouse=True)
def unfinished() -> Any:
    """Runs of few steps are no fault here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


@pytest.mark.parametrize("place, estimator", [*enumerate(BOTH)])
def test_every_check_of_scikit_learn(place: int, estimator: type, monkeypatch: Any) -> None:
    """check_estimator finds nothing, all checks run, and there are as many as are known."""
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # else the check of arrays of other kinds is skipped
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(estimator(), on_skip=None, on_fail=None)

    found = Counter(result["status"] for result in results)
    assert [*found] == ["passed"], [r for r in results if r["status"] != "passed"]
    version = ".".join(sklearn.__version__.split(".")[:2])
    if version in CHECKS:
        assert found["passed"] == CHECKS[version][place]
    assert found["passed"] >= CHECKS["1.6"][place]


def with_ones(rows: np.ndarray) -> np.ndarray:
    """What a rule sees with an intercept."""
    return np.column_stack([rows, np.ones(len(rows))])


@pytest.mark.parametrize("batch_size, intercept", [("full", True), (4, False)])
def test_the_bits_of_train(any_rule: Any, batch_size: Any, intercept: bool) -> None:
    """fit is train, bit for bit: numbers, several targets, and classes against the rest."""
    inputs = with_ones(ROWS) if intercept else ROWS
    options = {"steps": 12, "batch_size": batch_size}
    own = {"rule": any_rule, "fit_intercept": intercept, "random_state": 5, **options}
    for goals in (GOALS, np.column_stack([GOALS, -GOALS])):
        model = WarmerRegressor(**own).fit(ROWS, goals)
        run = warmer.train(inputs, goals, any_rule, seed=5, **options)
        assert model.run_.weights.tobytes() == run.weights.tobytes()
        assert model.predict(ROWS).tobytes() == run.model().predict(inputs).tobytes()
        assert model.coef_.tobytes() == run.weights[:3].T.copy().tobytes()
        assert np.array_equal(model.intercept_, run.weights[3] if intercept else 0 * run.weights[0])
    network = {"predict": "logistic", "compare": "log-loss"}
    for labels, wanted in ((LABELS, 3), (np.where(LABELS == "hot", "hot", "not"), 1)):
        classifier = WarmerClassifier(**own).fit(ROWS, labels)
        one = (labels[:, None] == classifier.classes_).astype(float)
        goals = one if wanted == 3 else one[:, 1]
        run = warmer.train(inputs, goals, any_rule, seed=5, **options, **network)
        assert classifier.run_.weights.tobytes() == run.weights.tobytes()
        assert classifier.coef_.shape == (wanted, 3)


def test_partial_fit_has_the_bits_of_fit(any_rule: Any) -> None:
    """Calls with all rows are steps over all of them; it goes on from a fit, and a fit from it."""
    for make, goals in ((WarmerRegressor, GOALS), (WarmerClassifier, LABELS)):
        extra = {} if make is WarmerRegressor else {"classes": np.unique(LABELS)}
        whole = make(any_rule, steps=12, random_state=1).fit(ROWS, goals)
        model = make(any_rule, steps=5, random_state=1, warm_start=True)
        for step in range(4):
            model.partial_fit(ROWS, goals, **(extra if step == 0 else {}))
            model = pickle.loads(pickle.dumps(model)) if any_rule.__class__ is str else model
        model.fit(ROWS, goals)
        for _ in range(3):
            model.partial_fit(ROWS, goals)
        assert model.coef_.tobytes() == whole.coef_.tobytes()
        assert np.array_equal(model.intercept_, whole.intercept_)
        assert np.array_equal(model.predict(ROWS), whole.predict(ROWS))
        assert model.n_iter_ == whole.n_iter_ == 12


def test_partial_fit_in_batches() -> None:
    """With a batch size, a call is a pass over its rows in their order."""
    model = WarmerRegressor(steps=3, batch_size=10).fit(ROWS, GOALS)
    stream = WarmerRegressor(batch_size=10).partial_fit(ROWS, GOALS)
    assert stream.coef_.tobytes() == model.coef_.tobytes()
    assert stream.n_iter_ == 3


@pytest.mark.parametrize("size", [1, 7, np.int64(7), 30, 99, "full", None])
def test_steps_of_a_partial_fit(size: Any) -> None:
    """A call takes one step for each batch, whatever kind of whole number its size is."""
    stream = WarmerRegressor(batch_size=size).partial_fit(ROWS, GOALS)
    assert stream.n_iter_ == (-(-30 // int(size)) if isinstance(size, int | np.integer) else 1)


@pytest.mark.parametrize("size", [0, -1, 1.5, "ful", True])
def test_a_batch_size_that_is_none(size: Any) -> None:
    """fit and partial_fit refuse it alike."""
    for way in ("fit", "partial_fit"):
        with pytest.raises(warmer.ParameterError, match="batch_size must be a whole number at lea"):
            getattr(WarmerRegressor(batch_size=size), way)(ROWS, GOALS)


def test_what_is_learned_stays() -> None:
    """A parameter that is set after learning does not change what was learned."""
    for make, goals in ((WarmerRegressor, GOALS), (WarmerClassifier, LABELS)):
        model = make(steps=20).fit(ROWS, goals)
        before = model.predict(ROWS), model.intercept_
        model.set_params(fit_intercept=False, rule="hot-and-cold")
        assert np.array_equal(model.predict(ROWS), before[0])
        assert np.array_equal(model.intercept_, before[1])
        assert model.partial_fit(ROWS, goals).coef_.shape == model.run_.weights[:3].T.shape


def test_a_warm_start_knows_its_classes() -> None:
    """A fit that goes on keeps its classes, seen again or not, and refuses others."""
    model = WarmerClassifier(steps=5, warm_start=True).fit(ROWS, LABELS)
    some = LABELS != "warm"
    assert [*model.fit(ROWS[some], LABELS[some]).classes_] == ["cold", "hot", "warm"]
    with pytest.raises(ValueError, match="y has a class 'dry', and there is"):
        model.fit(ROWS, np.where(some, LABELS, "dry"))
    model.partial_fit(ROWS, LABELS, classes=["warm", "hot", "cold"])
    with pytest.raises(ValueError, match="0 sample"):
        model.partial_fit(ROWS[:0], LABELS[:0])


def test_classes_have_chances() -> None:
    """Chances of a row add up to 1, the likeliest class is predicted; of numbers there are none."""
    rows, labels = load_iris(return_X_y=True)
    model = make_pipeline(StandardScaler(), WarmerClassifier(parameters={"alpha": 1.0}))
    chances = model.fit(rows, labels).predict_proba(rows)
    assert np.allclose(chances.sum(axis=1), 1, rtol=0, atol=1e-12)
    assert np.array_equal(model.classes_[chances.argmax(axis=1)], model.predict(rows))
    assert model.score(rows, labels) > 0.9
    linear = WarmerClassifier(predict="linear").fit(ROWS, LABELS)
    assert not hasattr(linear, "predict_proba")
    assert set(linear.predict(ROWS)) <= set(LABELS)


def test_what_is_to_be_tried() -> None:
    """A run that is not there, or that diverged, warns with the number to try."""
    for alpha, said in ((1e-4, "try alpha"), (1e4, "try alpha")):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            WarmerRegressor(parameters={"alpha": alpha}, steps=300).fit(ROWS, GOALS)
        (warning,) = caught
        assert warning.category is ConvergenceWarning
        assert said in str(warning.message)
        assert warning.filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        WarmerRegressor(parameters={"alpha": 0.5}).fit(ROWS, GOALS)


def test_the_tools_of_scikit_learn() -> None:
    """Grids, pipelines, clones, pickles, frames and notebooks take them as they take any other."""
    frame = pd.DataFrame(ROWS, columns=["a", "b", "c"])
    model = make_pipeline(StandardScaler(), WarmerRegressor(steps=200)).set_output(
        transform="pandas"
    )
    grid = {
        "warmerregressor__parameters__alpha": [0.001, 0.5],
        "warmerregressor__rule": ["alpha-scaled"],
    }
    search = GridSearchCV(model, grid, cv=3).fit(frame, GOALS)
    best = search.best_estimator_[-1]
    assert best.parameters == {"alpha": 0.5}
    assert (
        [*best.run_.coefficients]
        == [*best.feature_names_in_, "intercept"]
        == ["a", "b", "c", "intercept"]
    )
    unnamed = WarmerRegressor(fit_intercept=False, steps=5).fit(ROWS[:, :1], GOALS)
    assert [*unnamed.run_.coefficients] == ["x"]
    back = pickle.loads(pickle.dumps(search))
    assert back.predict(frame).tobytes() == search.predict(frame).tobytes()
    named = WarmerRegressor("hot-and-cold", predict="linear", parameters={"step_amount": 0.1})
    assert clone(named).get_params() == named.get_params()
    assert clone(named).set_params(predict="logistic").get_params()["predict"] == "logistic"
    assert "predict='linear'" in repr(named)
    assert "hot-and-cold" in named._repr_html_()


ADAM = str(Path(__file__).parents[2] / "docs/examples/warmer-adam/warmer_adam.py") + ":Adam"


def test_a_rule_from_a_file_is_pickled() -> None:
    """It is pickled by its path, with its parameters; what was learned goes on as it would have."""
    for way in ("fit", "partial_fit"):
        model = WarmerRegressor(ADAM, parameters={"alpha": 0.05}, steps=5)
        getattr(model, way)(ROWS, GOALS)
        again = pickle.loads(pickle.dumps(model))
        for each in (model, again):
            each.partial_fit(ROWS, GOALS)
        assert again.coef_.tobytes() == model.coef_.tobytes()
        assert np.array_equal(again.predict(ROWS), model.predict(ROWS))


@pytest.mark.parametrize("estimator", BOTH)
def test_what_is_refused(estimator: Any) -> None:
    """In a sentence: weights of rows, sparse rows, rules that there are not, one class."""
    goals = GOALS if estimator is WarmerRegressor else LABELS
    with pytest.raises(ValueError, match="sample_weight cannot be used: rows count alike"):
        estimator().fit(ROWS, goals, sample_weight=np.ones(30))
    with pytest.raises(TypeError, match="[Ss]parse"):
        estimator().fit(sparse.csr_array(ROWS), goals)
    with pytest.raises(warmer.UnknownNameError, match="alpha-scaled"):
        estimator("alpha-scald").fit(ROWS, goals)
    with pytest.raises(NotFittedError):
        estimator().predict(ROWS)
    with pytest.raises(AttributeError, match="no weights of features"):
        estimator().coef_  # noqa: B018 - looking is what fails
    if estimator is WarmerClassifier:
        with pytest.raises(ValueError, match="there is one class, "):
            estimator().fit(ROWS, ["hot"] * 30)
        with pytest.raises(ValueError, match="classes must be passed on the first call"):
            estimator().partial_fit(ROWS, goals)
        first = estimator().partial_fit(ROWS, goals, classes=np.unique(goals))
        with pytest.raises(ValueError, match="y has a class 'hot!', and there is"):
            first.partial_fit(ROWS[:1], ["hot!"])
        with pytest.raises(ValueError, match="is not the same as before"):
            first.partial_fit(ROWS, goals, classes=["a", "b"])


@attrs.frozen(eq=False)
class Bend:
    """A predictor that says itself how many weights it has."""

    @warmer.hookimpl
    def predict(self, weights: Any, inputs: Any) -> Any:
        return weights[0] * warmer.dot(weights[1:], inputs)

    def weight_count(self, inputs: int) -> int:
        return inputs + 1


def test_weights_that_belong_to_no_feature() -> None:
    """A network with weights of its own predicts, and has no coefficients."""
    model = WarmerRegressor(predict=Bend, fit_intercept=False, steps=5).fit(ROWS, GOALS)
    assert model.predict(ROWS).shape == (30,)
    assert model.run_.weights.shape == (4,)
    assert not hasattr(model, "coef_")
