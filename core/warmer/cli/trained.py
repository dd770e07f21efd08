"""The result of `warmer train`: coefficients in the data's own units, as text and as JSON."""

from typing import TYPE_CHECKING, Any

from warmer.cli.output import columns, printable, shown, signed
from warmer.cli.running import endings, engine_of, outcome_of
from warmer.cli.weights import about_numbers, weight_names
from warmer.contract.parameters import describe
from warmer.wording import wrapped

if TYPE_CHECKING:
    from warmer.plugins.naming import Chosen
    from warmer.plugins.network import Network
    from warmer.runs.results import Run
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


def document_of(chosen: "Chosen", run: "Run", result: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The result as plain data; several targets stand by name within each part."""
    values = list(result.values())
    several = {part: {target: r[part] for target, r in result.items()} for part in values[0]}
    return {
        "rule": chosen.description(),
        "outcome": outcome_of(run),
        "engine": engine_of(run),
        **(values[0] if len(values) == 1 else several),
    }


def page_of(
    network: "Network",
    table: "Table",
    prepared: "Prepared",
    run: "Run",
    result: dict[str, dict[str, Any]],
) -> list[str]:
    """Lay the result out as text, a block for each target."""
    parameters = describe(network.rule.description()["parameters"])
    rule = " ".join(filter(None, [network.rule.name, parameters]))
    rows = f"{table.rows} rows" if table.rows > 1 else "1 row"
    form = f", {table.form}" if table.form else ""
    lines = [f"{printable(rule)}: {rows} of {table.source}{form}"]
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
    several = len(result) > 1
    errors = [
        (f"error of {_short(target)}" if several else "error", shown(found["error"]))
        for target, found in result.items()
    ]
    return [*lines, "", *columns([*errors, *endings(run)])]


def _short(text: str) -> str:
    short = printable(text)
    return short if len(short) <= WIDEST_NAME else short[: WIDEST_NAME - 3] + "..."
