"""Parameters: one declaration, checked wherever a value comes from."""

import keyword
import math
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any, Never

import attrs

from warmer.contract.arguments import check_names, shown
from warmer.exceptions import PLUGIN_ERRORS, ParameterError, PluginError, said
from warmer.wording import did_you_mean

TYPES: dict[Any, type] = {t: t for t in (float, int, bool, str)} | {
    t.__name__: t for t in (float, int, bool, str)
}
"""What a parameter may be annotated with, as a type or as its name."""

KEYWORDS = ("above", "below", "at_least", "at_most", "choices", "help")
SYNONYMS = {
    **dict.fromkeys(("min", "minimum", "ge", "gte", "lower", "low"), "at_least"),
    **dict.fromkeys(("max", "maximum", "le", "lte", "upper", "high"), "at_most"),
    **dict.fromkeys(("gt", "greater", "more_than"), "above"),
    **dict.fromkeys(("lt", "less", "less_than"), "below"),
    **dict.fromkeys(("doc", "description", "text"), "help"),
    **dict.fromkeys(("options", "words", "values"), "choices"),
}
"""What the arguments of `param` are called, and elsewhere."""

REFUSALS = ValueError, TypeError
"""What a plugin's own checks raise to refuse a value; anything else is a fault of theirs."""


def type_of(annotation: Any) -> type | None:
    """Say which type a parameter is annotated with; None where it is none of TYPES."""
    try:
        return TYPES.get(annotation)
    except TypeError:  # something that cannot be hashed
        return None


