"""Whole numbers that can be turned: parameters that a formula may have as symbols."""

from collections.abc import Mapping
from typing import Any

import attrs

from warmer.contract.parameters import param, parameters_of, values_of
from warmer.exceptions import WarmerError
from warmer.formulas.expression import UntraceableError
from warmer.playing.script import NetworkScript
from warmer.plugins.naming import Chosen
from warmer.plugins.network import Network


def turnable(network: Network, inputs: int) -> Network:
    """Take the ints of a network for floats, plugin by plugin, where that has a formula as well.

    A formula has ints as constants, since a loop or an index may hang on them (a number of hidden
    units). An int that is only added and multiplied (a number of steps) has the same bits as a
    float, and can be turned without another formula.
    """
    for chosen in network.plugins:
        ints = [n for n, p in parameters_of(type(chosen.plugin)).items() if p.type is int]
        if not ints:
            continue
        try:
            tried = _replaced(network, chosen, _with_floats(chosen, ints))
            NetworkScript(tried, inputs).whole()
        except (UntraceableError, WarmerError):
            continue
        network = tried
    return network


def whole_numbers(network: Network) -> frozenset[tuple[str, str]]:
    """Which parameters are ints, by the place of their plugin and their name."""
    return frozenset(
        (str(index), name)
        for index, chosen in enumerate(network.plugins)
        for name, parameter in parameters_of(type(chosen.plugin)).items()
        if parameter.type is int
    )


def _with_floats(chosen: Chosen, names: list[str]) -> Chosen:
    """The same plugin, of a class that declares some of its ints as floats."""
    cls: Any = type(chosen.plugin)
    declared = parameters_of(cls)
    body: dict[str, Any] = {"__doc__": cls.__doc__, "__annotations__": dict.fromkeys(names, float)}
    for name in names:
        limits: Mapping[str, Any] = attrs.asdict(declared[name].bounds)
        body[name] = param(float(declared[name].default), help=declared[name].help, **limits)
    twin = attrs.frozen(eq=False)(type(cls.__name__, (cls,), body))
    return attrs.evolve(chosen, plugin=twin(**values_of(chosen.plugin)))


def _replaced(network: Network, old: Chosen, new: Chosen) -> Network:
    """The network with one plugin in the place of another, in each of its parts."""

    def of(chosen: Chosen) -> Chosen:
        return new if chosen is old else chosen

    return Network(
        of(network.rule),
        of(network.predictor),
        of(network.comparison),
        tuple(map(of, network.modifiers)),
    )
