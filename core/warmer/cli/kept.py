"""Options that keep work: `--save`, `--checkpoint`, `--start`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from warmer.cli.historyfile import check_output
from warmer.cli.options import NOT_NEGATIVE, number
from warmer.cli.output import plugins_speak_on_stderr
from warmer.exceptions import UsageError, WarmerError

if TYPE_CHECKING:
    from warmer.cli.parts import Parts
    from warmer.cli.tested import Tests
    from warmer.models.model import Model
    from warmer.runs.results import Run

LEARNED = {
    "features": "--features", "bias": "--no-bias", "scale": "--scale", "weights": "--weights",
    "categories": "--categories", "missing": "--missing", "without": "--without",
}  # fmt: skip
"""Options whose answers a model brings with it."""


def save_option() -> click.Option:
    """The option that names the file of the model."""
    return click.Option(
        ["--save"], metavar="FILE",
        help="save the model, mostly as FILE.warmer, for `warmer predict` and --start",
    )  # fmt: skip


def every_option() -> click.Option:
    """The option that says how often a checkpoint is written."""
    return click.Option(
        ["--checkpoint-every"], **number(float, NOT_NEGATIVE),
        help="seconds between two checkpoints  [default: 60, or more where writing one takes more "
        "than 0.6 s]",
    )  # fmt: skip


def keep_options() -> list[click.Parameter]:
    """Options of `train`."""
    return [
        save_option(),
        click.Option(
            ["--checkpoint"], metavar="FILE",
            help="keep the run in FILE every minute, and where it is interrupted; `warmer resume "
            "FILE` goes on with it",
        ),
        every_option(),
        click.Option(
            ["--start"], metavar="MODEL",
            help="go on with a saved model: its weights, its memory, its steps; the same is done "
            "to the table as was done to its own",
        ),
    ]  # fmt: skip


def check_kept(data: str, **files: str | None) -> None:
    """Refuse files that could not be written in the end, before anything is read.

    Parameters:
        data: the table, which must not be overwritten.
        files: by the option that names them.
    """
    named: dict[str, str] = {}
    for option, path in files.items():
        if path is None:
            continue
        check_output(f"--{option}", path, data)
        if path in named:
            raise UsageError(f"--{option} {path}: is the file of --{named[path]} as well")
        named[path] = option


def start_model(path: str | None, targets: Sequence[str]) -> "Model | None":
    """Load the model of --start, which says what is done to the table.

    Raises:
        UsageError: another option says it as well, or the model has learned other targets.
    """
    if path is None:
        return None
    import warmer

    context = click.get_current_context()
    for name, option in LEARNED.items():
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise UsageError(f"--start {path} says already what {option} is to say: leave it out")
    model = warmer.load(path)
    if model.recipe is None:
        raise UsageError(f"--start {path}: has learned from arrays, not from a table")
    known = [target.name for target in model.recipe.targets]
    if list(targets) != known:
        raise UsageError(
            f"--start {path}: has learned {', '.join(known)}: say --target "
            f"{' --target '.join(known)}"
        )
    return model


def save_model(path: str | None, run: "Run", parts: "Parts", tests: "Tests") -> list[str]:
    """Save what came of a run; answers why it could not be saved, or what is to be noted."""
    if path is None:
        return []
    import warmer
    from warmer.cli.tested import FIGURES
    from warmer.models.saving import unnamed

    scores: Any = {
        target: {
            part: {name: getattr(found, name) for name in FIGURES}
            for part, found in by_part.items()
        }
        for target, by_part in tests.scores.items()
    }
    try:
        with plugins_speak_on_stderr():
            model = run.model(parts.prepared, _finite(scores) or None)
            warmer.save(model, path)
    except WarmerError as error:
        raise WarmerError(f"--save {error}") from error
    noted = unnamed(model)
    return [f"note: --save {path}: {noted}"] if noted else []


def _finite(scores: Any) -> Any:
    """Figures that are not finite are null, as in JSON."""
    if isinstance(scores, dict):
        return {name: _finite(each) for name, each in scores.items()}
    return scores if isinstance(scores, (int, float)) and abs(scores) < float("inf") else None