@attrs.frozen
class Bounds:
    """The values that a parameter may take; `None` means no bound on that side."""

    above: float | None = None
    below: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say the range in words, such as `above 0 and at most 1`; empty without bounds."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        words = {
            "above": self.above,
            "at least": self.at_least,
            "below": self.below,
            "at most": self.at_most,
        }
        return " and ".join(
            f"{word} {bound:.15g}" for word, bound in words.items() if bound is not None
        )

    def admit(self, value: Any) -> bool:
        """Say whether a value lies within every bound."""
        return (
            (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
            and (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
            and (not self.choices or value in self.choices)
        )


@attrs.frozen
class Parameter:
    """A parameter as it was declared: what the command line and the documents need of it."""

    name: str
    type: type
    default: Any
    bounds: Bounds
    help: str


def param(
    default: Any,
    *,
    above: float | None = None,
    below: float | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
    choices: tuple[str, ...] = (),
    help: str = "",  # noqa: A002 - the word that click and argparse users know
    **unknown: Never,
) -> Any:
    """Declare a parameter of a plugin: an attrs field that checks its value.

    The annotation gives the type: float, int, bool or str (with `choices`). Numbers must be
    finite and lie within the bounds.

    Parameters:
        default: the value where none is given; every parameter has one.
        above, below: bounds that the value may not touch.
        at_least, at_most: bounds that it may.
        choices: the words that a str may be.
        help: one line, shown by `warmer rules` and `--help`.

    Raises:
        ParameterError: a bound is no number, a choice or the help no text, a keyword unknown;
            later, when an object is made with a value that does not fit.

    >>> import attrs, warmer
    >>> @attrs.frozen(eq=False)
    ... class Half:
    ...     share: float = warmer.param(0.5, above=0, at_most=1, help="share to keep")
    >>> Half(share=2)
    Traceback (most recent call last):
    warmer.exceptions.ParameterError: share must be a number above 0 and at most 1, got 2
    """
    for word in unknown:
        meant = SYNONYMS.get(word.lower())
        close = f" (did you mean {meant!r}?)" if meant else did_you_mean(word, KEYWORDS)
        raise ParameterError(
            f"warmer.param takes no {word!r}{close}; it takes {', '.join(KEYWORDS)}"
        )
    bounds = Bounds(above, below, at_least, at_most, check_names("choices", choices, "words"))
    for name in ("above", "below", "at_least", "at_most"):
        _check_bound(name, getattr(bounds, name))
    if not isinstance(help, str):
        raise ParameterError(f"help must be text, got {shown(help)}")
    return attrs.field(
        default=default,
        converter=attrs.Converter(_checked, takes_field=True),
        kw_only=True,
        metadata={"warmer": (bounds, help)},
    )


def parameters_of(plugin: type) -> Mapping[str, Parameter]:
    """List the parameters of a plugin's class by name, in the order they were declared."""
    if not attrs.has(plugin):  # an observer may be any class
        return {}
    hashable: Any = plugin
    return _declared(hashable)


@lru_cache(maxsize=256)
def _declared(plugin: Any) -> Mapping[str, Parameter]:
    return MappingProxyType(
        {
            field.name: Parameter(
                field.name, type_of(field.type) or float, field.default, *field.metadata["warmer"]
            )
            for field in attrs.fields(plugin)
            if "warmer" in field.metadata
        }
    )


def values_of(plugin: object) -> dict[str, Any]:
    """Read the values of a plugin's parameters by name."""
    return {name: getattr(plugin, name) for name in parameters_of(type(plugin))}


def word_of(parameter: str) -> str:
    """Say what a parameter is called where people type it.

    >>> word_of("step_amount"), word_of("lambda_")
    ('step-amount', 'lambda')
    """
    bare = parameter.rstrip("_")
    return (bare if keyword.iskeyword(bare) else parameter).replace("_", "-")


def describe(values: Mapping[str, Any]) -> str:
    """Write parameter values as `alpha=0.1, beta=0.9`."""
    return ", ".join(f"{name}={value!r}" for name, value in values.items())


def construct(plugin: type, values: Mapping[str, Any], name: str) -> Any:
    """Make a plugin from parameter values, refusing names that it does not have.

    What the plugin's own checks refuse (attrs validators, `__attrs_post_init__`), they refuse with
    ValueError or TypeError; any other error there is a fault of theirs.

    Raises:
        ParameterError: naming the plugin, the parameter, its value and its range; or the values
            and what the plugin says of them.
        PluginError: its own checks fail.
    """
    known = parameters_of(plugin)
    for unknown in sorted(set(values) - set(known)):
        has = "its parameters are " + ", ".join(known) if known else "it has none"
        raise ParameterError(
            f"{name} has no parameter {unknown!r}{did_you_mean(unknown, known)}; {has}"
        )
    try:
        return plugin(**values)
    except ParameterError as error:
        raise ParameterError(f"{name}: {said(error)}") from None
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS as error:
        given = describe(values) or "its defaults"
        if isinstance(error, REFUSALS):
            raise ParameterError(f"{name} does not take {given}: {refusal(error)}") from error
        raise PluginError(f"{name} fails with {given}: {refusal(error)}") from error


def refusal(error: BaseException) -> str:
    """Say what a plugin's own checks raised: a refusal in their words, a fault with its kind."""
    args = error.args
    words_first = len(args) == 1 or any(isinstance(each, attrs.Attribute) for each in args)
    words = said(args[0] if words_first else error)  # attrs' own validators add more than words
    kind = said(type(error).__name__)
    return words or kind if isinstance(error, REFUSALS) else f"{kind}: {words or '(no message)'}"


def check_number(
    name: str,
    value: Any,
    type_: type = float,
    bounds: Bounds = Bounds(),
) -> Any:
    """Check a number against its type and bounds, and return it as that type.

    Raises:
        ParameterError: naming the parameter, the value and the range.
    """
    right = _is_number(value, type_)
    if right:
        try:
            number = type_(value)
        except (OverflowError, ValueError):
            right = False
        else:
            right = (type_ is int or math.isfinite(number)) and bounds.admit(number)
    if not right:
        what = "a whole number" if type_ is int else "a number"
        raise ParameterError(f"{name} must be {what} {bounds}".rstrip() + f", got {shown(value)}")
    return number


def _check_bound(name: str, bound: Any) -> None:
    with suppress(OverflowError, ValueError):
        if bound is None or (_is_number(bound, float) and not math.isnan(float(bound))):
            return
    raise ParameterError(f"{name} must be a number or None, got {shown(bound)}")


def _is_number(value: Any, type_: type) -> bool:
    if isinstance(value, Integral if type_ is int else Real):
        return not isinstance(value, bool)
    from decimal import Decimal  # only for what is no plain number

    return type_ is float and isinstance(value, Decimal)


def _checked(value: Any, field: "attrs.Attribute[Any]") -> Any:
    bounds, _ = field.metadata["warmer"]
    type_ = type_of(field.type) or float
    if type_ in (float, int):
        return check_number(field.name, value, type_, bounds)
    if not isinstance(value, type_) or not bounds.admit(value):
        what = "True or False" if type_ is bool else str(bounds) or "text"
        meant = did_you_mean(value, bounds.choices) if isinstance(value, str) else ""
        raise ParameterError(f"{field.name} must be {what}, got {shown(value)}{meant}")
    return value
