"""What the command line says: a line each on stderr, beginning with `warmer: `; and help."""

import contextlib
import shlex
from typing import Any

import click

from warmer.exceptions import DataError, said
from warmer.wording import did_you_mean, visible

LONGEST = 4000  # characters of a message, where a contract error lists many faults


class _Formatter(click.HelpFormatter):
    """Lays help out; in what packages say of themselves, control characters are escaped."""

    def write(self, string: str) -> None:
        """Write a piece of help, which may have several lines."""
        super().write("\n".join(map(visible, string.split("\n"))))


class HelpContext(click.Context):
    """The context of a command whose help shows what packages say of themselves."""

    formatter_class = _Formatter


def in_options(error: object) -> object:
    """Name the options that mend a fault, in the place of arguments; other errors stay as is."""
    if not isinstance(error, DataError) or not getattr(error, "remedies", ()):
        return error
    remedies = [
        f"--{keyword} {_typed(value)} {effect}" for keyword, value, effect in error.remedies
    ]
    return f"{error.what}; {', '.join(remedies)}"


def _typed(value: Any) -> str:
    """Write the value of an option as it is typed."""
    return shlex.quote(value if isinstance(value, str) else ",".join(value))


def say(*messages: object) -> None:
    """Say something on stderr, a line each; a stderr that is closed is no reason to fail."""
    with contextlib.suppress(OSError, ValueError):  # closed by the caller or by a plugin
        for message in messages:
            click.echo("warmer: " + said(message, LONGEST), err=True)


def in_words(error: click.ClickException) -> str:
    """Say in one line what is wrong with a command, and in which one."""
    context = getattr(error, "ctx", None)
    command = "" if context is None else context.command_path.removeprefix("warmer").strip()
    message = _message(error)
    return f"{command}: {message}" if command else message


def _message(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"there is no option {error.option_name}{_instead(error)}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return f"{name_of(error.param)} is missing"
    message = error.format_message().rstrip(".")
    return message[:1].lower() + message[1:]


def _instead(error: click.NoSuchOption) -> str:
    context = error.ctx
    if context is None:
        return ""
    options = [name for each in context.command.params for name in each.opts if name[:2] == "--"]
    close = did_you_mean(error.option_name, options)
    if not close and isinstance(context.command, click.Group):
        return "; the options of a command follow its name"
    return close


def name_of(parameter: click.Parameter) -> str:
    """Name an option or an argument as it is typed."""
    if isinstance(parameter, click.Argument):
        return parameter.human_readable_name
    return max(parameter.opts, key=len)
