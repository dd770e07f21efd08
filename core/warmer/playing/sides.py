"""What a page shows of one network: words, parameters, and functions or a recorded run."""

import re
from collections.abc import Mapping
from typing import Any

import attrs

from warmer.contract.parameters import describe, parameters_of, values_of
from warmer.exceptions import UsageError
from warmer.explaining.explanation import short
from warmer.explaining.sheet import Part, adjust_key, parts_of, symbol_names
from warmer.formulas.expression import UntraceableError
from warmer.formulas.text import TextWriter
from warmer.playing.script import NetworkScript
from warmer.playing.sliding import slider_of
from warmer.playing.turning import turnable, whole_numbers
from warmer.plugins.network import Network
from warmer.runs.results import Run
from warmer.runs.task import Task
from warmer.training.api import train
from warmer.wording import visible

Ints = frozenset[tuple[str, str]]  # parameters that are whole numbers
FILE = re.compile(r"\S*\.py:(?=\w)")  # of a plugin that is named by its file
NOTHING = Part("slope")
MOST_RECORDED = 200_000  # numbers of a run that a page holds


@attrs.frozen
class Side:
    """One network of a page.

    Parameters:
        data: plain data: names, sliders, and the recorded run where there is no formula.
        script: its functions by name, in JavaScript; none where nothing has a formula.
        helpers: the helpers that these call.
    """

    data: Mapping[str, Any]
    script: Mapping[str, str]
    helpers: frozenset[str]


def side_of(network: Network, task: Task, seed: int | None) -> Side:
    """Write a network: as functions, or where it has no formula as the run that Python takes.

    Raises:
        UsageError: the run is too long to be recorded.
        PluginError: a plugin fails in it.
    """
    inputs, ints = task.inputs.shape[1], whole_numbers(network)
    network = turnable(network, inputs)
    script = NetworkScript(network, inputs)
    try:
        functions = script.whole()
        recorded = None
    except UntraceableError as error:
        recorded = {"why": short(visible(_bare(str(error)))), **_recorded(network, task, seed)}
        functions = _seeing(script)
    return Side(
        {**_words(network, inputs, ints), "memory": list(network.start), "recorded": recorded},
        functions,
        frozenset(script.helpers),
    )


def _bare(reason: str) -> str:
    """A reason without places in files, which are of no use to who gets the page."""
    return FILE.sub("", re.sub(r" \([^()]*:\d+\)", "", reason))


def _called(text: str) -> str:
    """A name as people read it: of a class in a file, the class."""
    return visible(FILE.sub("", text))


def _seeing(script: NetworkScript) -> dict[str, str]:
    try:
        return script.seeing()
    except UntraceableError:
        return {}


def _words(network: Network, inputs: int, ints: Ints) -> dict[str, Any]:
    """What a network is called, what it says, and what may be turned."""
    names, parts = symbol_names(network), parts_of(network, inputs)
    stages = [*(adjust_key(index) for index in range(len(network.adjusters))), "learn"]

    def written(key: str) -> list[tuple[str, str]]:
        writer = TextWriter(parts[key].named, names)
        return [(each.name, short(writer.define(each))) for each in parts[key].lines]

    about = type(network.rule.plugin).__doc__
    turned, fixed = _parameters(network, ints)
    titles = {hook: f"{hook} ({_called(name)})" for hook, name in network.names.items()}
    adjusting = [f"adjust ({_called(each.chosen.name)})" for each in network.adjusters]
    beside = [titles["predict"], titles["compare"]]
    beside += [f"with {_called(each.name)}" for each in network.modifiers]
    return {
        "name": _called(network.rule.name),
        "about": visible(_summary(about)) if isinstance(about, str) else "",
        "beside": ", ".join([*beside, *([visible(fixed)] if fixed else [])]),
        "lines": "\n".join(f"{name} = {text}" for key in stages for name, text in written(key)),
        "parameters": turned,
        "titles": {**titles, "stages": [*adjusting, titles["learn"]]},
        "slope": written("slope")[-1][1] if parts.get("slope", NOTHING).lines else "",
    }


def _summary(about: str) -> str:
    return about.strip().partition("\n")[0].replace("`", "")


def _parameters(network: Network, ints: Ints) -> tuple[list[dict[str, Any]], str]:
    """The parameters that are numbers of a formula, and in words those that are its constants."""
    names, turned, fixed = symbol_names(network), [], dict[str, Any]()
    for index, chosen in enumerate(network.plugins):
        values = values_of(chosen.plugin)
        for name, parameter in parameters_of(type(chosen.plugin)).items():
            label, value = names[str(index), name], values[name]
            if parameter.type is float:
                said = {"name": label, "value": float(value), "help": visible(parameter.help)}
                whole = (str(index), name) in ints
                turned.append({**said, **slider_of(parameter, float(value), whole)})
            else:
                fixed[label] = value
    return turned, describe(fixed)


def _recorded(network: Network, task: Task, seed: int | None) -> dict[str, Any]:
    """Let Python take the run, and keep every step of it."""
    assert task.steps is not None
    count = len(task.weights)
    if task.steps * count > MOST_RECORDED:
        raise UsageError(
            f"{network.rule.name} has no formula, so its page holds the run itself, and "
            f"{task.steps} steps of {count} weights are too many for one; take fewer steps"
        )
    run = train(
        task.inputs, task.targets[:, 0], network, steps=task.steps, weights=task.weights[:, 0],
        batch_size=task.batches.size, seed=seed, history=1,
    )  # fmt: skip
    return _columns(run)


def _columns(run: Run) -> dict[str, Any]:
    """The steps of a run, as the page has those that it takes itself."""
    history = run.history
    assert history is not None
    columns = {
        "error": history.error, "prediction": history.prediction, "delta": history.delta,
        "slopes": history.weight_deltas,
    }  # fmt: skip
    known = {name: values.tolist() for name, values in columns.items() if values is not None}
    ended = run.outcome.reason if run.outcome.status in ("diverged", "stopped") else ""
    weights = [*history.weights.tolist(), run.weights.tolist()]
    return {
        "at": [{"weights": each} for each in weights],
        "steps": [
            dict(zip(known, each, strict=True)) for each in zip(*known.values(), strict=True)
        ],
        "end": float(run.error),
        "trouble": visible(ended),
    }
