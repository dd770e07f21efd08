"""Observers: told of a run, chunk by chunk or every n-th step; one that fails is switched off."""

from collections import deque
from collections.abc import Sequence
from numbers import Integral
from typing import Any

import attrs

from warmer.contract.blaming import at, place_of
from warmer.contract.hookspecs import Observer
from warmer.contract.manager import Manager
from warmer.contract.parameters import Bounds, check_number
from warmer.engines.streaming import EveryStep
from warmer.exceptions import PLUGIN_ERRORS, Stop, blame
from warmer.runs.history import MOST_NUMBERS, History, joined
from warmer.runs.task import Task


class Recent(EveryStep):
    """The steps since an observer with `every` was last told, whatever the run itself keeps.

    Of more than 16 MB the last steps are kept, as many on every engine.
    """

    def __init__(self, every: int, task: Task):
        weights, targets = task.weights.shape
        self.every, self._single = every, task.single
        self._most = max(1, MOST_NUMBERS // (targets * (2 * weights + 3)))
        self._blocks: deque[History] = deque()
        self._steps = 0  # in all blocks together

    def take(self, steps: History) -> None:
        """Take the next steps, and let go those that are too many."""
        if len(steps):
            self._blocks.append(steps)
            self._steps += len(steps)
        while self._blocks and self._steps - len(self._blocks[0]) >= self._most:
            self._steps -= len(self._blocks.popleft())

    def due(self, step: int) -> bool:
        """Whether this is a step to be told of, and not only where it is the last one."""
        return step % self.every == 0 and bool(self._blocks)

    def told(self) -> dict[str, Any]:
        """What the observer is to be told of these steps; nothing where there are none."""
        if not self._blocks:
            return {}
        history = joined(self._blocks, self._most, self._single)
        self._blocks.clear()
        self._steps = 0
        return {"history": history}


@attrs.frozen(eq=False)
class Watcher:
    """An observer of one run; `recent` where it says by itself how often it is to be told."""

    name: str
    manager: Manager
    recent: Recent | None


class Watchers:
    """The observers of one run; one that fails is switched off and reported.

    Raises:
        ParameterError: `every` of an observer is below 1.
    """

    def __init__(self, observers: Sequence[tuple[str, Any]], task: Task):
        self.reports: list[str] = []
        self._watching = []
        for name, observer in observers:
            manager = Manager(Observer)
            manager.register(observer)
            every = getattr(observer, "every", None)
            recent = None
            if isinstance(every, Integral) and not isinstance(every, bool):
                least = Bounds(at_least=1)
                recent = Recent(check_number(f"every of {name}", every, int, least), task)
            self._watching.append(Watcher(name, manager, recent))

    @property
    def recent(self) -> list[Recent]:
        """Who is to be given every step."""
        return [each.recent for each in self._watching if each.recent]

    def left(self, step: int) -> int:
        """How many steps may be taken before somebody must be told; 0 for any number."""
        return min((each.every - step % each.every for each in self.recent), default=0)

    def steps_taken(self, news: dict[str, Any], last: bool) -> Stop | None:
        """Tell of a chunk of steps; answer the first Stop that one of the observers raised.

        Parameters:
            news: what an observer without `every` is told.
            last: whether the run ends with them. Where it ends with a Stop, all are told as well.
        """
        stop = None
        waiting = []
        for each in list(self._watching):
            if each.recent is None or last or each.recent.due(news["step"]):
                asked = self._steps_taken(each, news)
                stop = stop or asked
            else:
                waiting.append(each)
        if stop:
            for each in waiting:
                self._steps_taken(each, news)
        return stop

    def _steps_taken(self, watcher: Watcher, news: dict[str, Any]) -> Stop | None:
        own = watcher.recent.told() if watcher.recent else {"history": news["history"]}
        return self._tell(watcher, "steps_taken", {**news, **own}) if own else None

    def tell(self, hook: str, **news: Any) -> Stop | None:
        """Tell every observer; answer the first Stop that one of them raised."""
        stops = [self._tell(watcher, hook, news) for watcher in list(self._watching)]
        return next(filter(None, stops), None)

    def _tell(self, watcher: Watcher, hook: str, news: dict[str, Any]) -> Stop | None:
        try:
            getattr(watcher.manager.hook, hook)(**news)
        except Stop as asked:
            return asked
        except KeyboardInterrupt:
            raise
        except PLUGIN_ERRORS as error:  # an observer may raise anything
            self._watching.remove(watcher)
            when = f"{hook} at step {news['step']}" if "step" in news else hook
            self.reports.append(
                f"observer {watcher.name} failed in {when} and was switched off: {blame(error)}"
                f"{at(place_of(error))}"
            )
        return None
