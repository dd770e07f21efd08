"""`warmer show MODEL`: what a model file holds. No plugin is needed for it, and nothing is run."""

from typing import TYPE_CHECKING, Any

import attrs
import click

from warmer.cli.messages import HelpContext
from warmer.cli.output import columns, print_json, print_lines, printable, signed
from warmer.contract.parameters import describe

if TYPE_CHECKING:
    from warmer.models.model import Model

MOST = 100  # weights that are listed


class _Show(click.Command):
    context_class = HelpContext


def show(model: str, as_json: bool) -> int:
    """Say what a model is, where it comes from, and what it has learned."""
    import warmer

    loaded = warmer.load(model)
    if as_json:
        print_json(document_of(loaded))
    else:
        print_lines(page_of(loaded))
    return 0


def document_of(model: "Model") -> dict[str, Any]:
    """A model as plain data."""
    return {
        "warmer": model.version,
        "plugins": model.plugins,
        "outcome": attrs.asdict(model.outcome),
        "step": model.state.step,
        "rows": model.rows,
        "inputs": model.inputs,
        "error": model.error.tolist(),
        "scores": model.scores,
        "table": None if model.recipe is None else model.recipe.to_dict(),
        "weights": model.weights.tolist(),
        "memory": {name: values.tolist() for name, values in model.memory.items()},
        "coefficients": _coefficients(model),
    }


def page_of(model: "Model") -> list[str]:
    """A model as text."""
    plugins = model.plugins
    named = [(kind, plugins[kind]) for kind in ("rule", "predictor", "comparison")]
    named += [("modifier", each) for each in plugins["modifiers"]]
    rows = [
        (kind, printable(" ".join(filter(None, [each["name"], describe(each["parameters"])]))),
         f"from {each['distribution']} {each['version']}" if each["distribution"]
         else "given as a class or a file")
        for kind, each in named
    ]  # fmt: skip
    outcome = model.outcome
    facts = [
        ("outcome", f"{outcome.status}: {outcome.reason}"),
        ("steps", str(model.state.step)),
        ("rows", str(model.rows)),
        ("error", ", ".join(map(repr, model.error.tolist()))),
        ("written by", f"warmer {model.version}"),
    ]
    if model.recipe is not None:
        targets = [
            printable(t.name) + (f" ({', '.join(map(printable, t.classes))})" if t.classes else "")
            for t in model.recipe.targets
        ]
        facts.insert(0, ("predicts", ", ".join(targets)))
        facts.insert(1, ("from", ", ".join(printable(c.name) for c in model.recipe.columns)))
    lines = [*columns(rows), "", *columns([(name, printable(text)) for name, text in facts])]
    for target, found in (_coefficients(model) or {}).items():
        names = [*map(printable, found["coefficients"])]
        values = [*found["coefficients"].values()]
        if found["intercept"] is not None:
            names, values = [*names, "(intercept)"], [*values, found["intercept"]]
        table = [(f"  {name}", v) for name, v in zip(names, signed(values), strict=True)]
        lines += ["", printable(target), *columns(table[:MOST])]
        if len(table) > MOST:
            lines.append(f"  and {len(table) - MOST} more, all of them with --json")
    return lines


def _coefficients(model: "Model") -> dict[str, Any] | None:
    """Coefficients in the data's own units, by target; None where weights belong to no columns."""
    recipe = model.recipe
    if recipe is None or any("weight_count" in each["hooks"] for each in
                             (model.plugins["predictor"], model.plugins["rule"])):  # fmt: skip
        return None
    import numpy as np

    from warmer.tables.preparation import Prepared

    nothing = np.empty((0, model.inputs))
    line = Prepared(nothing, nothing, recipe).to_data_units(model.state.weights)
    return {
        target: {
            "coefficients": dict(
                zip(recipe.features, line.coefficients[:, index].tolist(), strict=True)
            ),
            "intercept": None if line.intercept is None else float(line.intercept[index]),
        }
        for index, target in enumerate(recipe.target_names)
    }


command = _Show(
    "show",
    callback=show,
    help="Say what a model file holds: the plugins with their distributions and versions, the "
    "columns, how the run ended, and the coefficients in the data's own units.",
    short_help="Say what a model file holds.",
    params=[
        click.Argument(["model"]),
        click.Option(["as_json", "--json"], is_flag=True, help="print one JSON document"),
    ],
)
