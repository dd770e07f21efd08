"""Readings: the formulas of networks, read once for as long as their sources stay the same.

Parameters are symbols in a formula, so one reading serves every value of them.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from warmer.network import Network
from warmer.symbolic.reader import Reader
from warmer.symbolic.rule import Comparing, Formula, Learning, Prediction
from warmer.symbolic.sources import Sources
from warmer.symbolic.whole import WIDEST

Read = TypeVar("Read")


def trace_network(network: Network, weights: int) -> Formula:
    """Read a whole network for a number of weights.

    Raises:
        UntraceableError: something in it cannot be said by a formula; the message names the
            hook, the reason and the line.
    """

    def read(reader: Reader) -> Formula:
        fields = getattr(network.memory, "_fields", ())
        parts = reader.predict(weights), reader.compare(), reader.learn()
        return Formula(weights, fields, *parts)

    return _read(network, ("network", weights), ("predict", "log_odds", "compare", "learn"), read)


def trace_prediction(network: Network, weights: int) -> Prediction:
    """Read predict for a number of weights; raises as `trace_network` does."""
    what = "predict", weights
    return _read(network, what, ("predict", "log_odds"), lambda reader: reader.predict(weights))


def trace_compare(network: Network) -> Comparing:
    """Read compare; raises as `trace_network` does."""
    return _read(network, ("compare", 0), ("compare",), Reader.compare)


def trace_learn(network: Network) -> Learning:
    """Read learn; raises as `trace_network` does."""
    return _read(network, ("learn", 0), ("learn",), Reader.learn)


def _read(
    network: Network,
    what: tuple[str, int],
    hooks: Sequence[str],
    read: Callable[[Reader], Read],
) -> Read:
    """Read something, or answer an earlier reading of it that holds."""
    place = _place(what, what_is_fixed(network))
    for sources, found in place:
        if sources.unchanged():
            known: Read = found  # each place holds what its `what` says
            return known
    reader = Reader(network, hooks)
    result = read(reader)
    place[:] = [(reader.sources, result)]
    return result


@lru_cache(maxsize=256)
def _place(_what: tuple[str, int], _network: tuple[Any, ...]) -> list[tuple[Sources, Any]]:
    """Where the latest reading of something is kept."""
    return []


def what_is_fixed(network: Network) -> tuple[Any, ...]:
    """What a formula depends on beside its sources: who answers which hook, and fixed values."""
    plugins = [chosen.plugin for chosen in network.plugins]
    main = network.rule, network.predictor, network.comparison
    roles = tuple(plugins.index(chosen.plugin) for chosen in main)
    fixed = tuple(map(_fixed, network.parameters.values()))
    return (*map(type, plugins), roles, fixed)


def _fixed(value: Any) -> Any:
    """What a formula takes from a parameter's value: the word it is, or that it is a symbol."""
    return abs(value) <= WIDEST if type(value) is float else value
