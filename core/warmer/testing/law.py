"""A law: a sentence that holds for every plugin of some kinds, and how it is checked."""

from collections.abc import Callable
from typing import Literal

import attrs

from warmer.exceptions import WarmerError
from warmer.testing.subject import Subject

Status = Literal["passed", "failed", "skipped", "expected to fail"]


class BrokenError(WarmerError):
    """A plugin does not keep a law; the message says what is wrong, and what to do."""


class NotRunError(WarmerError):
    """A law could not be checked here; the message says why."""


def _any(_subject: Subject) -> bool:
    return True


@attrs.frozen(eq=False)
class Law:
    """A law. Its name and its words are those of the function that checks it.

    Parameters:
        part: which line of the verdict it belongs to.
        check: raises BrokenError, or what the plugin raised, where it does not hold.
        kinds: of which plugins it speaks.
        applies: of which of these.
        needs_runs: whether only a plugin that runs can be checked.
    """

    part: Literal["contract", "repeatable"]
    check: Callable[[Subject], None]
    kinds: tuple[str, ...] = ("rule", "predictor", "comparison", "modifier", "observer")
    applies: Callable[[Subject], bool] = _any
    needs_runs: bool = True

    @property
    def name(self) -> str:
        """How it is called in reports, in tests and in `expected_failures`."""
        return self.check.__name__.replace("_", "-")

    @property
    def says(self) -> str:
        """The law in a sentence."""
        return (self.check.__doc__ or "").partition("\n")[0]
