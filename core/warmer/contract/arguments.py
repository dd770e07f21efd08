"""Arguments: what callers give is checked where it comes in, and named where it cannot be."""

from collections.abc import Iterable
from reprlib import Repr
from typing import Any

from warmer.exceptions import PLUGIN_ERRORS, ParameterError
from warmer.wording import did_you_mean

LONGEST = 120  # characters of a value


def shown(value: object) -> str:
    """Return a value as messages show it: on one line and not too long, whatever its repr does.

    >>> shown([0.5] * 1000)
    '[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, ...]'
    """
    writer = Repr()
    writer.maxstring = writer.maxlong = writer.maxother = 60
    try:
        text = " ".join(writer.repr(value).split())
        text = text if text.isprintable() else repr(text)  # control characters, escaped
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS:  # a stranger's repr; an int of thousands of digits
        return f"a value of type {type(value).__name__}"


def check_flag(name: str, value: Any) -> bool:
    """Check that a value is True or False.

    Raises:
        ParameterError: naming the parameter and the value.
    """
    if type(value).__name__ not in ("bool", "bool_"):  # NumPy's is one, but not imported to ask
        raise ParameterError(f"{name} must be True or False, got {shown(value)}")
    return bool(value)


def check_choice(name: str, value: Any, known: Iterable[str]) -> str:
    """Check that a value is one of some words.

    Raises:
        ParameterError: naming the parameter, the value, the nearest word and all of them.
    """
    words = tuple(known)
    if not isinstance(value, str) or value not in words:
        meant = did_you_mean(value, words) if isinstance(value, str) else ""
        raise ParameterError(f"{name} is {shown(value)}{meant}, not one of {', '.join(words)}")
    return value


def check_list(name: str, value: Any, of: str) -> tuple[Any, ...]:
    """Take a list, or the one name that stands for a list of one.

    Parameters:
        of: what is in the list, for messages.

    Raises:
        ParameterError: it is no list, naming the parameter and the value.
    """
    if isinstance(value, (str, bytes)):
        return (value,)
    try:
        return tuple(value)
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS:  # somebody's __iter__ may raise anything
        raise ParameterError(f"{name} must be a list of {of}, got {shown(value)}") from None


def check_names(name: str, value: Any, of: str) -> tuple[str, ...]:
    """Take a list of names, or one name for a list of one; NumPy's text becomes plain text.

    Raises:
        ParameterError: it is no list, or something in it is no text.
    """
    names = check_list(name, value, of)
    for each in names:
        if not isinstance(each, str):
            raise ParameterError(f"{name} must be a list of {of}, got {shown(each)} in it")
    return tuple(map(str, names))
