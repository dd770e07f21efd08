"""`play`: a page on which a rule walks in the browser, step by step."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from warmer.contract.arguments import check_names
from warmer.contract.parameters import Bounds, check_number
from warmer.exceptions import UsageError
from warmer.playing.document import write_page
from warmer.playing.sides import side_of
from warmer.plugins.choosing import assemble
from warmer.plugins.network import Network
from warmer.plugins.registry import Registry, registry_of
from warmer.runs.task import BatchSize, Task
from warmer.storing.textfile import save_text
from warmer.training.tasks import task_of

EXTENSIONS = (".html", ".htm")
MOST_STEPS = 100_000
MOST_NUMBERS = 100_000  # of a table: a page takes each of them in every step


@attrs.frozen(eq=False)
class Page:
    """A page to play with; `html` is all of it.

    Parameters:
        title: what it is called.
        html: the page, which needs nothing else.
    """

    title: str
    html: str = attrs.field(repr=lambda text: f"<{len(text):,} characters>")

    def save(self, path: str | Path) -> None:
        """Write it into a file, which is whole or as it was before.

        Raises:
            UsageError: the name does not end in `.html`.
            WarmerError: it cannot be written.
        """
        save_text(path, self.html, "page", EXTENSIONS)


def play(
    inputs: Any,
    targets: Any,
    rule: Any,
    *,
    against: Any = None,
    steps: int = 100,
    batch_size: BatchSize = "full",
    weights: Any = None,
    predict: Any = None,
    compare: Any = None,
    modifiers: Sequence[Any] = (),
    seed: int | None = None,
    names: Sequence[str] = (),
    registry: Registry | None = None,
    **parameters: Any,
) -> Page:
    """Make a page on which a rule walks: its steps are computed in the browser, to the same bits.

    Sliders turn the parameters, and of one row also the input and the goal; the weight is dragged
    along its error. A rule without a formula walks as Python has recorded it.

    Parameters: as for `train`, and
        against: a second rule, or network, beside the first.
        steps: how many the run takes, at most 100,000.
        batch_size: rows in each step, in the order of the table.
        seed: for random weights, and for a rule without a formula.
        names: what the weights are called; by default they are numbered.

    Raises:
        UsageError: something asked for cannot be, or there is more than one target, or too much
            data for a page (ParameterError, UnknownNameError, DataError).
        PluginError: a plugin cannot be imported, breaks the contract, or fails.

    >>> import warmer
    >>> page = warmer.play([2.0], [0.8], "alpha-scaled", alpha=0.1, weights=1)
    >>> page.title, len(page.html) < 30_000
    ('alpha-scaled', True)
    """
    steps = check_number("steps", steps, int, Bounds(at_least=1, at_most=MOST_STEPS))
    registry = registry_of(registry)
    networks = [assemble(rule, parameters, predict, compare, modifiers, registry)]
    if against is not None:
        beside = (predict, compare, modifiers)
        if isinstance(rule, Network) or isinstance(against, Network):
            beside = (None, None, ())
        networks.append(assemble(against, {}, *beside, registry))
    return page_of(networks, names, inputs, targets, weights, steps, batch_size, seed)


def page_of(
    networks: Sequence[Network],
    names: Sequence[str],
    inputs: Any,
    targets: Any,
    weights: Any,
    steps: int,
    batch_size: BatchSize,
    seed: int | None,
) -> Page:
    """Make the page of networks that are assembled, as `play` does."""
    tasks = [
        task_of(network, inputs, targets, weights, steps, batch_size, None, seed)
        for network in networks
    ]
    _check(networks, tasks)
    task = tasks[0]
    sides = [
        side_of(network, each, seed) for network, each in zip(networks, tasks, strict=True)
    ]  # fmt: skip
    count = len(task.weights)
    data = {
        "inputs": task.inputs.tolist(),
        "targets": task.targets[:, 0].tolist(),
        "weights": task.weights[:, 0].tolist(),
        "steps": steps,
        "batch": task.batches.size,
        "names": [*check_names("names", names, "names")] or _numbered(count),
    }
    title = " and ".join(str(side.data["name"]) for side in sides)
    return Page(title, write_page(title, data, sides))


def _numbered(count: int) -> list[str]:
    return ["weight"] if count == 1 else [f"weight {number}" for number in range(1, count + 1)]


def _check(networks: Sequence[Network], tasks: Sequence[Task]) -> None:
    """Refuse what no page can show."""
    task = tasks[0]
    if task.targets.shape[1] > 1:
        raise UsageError(f"a page shows one target, and there are {task.targets.shape[1]}")
    if task.inputs.size > MOST_NUMBERS:
        raise UsageError(
            f"a page holds at most {MOST_NUMBERS:,} numbers, and the table has "
            f"{task.inputs.size:,}: take some of its rows"
        )
    if len({each.weights.shape for each in tasks}) > 1:
        first, second = (len(each.weights) for each in tasks)
        raise UsageError(
            f"{networks[0].rule.name} has {first} weights and {networks[1].rule.name} {second}: "
            "side by side they start from the same"
        )
