"""Options: numbers and words that are read strictly, and one option for each parameter."""

import keyword
import os
from collections.abc import Sequence
from typing import Any

import click

from warmer.cli.messages import name_of
from warmer.cli.output import plugins_speak_on_stderr
from warmer.contract.parameters import Bounds, Parameter, construct, parameters_of, values_of
from warmer.exceptions import ParameterError, said
from warmer.plugins.registry import Registry, is_file_reference, load_file
from warmer.tables.numbers import parse_number
from warmer.wording import did_you_mean

PREFIX = "rule_"
"""How a parameter of a rule is called among the values of a command, so that no two clash."""

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
            value = _whole(text) if type_ is int else parse_number(text)
        except ValueError as error:
            why = error if text.strip() else "nothing is given"
            raise ParameterError(f"{name_of(param)} must be {what}: {why}") from None
        if not admitted.admit(value):
            raise ParameterError(f"{name_of(param)} must be {what}, got {text.strip()}")
        return value

    return {"callback": read, "metavar": "N" if type_ is int else "NUMBER"}


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

    def complete(kind: str) -> Any:
        def names(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
            found = Registry().plugins(kind)
            return [plugin.name for plugin in found if plugin.name.startswith(incomplete)]

        return names

    def load(kind: str) -> Any:
        """A file that is named here is run, whatever WARMER_PLUGINS says of distributions."""

        def read(ctx: click.Context, _param: click.Parameter, text: str | None) -> Any:
            if text is None or ctx.resilient_parsing or not is_file_reference(text):
                return text
            from warmer.plugins.network import Chosen

            with plugins_speak_on_stderr():
                return Chosen(kind, text, construct(load_file(text, kind), {}, f"{kind} {text}"))

        return read

    def plugin(option: str, kind: str, default: str) -> click.Option:
        text = f"{kind} beside the rule  [default: {default}, or the rule's own]"
        return click.Option(
            [option], metavar="NAME", help=text, shell_complete=complete(kind), callback=load(kind)
        )

    return [
        plugin("--predict", "predictor", "linear"),
        plugin("--compare", "comparison", "squared-error"),
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
    """Put a 1 after `--explain` where no step follows, so that it takes no option and no table.

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


def options_of(rule: type) -> list[click.Parameter]:
    """Make an option for each parameter of a rule, with its help, default and range."""
    defaults = values_of(construct(rule, {}, rule.__name__))
    return [_option(parameter, defaults[name]) for name, parameter in parameters_of(rule).items()]


def flag(parameter: str) -> str:
    """Say which option sets a parameter of a rule.

    >>> flag("step_amount"), flag("lambda_")
    ('--step-amount', '--lambda')
    """
    bare = parameter.rstrip("_")
    return "--" + (bare if keyword.iskeyword(bare) else parameter).replace("_", "-")


def _option(parameter: Parameter, default: Any) -> click.Option:
    name = flag(parameter.name)
    settings: dict[str, Any] = {"type": str, "metavar": "TEXT"}
    if parameter.type is bool:
        name = f"{name}/--no-{name[2:]}"
        settings = {"type": bool}
    elif parameter.bounds.choices:
        settings = one_of(parameter.bounds.choices)
    elif parameter.type in (float, int):
        settings = number(parameter.type, parameter.bounds)
        default = repr(default)
    return click.Option(
        [PREFIX + parameter.name, name],
        default=default,
        show_default=True,
        help="; ".join(filter(None, [said(parameter.help), str(parameter.bounds)])),
        **settings,
    )


def _whole(text: str) -> int:
    """Read a whole number, also where it is written as `1e6`."""
    value = parse_number(text)
    if not value.is_integer():
        raise ValueError(f"{text.strip()!r} is not a whole number")
    digits = text.strip(" \t").lstrip("+-")
    return int(text) if digits.isdigit() else int(value)
