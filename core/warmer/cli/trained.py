"""The result of `warmer train`: coefficients in the data's own units, as text and as JSON."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from warmer.cli.output import columns, printable, shown, signed
from warmer.cli.running import endings, engine_of, outcome_of, steps_in_words
from warmer.cli.tested import ByPart, alone_or_by_name, data_of, folded_scores
from warmer.cli.weights import about_numbers, weight_names
from warmer.contract.parameters import describe
from warmer.wording import wrapped

if TYPE_CHECKING:
    from warmer.cli.parts import Parts
    from warmer.plugins.naming import Chosen
    from warmer.plugins.network import Network
    from warmer.runs.results import Run
    from warmer.scoring.scores import Scores
    from warmer.tables.preparation import Prepared
    from warmer.tables.table import Table

WIDEST_NAME = 50


def results_of(
    run: "Run", error: Any, prepared: "Prepared", network: "Network"
) -> dict[str, dict[str, Any]]:
    """Coefficients, intercept and error in the data's own units, for each target.

    Weights that belong to no columns stand under `weights` as they are, and there are no
    coefficients.
    """
    matrix = run.weights.reshape(len(run.weights), -1)
    errors = [error] if run.weights.ndim == 1 else error.tolist()
    if network.counted:
        columns_ = zip(prepared.target_names, matrix.T.tolist(), errors, strict=True)
        return {
            target: {"coefficients": None, "intercept": None, "weights": own, "error": error}
            for target, own, error in columns_
        }
    line = prepared.to_data_units(matrix)
    return {
        target: {
            "coefficients": dict(
                zip(prepared.features, line.coefficients[:, index].tolist(), strict=True)
            ),
            "intercept": None if line.intercept is None else float(line.intercept[index]),
            "error": errors[index],
        }
        for index, target in enumerate(prepared.target_names)
    }


def document_of(
    chosen: "Chosen",
    run: "Run",
    result: dict[str, dict[str, Any]],
    parts: "Parts",
    scores: "Mapping[str, ByPart]",
    folds: "Sequence[Mapping[str, Scores]]",
) -> dict[str, Any]:
    """The result as plain data; several targets stand by name within each part.

    What was not asked for, or is not so, has no key.
    """
    values = list(result.values())
    several = {part: {target: r[part] for target, r in result.items()} for part in values[0]}
    recipe = parts.prepared.recipe
    beside = {
        "categories": {c.name: list(c.levels) for c in recipe.columns if c.levels},
        "classes": {t.name: list(t.classes) for t in recipe.targets if t.classes},
        "rows": parts.rows if len(parts.rows) > 1 else None,
        "validation": _validation(run, list(result)),
        "scores": data_of(scores) if scores else None,
        "folds": alone_or_by_name(folded_scores(folds)) if folds else None,
    }
    return {
        "rule": chosen.description(),
        "outcome": outcome_of(run),
        "engine": engine_of(run),
        **(values[0] if len(values) == 1 else several),
        **{name: value for name, value in beside.items() if value},
    }


def _validation(run: "Run", targets: Sequence[str]) -> dict[str, Any] | None:
    """What was seen of the rows for validation, as plain data."""
    if run.validation is None:
        return None
    found = {name: value for name, value in attrs.asdict(run.validation).items() if name != "steps"}
    if len(targets) > 1:
        columns_ = {name: value.T.tolist() for name, value in found.items()}
        found = {name: dict(zip(targets, each, strict=True)) for name, each in columns_.items()}
    else:
        found["errors"] = found["errors"].tolist()
    return {**found, "steps": run.validation.steps.tolist()}


def page_of(
    network: "Network",
    table: "Table",
    parts: "Parts",
    run: "Run",
    result: dict[str, dict[str, Any]],
) -> list[str]:
    """Lay the result out as text, a block for each target."""
    prepared = parts.prepared
    parameters = describe(network.rule.description()["parameters"])
    rule = " ".join(filter(None, [network.rule.name, parameters]))
    lines = [f"{printable(rule)}: {_rows(table, parts)}"]
    names = [*map(_short, prepared.features), "(intercept)"]
    if network.counted:
        names = [f"weight {name}" for name in weight_names(prepared, network)]
    for target, found in result.items():
        values = found["weights"] if network.counted else [*found["coefficients"].values()]
        if prepared.bias and not network.counted:
            values.append(found["intercept"])
        table_rows = [(f"  {n}", v) for n, v in zip(names, signed(values), strict=False)]
        lines += ["", _short(target), *columns(table_rows)]
    if network.counted:
        lines += ["", *wrapped(about_numbers(prepared, network))]
    lines += _against(prepared)
    several = len(result) > 1
    errors = [
        (f"error of {_short(target)}" if several else "error", shown(found["error"]))
        for target, found in result.items()
    ]
    return [*lines, "", *columns([*errors, *_best(run, result), *endings(run)])]


def _rows(table: "Table", parts: "Parts") -> str:
    """Say how many rows there were to learn from."""
    learned, source = parts.rows["train"], table.source
    rows = "1 row" if learned == 1 else f"{learned} rows"
    if learned < table.rows:
        rows = f"{learned} of {table.rows} rows"
    form = f", {table.form}" if table.form else ""
    return f"{rows} of {source}{form}"


def _against(prepared: "Prepared") -> list[str]:
    """Say what the coefficients of categories are compared with."""
    levels = [c for c in prepared.recipe.columns if c.levels] if prepared.bias else []
    if not levels:
        return []
    against = ", ".join(_short(f"{c.name}={c.levels[0]}") for c in levels if c.levels)
    return ["", *wrapped(f"categories are compared with {against}")]


def _best(run: "Run", targets: "Mapping[str, Any]") -> list[tuple[str, str]]:
    """Say where the error over the rows for validation was least."""
    if run.validation is None:
        return []
    step, error = run.validation.step, run.validation.error
    if len(targets) == 1:
        told = f"after {steps_in_words(step)}, whose weights these are"
        return [("validation", f"error {shown(error)} {told}")]
    found = zip(targets, step.tolist(), error.tolist(), strict=True)
    return [
        (f"validation of {_short(target)}", f"{shown(least)} after {steps_in_words(when)}")
        for target, when, least in found
    ]


def _short(text: str) -> str:
    short = printable(text)
    return short if len(short) <= WIDEST_NAME else short[: WIDEST_NAME - 3] + "..."
