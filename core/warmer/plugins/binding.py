"""Binding: plugins registered with a manager of their own, whose hooks the engines call."""

from collections.abc import Mapping, Sequence
from typing import Any

from warmer.contract.answers import comparison, full, number
from warmer.contract.hookspecs import Rule, hookimpl
from warmer.contract.manager import Manager


def bind(plugins: Sequence[Any], who: Mapping[str, tuple[str, str]], modifiers: int) -> Any:
    """Register plugins with a fresh manager, in order, and return its hooks.

    pluggy runs the wrapper that was registered last outermost; the answers of the
    implementations are brought to their full form before any modifier sees them.
    """
    manager = Manager(Rule)
    for plugin in plugins[: len(plugins) - modifiers]:
        manager.register(plugin)
    if modifiers:
        manager.register(_Answers(who))
    for plugin in plugins[len(plugins) - modifiers :]:
        manager.register(plugin)
    manager.check_pending()
    return manager.hook


class _Answers:
    """Wraps every implementation first, so that modifiers always receive the full form."""

    def __init__(self, who: Mapping[str, tuple[str, str]]):
        self._who = who

    @hookimpl(wrapper=True)
    def predict(self) -> Any:
        return number((yield), *self._who["predict"])

    @hookimpl(wrapper=True)
    def log_odds(self) -> Any:
        return number((yield), *self._who["log_odds"])

    @hookimpl(wrapper=True)
    def compare(self) -> Any:
        return comparison((yield), *self._who["compare"])

    @hookimpl(wrapper=True)
    def learn(self) -> Any:
        return full((yield), *self._who["learn"])
