"""Everything that warmer raises, as one small tree.

WarmerError                 exit code 1
  UsageError                exit code 2: what was asked for cannot be done
    ParameterError            a value is missing, of the wrong type or out of range
    UnknownNameError          no plugin of that name, or more than one
    DataError                 a table or an array is not what it should be
  PluginError               exit code 1: a fault in somebody's plugin
    LoadError                 it cannot be imported
    ContractError             it does not keep the contract (every fault at once)
    HookError                 it failed while it was running

Stop                        raised by a plugin to end the run; not an error
"""

from typing import Any, NamedTuple

from warmer.wording import visible

LONGEST = 500  # characters of what somebody's code says


class WarmerError(Exception):
    """Anything that warmer reports; `exit_code` is what the command line ends with."""

    exit_code = 1


class UsageError(WarmerError, ValueError):
    """What was asked for cannot be done."""

    exit_code = 2


class ParameterError(UsageError):
    """A value is of the wrong type or out of its range."""


class UnknownNameError(UsageError):
    """No plugin of that name, or more than one."""


class Remedy(NamedTuple):
    """An argument of `prepare` that would help, and what it does.

    >>> str(Remedy("missing", "drop", "leaves such rows out"))
    "missing='drop' leaves such rows out"
    """

    keyword: str
    value: Any
    effect: str

    def __str__(self) -> str:
        return f"{self.keyword}={self.value!r} {self.effect}"


class DataError(UsageError):
    """A table or an array is not what it should be.

    Parameters:
        what: the fault, and where it is.
        remedies: what helps; the message names the arguments, the command line its options.

    >>> print(DataError("t.csv:3: the cell is empty", Remedy("missing", "drop", "leaves it out")))
    t.csv:3: the cell is empty; missing='drop' leaves it out
    """

    def __init__(self, what: str = "", *remedies: Remedy):
        super().__init__(what, *remedies)
        self.what, self.remedies = what, remedies

    def __str__(self) -> str:
        return "; ".join([self.what, ", ".join(map(str, self.remedies))][: 1 + bool(self.remedies)])


class PluginError(WarmerError):
    """A fault in somebody's plugin."""


class LoadError(PluginError):
    """A plugin cannot be imported."""


class ContractError(PluginError):
    """A plugin does not keep the contract; the message lists every fault."""


class HookError(PluginError):
    """A plugin failed while it was running; the original error is its `__cause__`."""


PLUGIN_ERRORS = BaseException
"""What somebody's code may raise: whatever it is, it does not end the program.

Before it stands `except KeyboardInterrupt: raise`, since Ctrl-C is the user's.
"""


def blame(error: BaseException) -> str:
    """Say what somebody's code raised: its kind and its text, as `said`.

    >>> blame(ValueError("no such luck"))
    'ValueError: no such luck'
    """
    return said(f"{type(error).__name__}: {said(error) or '(no message)'}")


def said(text: object, most: int = LONGEST) -> str:
    """Write somebody's text on one line that is not too long, even where `str` fails."""
    try:
        lines = str(text).splitlines()
        line = visible(" ".join(filter(None, map(str.strip, lines))))
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS:
        line = "(its text fails)"
    return line if len(line) <= most else f"{line[: most - 3]}..."


class Stop(Exception):  # noqa: N818 - like StopIteration, it is not an error
    """Raised by a plugin to end the run, which then is `stopped`, with this reason.

    Raised in `learn`, or in any other hook of a step, it ends the run before that step: the weights
    are those at its start, on every engine. An observer ends the run after the steps that it was
    told of.

    Parameters:
        reason: a sentence, which becomes `run.outcome.reason`.
        signal: the signal that asked for it, if one did.

    >>> import attrs, warmer
    >>> @attrs.frozen(eq=False)
    ... class Enough:
    ...     @warmer.hookimpl
    ...     def learn(self, weight, weight_delta, error):
    ...         if error < 0.01:
    ...             raise warmer.Stop("the error is below 0.01")
    ...         return weight - 0.1 * weight_delta
    >>> warmer.train([2.0], [0.8], Enough).outcome
    Outcome(status='stopped', reason='the error is below 0.01', steps=5)
    """

    reason = "a plugin asked to stop"

    def __init__(self, reason: str = reason, signal: int | None = None):
        super().__init__(reason)
        self.reason = reason
        self.signal = signal
