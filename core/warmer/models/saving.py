"""Models in files: `save` and `load`."""

import os
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from warmer.contract.arguments import check_list, shown
from warmer.exceptions import DataError, ParameterError, UsageError, WarmerError
from warmer.models.headers import MODEL
from warmer.models.model import Model
from warmer.models.states import numbers_of, state_of
from warmer.plugins.recalling import check_given, without_name
from warmer.plugins.registry import Registry, registry_of
from warmer.runs.outcome import Outcome
from warmer.runs.results import Run
from warmer.storing.atomic import write
from warmer.storing.container import encode, read
from warmer.storing.schema import check_header
from warmer.tables.recipe import Recipe


def save(model: Any, path: Any) -> None:
    """Save a model, or the model of a run, as a file that `load` and `warmer predict` read.

    The file is written whole or not at all. It holds names, numbers and parameters, never code.

    Parameters:
        model: a model or a run; of a run on a table, `run.model(prepared)`.
        path: the file, mostly called `*.warmer`.

    Raises:
        UsageError: it is neither, or the path is no name of a file.
        WarmerError: the file cannot be written.

    >>> import os, tempfile, warmer
    >>> run = warmer.train([1.0, 2.0], [3.0, 6.0], "alpha-scaled", alpha=0.2, steps=200)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     warmer.save(run, os.path.join(folder, "line.warmer"))
    ...     model = warmer.load(os.path.join(folder, "line.warmer"))
    >>> model.predict([4.0]).round(6).tolist()
    [12.0]
    """
    if isinstance(model, Run):
        model = model.model()
    if not isinstance(model, Model):
        raise UsageError(f"model must be a run or a model, got {shown(model)}")
    name = _name(path)
    try:
        write(name, encode(_header(model), {**numbers_of(model.state), "errors": model.error}))
    except (OSError, ValueError) as error:
        raise WarmerError(f"{name}: {getattr(error, 'strerror', None) or error}") from error


def load(
    path: Any,
    *,
    rule: Any = None,
    predict: Any = None,
    modifiers: Sequence[Any] = (),
    registry: Registry | None = None,
) -> Model:
    """Load a model that `save` or `warmer train --save` has written.

    Nothing in the file is run. Plugins are looked up by their names among what is installed, when
    the model predicts.

    Parameters:
        path: the file.
        rule, predict, modifiers: what was given as a class, an object or a file when the model was
            made, and so cannot be looked up. To predict, only the predictor is needed, and the
            modifiers around predict.
        registry: where names are looked up; by default all that is installed.

    Raises:
        DataError: there is no such file, it is no model, or damaged.
    """
    source = _name(path)
    registry = registry_of(registry)
    header, numbers = read(source)
    if header.get("kind") != "model":
        raise DataError(f"{source}: is a checkpoint, not a model: warmer resume goes on with it")
    header = {"columns": None, **header}  # the first models had none
    check_header(source, header, MODEL)
    given = {
        "rule": rule, "predict": predict,
        "modifiers": check_list("modifiers", modifiers, "modifiers") or None,
    }  # fmt: skip
    check_given(source, header["plugins"], given)
    state = state_of(source, header["step"], numbers)
    recipe = _recipe(source, header["table"])
    targets = state.weights.shape[1]
    width = None if recipe is None else len(recipe.features) + recipe.bias
    fits = numbers.get("errors", np.empty(0)).shape == (targets,)
    fits = fits and len(header["memory"]) == len(state.memory)
    fits = fits and (not header["single"] or targets == 1)
    fits = fits and width in (None, header["inputs"])
    if recipe is not None:
        fits = fits and len(recipe.target_names) == targets
    columns = tuple(header["columns"] or ())
    fits = fits and len(columns) in (0, header["inputs"])
    if not fits:
        raise DataError(f"{source}: its numbers do not fit together")
    return Model(
        plugins=header["plugins"],
        state=state,
        fields=tuple(header["memory"]),
        single=header["single"],
        inputs=header["inputs"],
        rows=header["rows"],
        outcome=Outcome(**header["outcome"]),
        error=numbers["errors"],
        recipe=recipe,
        scores=header["scores"],
        version=header["warmer"],
        source=source,
        columns=columns,
        registry=registry,
        given=given,
    )


def unnamed(model: Model) -> str | None:
    """Say that somebody must give a plugin again to use a saved model; None where nobody must."""
    needed = without_name(model.plugins)
    if not needed:
        return None
    plural = "were" if len(needed) > 1 else "was"
    return (
        f"{' and '.join(needed)} {plural} given as a class or a file, which no name in a model "
        "file leads to: give it again to whoever loads it"
    )


def _header(model: Model) -> dict[str, Any]:
    return {
        "kind": "model",
        "warmer": model.version,
        "plugins": model.plugins,
        "memory": [*model.fields],
        "step": model.state.step,
        "single": model.single,
        "inputs": model.inputs,
        "rows": model.rows,
        "outcome": attrs.asdict(model.outcome),
        "columns": [*model.columns] or None,
        "table": None if model.recipe is None else model.recipe.to_dict(),
        "scores": model.scores,
    }


def _recipe(source: str, plain: Any) -> Recipe | None:
    try:
        return None if plain is None else Recipe.from_dict(plain)
    except DataError as error:
        raise DataError(f"{source}: {error}") from None


def _name(path: Any) -> str:
    try:
        name = os.fsdecode(path)
    except Exception:  # noqa: BLE001 - somebody's __fspath__ may raise anything
        name = ""
    if not name or "\0" in name:
        raise ParameterError(f"path must be the name of a file, got {shown(path)}")
    return name
