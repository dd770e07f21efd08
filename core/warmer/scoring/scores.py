"""Scores of a network: how well it predicts rows, and how well a constant does."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import numpy as np

from warmer.contract.answers import comparison
from warmer.contract.check import implementations_of
from warmer.engines.calling import BeyondError, call
from warmer.engines.choice import choose_engine
from warmer.engines.predicting import predictions
from warmer.exceptions import Stop, WarmerError
from warmer.plugins.network import Network
from warmer.runs.task import Array
from warmer.scoring.figures import accuracy, confusion, log_loss, r2
from warmer.tables.exact import exact_sum
from warmer.tables.recipe import Recipe
from warmer.training.tasks import task_of


@attrs.frozen
class Scores:
    """How well a target column is predicted.

    Parameters:
        rows: how many there were.
        error: their mean error, as the run's comparison says; of several networks the mean.
        r2: share of the variance that is predicted; None of classes.
        accuracy: share of rows whose class is predicted; None of numbers, like what follows.
        log_loss: None also where the predictions are no chances.
        confusion: a list for each class that rows have, of how often each class is predicted.
        classes: their names, in that order.
    """

    rows: int
    error: float
    r2: float | None = None
    accuracy: float | None = None
    log_loss: float | None = None
    confusion: tuple[tuple[int, ...], ...] | None = None
    classes: tuple[str, ...] | None = None


Classes = Mapping[str, tuple[str, ...] | None]


@attrs.frozen(eq=False)
class Scorer:
    """Scores what a network predicts of the rows of a table.

    Parameters:
        network: the chosen plugins.
        recipe: what was done to the table.
        classes: of each target column; None where it is a number.
    """

    network: Network
    recipe: Recipe
    classes: Classes

    def scores(self, weights: Array, inputs: Array, targets: Array) -> dict[str, Scores]:
        """Score some rows, by target column.

        Parameters:
            weights: shape (weights, targets).
            inputs, targets: the rows, as the recipe makes them.

        Raises:
            WarmerError: a plugin fails, or refuses a row.
        """
        task = task_of(self.network, inputs, targets, weights, 1, None, None, None)
        errors = choose_engine("auto", self.network, task).engine.error(weights)
        return self._by_column(predictions(self.network, inputs, weights), targets, errors)

    def baseline(self, learned: Array, targets: Array) -> dict[str, Scores]:
        """Score rows where every prediction is the mean of the targets that were learned.

        Of classes that is the share of each, so the most frequent one is predicted.

        Parameters:
            learned: the targets that the network has learned from.
            targets: those of the rows to score.
        """
        means = [exact_sum(column) / len(column) for column in learned.T]
        pairs = zip(means, targets.T, strict=True)
        errors = np.array([_constant(self.network, mean, goals) for mean, goals in pairs])
        return self._by_column(np.broadcast_to(means, targets.shape), targets, errors)

    def _by_column(self, answers: Array, targets: Array, errors: Array) -> dict[str, Scores]:
        found = {}
        for name, _, span in _columns(self.recipe):
            goals, own, classes = targets[:, span], answers[:, span], self.classes[name]
            if classes is None:
                figures: dict[str, Any] = {"r2": r2(goals[:, 0], own[:, 0])}
            else:
                figures = _of_classes(classes, goals, own, gives_chances(self.network))
            error = exact_sum(errors[span]) / len(errors[span])
            found[name] = Scores(len(goals), error, **figures)
        return found


def scorer(network: Network, recipe: Recipe, targets: Array) -> Scorer:
    """Say what is to be scored.

    A column of numbers has the classes 0 and 1 where these are all that it has, and the network
    predicts chances.

    Parameters:
        targets: of all rows that will be scored.
    """
    chances = gives_chances(network)
    classes = {
        name: ("0", "1") if words is None and chances and _is_0_or_1(targets[:, span]) else words
        for name, words, span in _columns(recipe)
    }
    return Scorer(network, recipe, classes)


def gives_chances(network: Network) -> bool:
    """Whether predictions are chances: their log odds are asked for, or known."""
    known = "log_odds" in implementations_of(type(network.predictor.plugin))
    return known or network.odds is not None


def _is_0_or_1(targets: Array) -> bool:
    return bool(np.isin(targets, (0.0, 1.0)).all())


def _columns(recipe: Recipe) -> Iterator[tuple[str, tuple[str, ...] | None, slice]]:
    """Each target column with its classes, and its place among the targets."""
    start = 0
    for target in recipe.targets:
        stop = start + len(target.names)
        yield target.name, target.classes, slice(start, stop)
        start = stop


def _of_classes(
    classes: tuple[str, ...], goals: Array, answers: Array, chances: bool
) -> dict[str, Any]:
    if goals.shape[1] == 1:
        actual, predicted = goals[:, 0].astype(int), (answers[:, 0] > 0.5).astype(int)
    else:
        actual, predicted = goals.argmax(axis=1), answers.argmax(axis=1)
    is_, said = ([classes[each] for each in found.tolist()] for found in (actual, predicted))
    loss = None
    if chances:
        try:
            loss = log_loss(actual, answers[:, 0] if goals.shape[1] == 1 else answers)
        except WarmerError:  # no network gives a row any chance, or they are no chances
            loss = None
    return {
        "accuracy": accuracy(is_, said),
        "log_loss": loss,
        "confusion": tuple(map(tuple, confusion(is_, said, classes))),
        "classes": classes,
    }


def _constant(network: Network, prediction: float, targets: Array) -> float:
    """The mean error where every prediction is the same; nan where compare refuses it."""
    where, total = network.where["compare"], []
    known: dict[str, Any] = {"prediction": prediction, "log_odds": None}
    if network.odds and 0 < prediction < 1:
        known["log_odds"] = math.log(prediction / (1 - prediction))
    values, counts = np.unique(targets, return_counts=True)
    for target, count in zip(values.tolist(), counts.tolist(), strict=True):
        try:
            answer = call(network, where, network.ask["compare"], known | {"target": target})
            total.append(comparison(answer, where, network.at["compare"]).error * count)
        except (WarmerError, BeyondError, Stop):
            return math.nan
    return math.fsum(total) / len(targets)
