"""Options: numbers and words that are read strictly, and one option for each parameter."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import click

from warmer.cli.messages import name_of
from warmer.cli.output import plugins_speak_on_stderr
from warmer.contract.parameters import (
    Bounds,
    Parameter,
    construct,
    parameters_of,
    values_of,
    word_of,
)
from warmer.exceptions import ParameterError, said
from warmer.plugins.naming import find
from warmer.plugins.registry import Registry
from warmer.tables.numbers import parse_number, parse_whole
from warmer.wording import did_you_mean

PREFIX = "rule_"
"""Begins the names of a rule's parameters among the values of a command, so that none clash."""

MOST_VALUES = 9  # that stand side by side, as in a picture

AT_LEAST_ONE = Bounds(at_least=1)
NOT_NEGATIVE = Bounds(at_least=0)


def number(
    type_: type = float, bounds: Bounds | None = None, word: str | None = None
) -> dict[str, Any]:
    """Settings of an option that takes a finite number within bounds, or a word in its place."""
    admitted = bounds or Bounds()
    what = "a whole number" if type_ is int else "a number"
    what = f"{what} {admitted}".rstrip() + (f" or {word}" if word else "")

    def read(_ctx: click.Context, param: click.Parameter, text: str | None) -> Any:
        if text is None or text == word:
            return text
        try:
            value = parse_whole(text) if type_ is int else parse_number(text)
        except ValueError as error:
            why = error if text.strip() else "nothing is given"
            raise ParameterError(f"{name_of(param)} must be {what}: {why}") from None
        if not admitted.admit(value):
            raise ParameterError(f"{name_of(param)} must be {what}, got {text.strip()}")
        return value

    return {"callback": read, "metavar": "N" if type_ is int else "NUMBER"}


class Several(tuple[Any, ...]):
    """Values of one parameter, for a run each."""


def numbers(type_: type, bounds: Bounds) -> dict[str, Any]:
    """Settings of an option that takes a number, or several with commas between them."""
    settings = number(type_, bounds)
    read_one = settings["callback"]

    def read(ctx: click.Context, param: click.Parameter, text: str | None) -> Any:
        parts = (text or "").split(",")
        if len(parts) == 1:
            return read_one(ctx, param, text)
        if len(parts) > MOST_VALUES:
            raise ParameterError(
                f"{name_of(param)} takes at most {MOST_VALUES} values, got {len(parts)}"
            )
        return Several(read_one(ctx, param, part.strip()) for part in parts)

    return {"callback": read, "metavar": f"{settings['metavar']},..."}


def one_of(words: Sequence[str]) -> dict[str, Any]:
    """Settings of an option that takes one of a few words."""

    def read(_ctx: click.Context, param: click.Parameter, text: str | None) -> str | None:
        if text is not None and text not in words:
            raise ParameterError(
                f"{name_of(param)} must be one of {', '.join(words)}, "
                f"got {text!r}{did_you_mean(text, words)}"
            )
        return text

    def complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
        typed = [word for word in words if word.isprintable()]
        return [word for word in typed if word.startswith(incomplete)]

    return {"callback": read, "shell_complete": complete, "metavar": "|".join(words)}


ENGINES = ("auto", "python", "arrays", "native")  # as warmer.engines.choose, which needs NumPy


def network_options() -> list[click.Parameter]:
    """Options that say which plugins stand beside the rule, and which engine runs them."""

    def plugins(name: str, kind: str, help_: str, several: bool = False) -> click.Option:
        def complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
            found = Registry().plugins(kind)
            return [plugin.name for plugin in found if plugin.name.startswith(incomplete)]

        def read(ctx: click.Context, _param: click.Parameter, asked: Any) -> Any:
            """Make what is named; a file is run, whatever WARMER_PLUGINS says of distributions."""
            if ctx.resilient_parsing or asked is None:
                return () if several else None
            with plugins_speak_on_stderr():
                texts = asked if several else [asked]
                made = [find(text, kind, Registry()).chosen({}) for text in texts]
            return tuple(made) if several else made[0]

        return click.Option(
            [kind, name], metavar="NAME", multiple=several, help=help_, shell_complete=complete,
            callback=read,
        )  # fmt: skip

    return [
        plugins("--predict", "predictor",
                "predictor beside the rule  [default: linear, or the rule's own]"),
        plugins("--compare", "comparison",
                "comparison beside the rule  [default: squared-error, or the rule's own]"),
        plugins("--with", "modifier",
                "modifier around the rule; given several times, the first is closest to it", True),
        plugins("--observe", "observer",
                "observer that is told of the run; may be given several times", True),
        click.Option(
            ["--engine"], **one_of(ENGINES), default="auto", show_default=True,
            help="what takes the steps; all give the same bits",
        ),
        click.Option(
            ["--explain"], **number(int, AT_LEAST_ONE),
            help="show this step as formulas, and with the numbers put in; without N the first",
        ),
    ]  # fmt: skip


def with_first_step(words: Sequence[str]) -> list[str]:
    """Put a 1 after `--explain` where no number follows, so that it takes nothing else for one.

    >>> with_first_step(["--explain", "house.csv"]), with_first_step(["--explain", "-1"])
    (['--explain', '1', 'house.csv'], ['--explain', '-1'])
    """
    found: list[str] = []
    for word, following in zip(words, [*words[1:], "--"], strict=False):
        found.append(word)
        if word == "--explain" and "--" not in found and _is_no_step(following):
            found.append("1")
    return found


def _is_no_step(word: str) -> bool:
    try:
        parse_number(word)
    except ValueError:
        return word[:1] == "-" or "." in word or os.path.exists(word)
    return False


def options_of(
    rule: type, given: Mapping[str, Any], several: bool = False
) -> list[click.Parameter]:
    """Make an option for each parameter of a rule, with its help, default and range.

    Parameters:
        given: the values that stand beside the rule's name; they are the defaults then.
        several: whether a number may have several values.
    """
    defaults = values_of(construct(rule, given, rule.__name__))
    return [
        _option(parameter, defaults[name], several)
        for name, parameter in parameters_of(rule).items()
    ]


def _option(parameter: Parameter, default: Any, several: bool) -> click.Option:
    name = f"--{word_of(parameter.name)}"
    settings: dict[str, Any] = {"type": str, "metavar": "TEXT"}
    if parameter.type is bool:
        name = f"{name}/--no-{name[2:]}"
        settings = {"type": bool}
    elif parameter.bounds.choices:
        settings = one_of(parameter.bounds.choices)
    elif parameter.type in (float, int):
        settings = (numbers if several else number)(parameter.type, parameter.bounds)
        default = repr(default)
    return click.Option(
        [PREFIX + parameter.name, name],
        default=default,
        show_default=True,
        help="; ".join(filter(None, [said(parameter.help), str(parameter.bounds)])),
        **settings,
    )
