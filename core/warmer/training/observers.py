"""Observers: told of a run, chunk by chunk; one that fails is switched off."""

from collections.abc import Sequence
from typing import Any

from warmer.contract.blaming import at, place_of
from warmer.contract.hookspecs import Observer
from warmer.contract.manager import Manager
from warmer.exceptions import PLUGIN_ERRORS, Stop, blame


class Watchers:
    """The observers of one run; one that fails is switched off and reported."""

    def __init__(self, observers: Sequence[tuple[str, Any]]):
        self.reports: list[str] = []
        self._managers = {}
        for name, observer in observers:
            manager = Manager(Observer)
            manager.register(observer)
            self._managers[manager] = name

    def tell(self, hook: str, **news: Any) -> Stop | None:
        """Tell every observer; answer the first Stop that one of them raised."""
        stop = None
        for manager, name in list(self._managers.items()):
            try:
                getattr(manager.hook, hook)(**news)
            except Stop as asked:
                stop = stop or asked
            except KeyboardInterrupt:
                raise
            except PLUGIN_ERRORS as error:  # an observer may raise anything
                del self._managers[manager]
                when = f"{hook} at step {news['step']}" if "step" in news else hook
                self.reports.append(
                    f"observer {name} failed in {when} and was switched off: {blame(error)}"
                    f"{at(place_of(error))}"
                )
        return stop
