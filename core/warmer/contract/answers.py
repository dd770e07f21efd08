"""Answers: what a hook answered, checked and brought to its full form."""

import math
from numbers import Real
from typing import Any

import numpy as np

from warmer.contract.arguments import shown
from warmer.contract.hookspecs import Comparison, Learned
from warmer.exceptions import PLUGIN_ERRORS, HookError, blame
from warmer.formulas.expression import Node


def number(answer: Any, where: str, at: str = "") -> Any:
    """Check that an answer is one number, and return it as a float (a symbol as it is).

    Parameters:
        where: which hook of whom answered, for messages.
        at: where its code stands, as it ends a message: ` (file:line)`.

    Raises:
        HookError: it is something else.
    """
    if type(answer) is float or isinstance(answer, Node):
        return answer
    if answer is None:
        raise HookError(f"{where} answered None (is a return missing?){at}")
    if isinstance(answer, Real) and not isinstance(answer, (bool, np.bool_)):
        try:
            return float(answer)
        except OverflowError:
            return -math.inf if answer < 0 else math.inf
        except KeyboardInterrupt:
            raise
        except PLUGIN_ERRORS as error:
            raise HookError(f"{where} answered a number that fails: {blame(error)}{at}") from error
    raise HookError(f"{where} answered {shown(answer)}, not a number{at}")


def comparison(answer: Any, where: str, at: str = "") -> Comparison:
    """Check that an answer is a Comparison of two numbers, of which the error is not negative.

    Parameters: as of `number`.

    Raises:
        HookError: it is something else.
    """
    if answer is None:
        raise HookError(f"{where} answered None (is a return missing?){at}")
    if not (isinstance(answer, tuple) and len(answer) == 2):
        raise HookError(
            f"{where} answered {shown(answer)}, not warmer.Comparison(error, delta){at}"
        )
    error, delta = answer[0], answer[1]
    if type(answer) is Comparison and type(error) is type(delta) is float and error >= 0:
        return answer  # as it nearly always is: a row is asked about in every step
    error, delta = number(error, where, at), number(delta, where, at)
    if type(error) is float and error < 0:
        raise HookError(
            f"{where} answered the error {error!r}, and an error is never negative "
            f"(say abs(...), or max(error, 0.0) where it is rounding){at}"
        )
    return Comparison(error, delta)


def weights_of(candidates: Any, count: int, where: str, at: str = "") -> tuple[float, ...]:
    """Check that a plugin gave one number for each of so many weights, and return them.

    Parameters: `where` and `at` as of `number`.

    Raises:
        HookError: it is something else.
    """
    try:
        numbers = np.asarray(candidates, dtype=np.float64)
        if numbers.shape == (count,):
            return tuple(numbers.tolist())
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS as error:  # whatever its conversion raises
        raise HookError(f"{where} got {shown(candidates)}, not {count} weights{at}") from error
    raise HookError(
        f"{where} got {shown(candidates)} of shape {numbers.shape}, not {count} weights{at}"
    )


def full(answer: Any, where: str, at: str = "") -> Learned:
    """Bring what a rule answered to its full form.

    Parameters: as of `number`.

    Raises:
        HookError: it answered nothing.
    """
    if answer is None:
        raise HookError(f"{where} answered None (is a return missing?){at}")
    if isinstance(answer, tuple) and len(answer) == 2:
        return Learned(*answer)
    return Learned(answer)
