"""Binding: plugins registered with a manager of their own, whose hooks the engines call."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from warmer.contract.answers import comparison, full, number
from warmer.contract.hookspecs import Rule, hookimpl
from warmer.contract.manager import Manager

Ask = Callable[[Mapping[str, Any]], Any]


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


def asking(hook: Any) -> Ask:
    """Make the function that calls a hook with its evidence, given by name.

    Where one plugin answers and nobody wraps it, that is its method, called as pluggy would call
    it: pluggy itself takes 1.4 us a call, more than most rules.
    """
    implementations = hook.get_hookimpls()
    if len(implementations) != 1 or implementations[0].wrapper or implementations[0].hookwrapper:
        return lambda evidence: hook(**evidence)
    method, names = implementations[0].function, implementations[0].argnames
    return lambda evidence: method(*map(evidence.__getitem__, names))


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
