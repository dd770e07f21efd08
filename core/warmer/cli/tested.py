"""`--test` and `--folds`: how well rows are predicted that nothing was learned from."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from warmer.cli.output import columns, plugins_speak_on_stderr, printable
from warmer.exceptions import WarmerError
from warmer.wording import WIDTH, wrapped

if TYPE_CHECKING:
    from warmer.cli.parts import Parts
    from warmer.plugins.network import Network
    from warmer.runs.results import Run
    from warmer.scoring.scores import Scores

FIGURES = {"error": "error", "r2": "R2", "accuracy": "accuracy", "log_loss": "log-loss"}
WORDS = {"train": "training", "valid": "validation", "test": "test", "baseline": "baseline"}
ByPart = dict[str, "Scores"]


@attrs.frozen
class Tests:
    """How a run was tested.

    Parameters:
        scores: by target column, and then by part; none where no rows were kept apart.
        remarks: why there are none, a sentence each.
        code: the exit code of what went wrong.
    """

    scores: "dict[str, ByPart]" = attrs.field(factory=dict)
    remarks: tuple[str, ...] = ()
    code: int = 0


def test_run(network: "Network", run: "Run", parts: "Parts") -> Tests:
    """Test a run where rows were kept apart; what goes wrong is told beside its result."""
    if parts.valid is None and parts.test is None:
        return Tests()
    try:
        with plugins_speak_on_stderr():
            return Tests(tested(network, run, parts))
    except WarmerError as error:
        return Tests({}, (f"there are no scores: {error}",), error.exit_code)


def tested(network: "Network", run: "Run", parts: "Parts") -> dict[str, ByPart]:
    """Score a run on every part of its table: by target column, and then by part."""
    import numpy as np

    from warmer.scoring.scores import scorer

    prepared, weights = parts.prepared, run.weights.reshape(len(run.weights), -1)
    others = {n: p for n, p in (("valid", parts.valid), ("test", parts.test)) if p is not None}
    every = np.vstack([prepared.targets, *(part.targets for part in others.values())])
    scoring = scorer(network, prepared.recipe, every)
    found = {"train": scoring.scores(weights, prepared.inputs, prepared.targets)}
    for name, part in others.items():
        found[name] = scoring.scores(weights, part.inputs, part.targets)
    last = parts.test or parts.valid
    if last is not None:
        found["baseline"] = scoring.baseline(prepared.targets, last.targets)
    return {
        target: {part: scores[target] for part, scores in found.items()}
        for target in scoring.classes
    }


def folded_scores(tests: "Sequence[Mapping[str, Scores]]") -> dict[str, dict[str, Any]]:
    """Put the tests of folds together: by target column, each fold, mean and deviation."""
    found: dict[str, dict[str, Any]] = {}
    for target in tests[0] if tests else ():
        each = [test[target] for test in tests]
        figures = {name: [getattr(one, name) for one in each] for name in FIGURES}
        known = {name: values for name, values in figures.items() if None not in values}
        means = {name: math.fsum(values) / len(values) for name, values in known.items()}
        found[target] = {
            "each": [_plain(one) for one in each],
            "mean": means,
            "deviation": {
                name: math.sqrt(math.fsum((v - means[name]) ** 2 for v in values) / len(values))
                for name, values in known.items()
            },
        }
    return found


def data_of(scores: "Mapping[str, ByPart]") -> Any:
    """Scores as plain data; several target columns stand by name."""
    return alone_or_by_name(
        {t: {part: _plain(one) for part, one in by.items()} for t, by in scores.items()}
    )


def alone_or_by_name(values: dict[str, Any]) -> Any:
    """The only value, or all of them by name."""
    return values if len(values) > 1 else next(iter(values.values()))


def _plain(scores: "Scores") -> dict[str, Any]:
    return {name: value for name, value in attrs.asdict(scores).items() if value is not None}


def score_lines(scores: "Mapping[str, ByPart]") -> list[str]:
    """Lay scores out: for each target column a table of the parts, and who was taken for whom."""
    lines: list[str] = []
    for target, by in scores.items():
        last = by.get("test") or by["valid"] if "test" in by or "valid" in by else by["train"]
        rows = [["", *(WORDS[part] for part in by)]]
        rows.append(["rows", *("" if p == "baseline" else str(one.rows) for p, one in by.items())])
        for name, word in FIGURES.items():
            values = [getattr(one, name) for one in by.values()]
            if any(value is not None for value in values):
                rows.append([word, *map(_short, values)])
        title = [printable(target)] if len(scores) > 1 else []
        lines += ["", *title, *columns(rows), *_confusion(last)]
    return [*lines, *_about(scores)]


def _about(scores: "Mapping[str, ByPart]") -> list[str]:
    """Say what the baseline is."""
    if not any("baseline" in by for by in scores.values()):
        return []
    scored = [one for by in scores.values() for one in by.values()]
    kinds = ["the mean"] * any(one.classes is None for one in scored)
    kinds += ["the most frequent class"] * any(one.classes is not None for one in scored)
    what = " or ".join(kinds)
    part = "test" if any("test" in by for by in scores.values()) else "validation"
    text = f"baseline: always predicts {what} of the training rows, for the {part} rows"
    return ["", *wrapped(text)]


def fold_lines(tests: "Sequence[Mapping[str, Scores]]") -> list[str]:
    """Lay the tests of folds out, a line each, with mean and deviation."""
    lines: list[str] = []
    folds = folded_scores(tests)
    for target, found in folds.items():
        names = [*found["mean"]]
        rows = [["fold", "rows", *(FIGURES[name] for name in names)]]
        for number, one in enumerate(found["each"], start=1):
            rows.append([str(number), str(one["rows"]), *(_short(one[name]) for name in names)])
        for word in ("mean", "deviation"):
            rows += [[word, "", *(_short(found[word][name]) for name in names)]]
        title = [printable(target)] if len(folds) > 1 else []
        lines += ["", *title, *columns(rows)]
    return lines


def _confusion(scores: "Scores") -> list[str]:
    """Say which classes were taken for which; a table that is too wide is left to JSON."""
    if scores.confusion is None or scores.classes is None:
        return []
    names = [printable(each) for each in scores.classes]
    rows = [["", *(f"said {name}" for name in names)]]
    for name, counts in zip(names, scores.confusion, strict=True):
        rows.append([f"is {name}", *map(str, counts)])
    lines = columns(rows)
    if max(map(len, lines)) > WIDTH:
        return ["", *wrapped(f"--json says which of the {len(names)} classes are taken for which")]
    return ["", *lines]


def _short(value: float | None) -> str:
    """Write a figure to six digits; `-` where there is none."""
    return "-" if value is None or math.isnan(value) else f"{value:.6g}"
