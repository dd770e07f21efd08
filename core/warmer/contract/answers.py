"""Answers: what a hook answered, checked and brought to its full form."""

import math
from numbers import Real
from typing import Any

import numpy as np

from warmer.contract.arguments import shown
from warmer.contract.hookspecs import Comparison, Learned
from warmer.exceptions import PLUGIN_ERRORS, HookError, blame
from warmer.formulas.expression import Node


def number(answer: Any, where: str) -> Any:
    """Check that an answer is one number, and return it as a float (a symbol as it is).

    Raises:
        HookError: it is something else.
    """
    if type(answer) is float or isinstance(answer, Node):
        return answer
    if answer is None:
        raise HookError(f"{where} answered None (is a return missing?)")
    if isinstance(answer, Real) and not isinstance(answer, (bool, np.bool_)):
        try:
            return float(answer)
        except OverflowError:
            return -math.inf if answer < 0 else math.inf
        except KeyboardInterrupt:
            raise
        except PLUGIN_ERRORS as error:
            raise HookError(f"{where} answered a number that fails: {blame(error)}") from error
    raise HookError(f"{where} answered {shown(answer)}, not a number")


def comparison(answer: Any, where: str) -> Comparison:
    """Check that an answer is a Comparison of two numbers.

    Raises:
        HookError: it is something else.
    """
    if answer is None:
        raise HookError(f"{where} answered None (is a return missing?)")
    if not (isinstance(answer, tuple) and len(answer) == 2):
        raise HookError(f"{where} answered {shown(answer)}, not warmer.Comparison(error, delta)")
    return Comparison(number(answer[0], where), number(answer[1], where))


def weights_of(candidates: Any, count: int, where: str) -> tuple[float, ...]:
    """Check that a plugin gave one number for each of so many weights, and return them.

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
        raise HookError(f"{where} got {shown(candidates)}, not {count} weights") from error
    raise HookError(
        f"{where} got {shown(candidates)} of shape {numbers.shape}, not {count} weights"
    )


def full(answer: Any, where: str) -> Learned:
    """Bring what a rule answered to its full form.

    Raises:
        HookError: it answered nothing.
    """
    if answer is None:
        raise HookError(f"{where} answered None (is a return missing?)")
    if isinstance(answer, tuple) and len(answer) == 2:
        return Learned(*answer)
    return Learned(answer)
