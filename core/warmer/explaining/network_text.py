"""The formula of a rule and of the network around it, read from its source by calling it."""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from warmer.contract.arguments import shown
from warmer.contract.check import implementations_of
from warmer.contract.parameters import Bounds, check_number, describe, parameters_of
from warmer.exceptions import UsageError
from warmer.explaining.sheet import Part, adjust_key, inputs_to_read, parts_of, symbol_names
from warmer.formulas.latex import LatexWriter, latex_name
from warmer.formulas.text import Symbols, TextWriter
from warmer.plugins.choosing import assemble
from warmer.plugins.network import Network, inputs_in_words
from warmer.plugins.registry import Registry, registry_of
from warmer.tracing.twins import names_in

MOST_LINES, MOST_CHARACTERS = 24, 2400
"""Lines of the formula of one hook; nobody reads more."""


MOST_WEIGHTS = 100_000  # reading more takes seconds and tells nothing new


@attrs.frozen
class FormulaLine:
    r"""One line: a name and what it stands for, as text and as LaTeX (without dollar signs).

    >>> import warmer
    >>> line = warmer.formula("alpha-scaled").learn.lines[0]
    >>> line.name, line.text
    ('weight', 'weight - alpha * weight_delta')
    >>> print(line.latex)
    \mathrm{weight} - \alpha \cdot \mathrm{weight\_delta}
    """

    name: str
    text: str = attrs.field(repr=shown)
    latex: str = attrs.field(repr=shown)

    def __str__(self) -> str:
        return f"{self.name} = {self.text}"


@attrs.frozen
class HookFormula:
    """The formula of one hook, or why there is none; `str` writes it unless it is too long.

    Parameters:
        hook: predict, compare, slope (weight_delta, derived from predict), adjust or learn.
        plugin: who answers the hook, modifiers included.
        lines: shared parts (`t1 = ...`) before what uses them. A line is a definition: what only
            serves the side of a branch that is not taken is never computed.
        reason: why there is no formula, naming the hook and the line; None where there is one.
        note: what the formula holds for, where that is not any weight, any number of them and any
            parameters: ints, words and truth values are constants of a formula.
    """

    hook: str
    plugin: str
    lines: tuple[FormulaLine, ...] = attrs.field(repr=shown)
    reason: str | None = attrs.field(default=None, repr=shown)
    note: str | None = attrs.field(default=None, repr=shown)

    def __str__(self) -> str:
        full = self.full
        if len(self.lines) <= MOST_LINES and len(full) <= MOST_CHARACTERS:
            return full
        lines = f"{len(self.lines)} lines" if len(self.lines) > 1 else "1 line"
        return f"# {self.hook}: too long to read ({lines}, {len(full):,} characters)"

    @property
    def full(self) -> str:
        """All that `str` writes, however long it is."""
        if self.reason is not None:
            return f"# no formula: {self.reason}"
        return "\n".join([*([f"# {self.note}"] if self.note else []), *map(str, self.lines)])


@attrs.frozen
class Formulas:
    """The formulas of a network, hook by hook; `str` writes them line by line.

    Parameters:
        predict, compare, learn: one formula each.
        adjust: what each modifier answers as weight_delta, in their order.
        slope: how weight_delta follows from predict, for one row (a batch takes the mean over its
            rows); None where nobody asks for weight_delta.
        weights: how many weights predict was read for; None where it reads the same for any
            number of them, or not at all.
    """

    predict: HookFormula = attrs.field(repr=shown)
    compare: HookFormula = attrs.field(repr=shown)
    slope: HookFormula | None = attrs.field(repr=shown)
    learn: HookFormula = attrs.field(repr=shown)
    adjust: tuple[HookFormula, ...] = attrs.field(default=(), repr=shown)
    weights: int | None = None

    def __iter__(self) -> Iterator[HookFormula]:
        return (
            part
            for part in (self.predict, self.compare, self.slope, *self.adjust, self.learn)
            if part is not None
        )

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    def latex(self) -> str:
        r"""Write all lines as one `aligned` block of LaTeX (for within dollar signs).

        >>> import warmer
        >>> print(warmer.formula("raw-gradient").latex())
        \begin{aligned}
        \mathrm{prediction} &\leftarrow \sum_i w_i x_i \\
        \delta &\leftarrow \mathrm{prediction} - \mathrm{target} \\
        \mathrm{error} &\leftarrow \delta \cdot \delta \\
        \mathrm{weight\_delta} &\leftarrow \delta \cdot \mathrm{input} \\
        \mathrm{weight} &\leftarrow \mathrm{weight} - \mathrm{weight\_delta} \\
        \end{aligned}
        """
        lines = []
        for part in self:
            if part.reason is not None:
                lines.append(f"% no formula: {' '.join(part.reason.split())}")
            if part.note is not None:
                lines.append(f"% {part.note}")
            lines += [
                rf"{latex_name(line.name)} &\leftarrow {line.latex} \\" for line in part.lines
            ]
        return "\n".join([r"\begin{aligned}", *lines, r"\end{aligned}"])

    def _repr_latex_(self) -> str:
        """What a notebook shows."""
        return f"$$\n{self.latex()}\n$$"


def formula(
    rule: Any,
    *,
    predict: Any = None,
    compare: Any = None,
    modifiers: Sequence[Any] = (),
    registry: Registry | None = None,
    weights: int | None = None,
    inputs: int | None = None,
    **parameters: Any,
) -> Formulas:
    """Read the formula of a rule and of the network around it, by calling it with symbols.

    Parameters:
        rule: a name, `distribution/name`, `path/to/file.py:Class`, a class or an object.
        predict, compare, modifiers, registry: as for `warmer.train`.
        weights: how many weights predict is read for; None for any number where it reads the same
            for all (as `linear` does), else for 2, or the least that it can be read for.
        inputs: how many inputs predict is read for, where the predictor says how many weights it
            has for them; else there are as many weights.
        **parameters: the rule's own; they stay symbols, except ints, words and truth values.

    Returns:
        The formulas. A hook that cannot be read has a reason instead, and the others a formula.

    Raises:
        UsageError: something asked for cannot be (ParameterError, UnknownNameError).
        PluginError: a plugin cannot be imported, or breaks the contract.

    >>> import warmer
    >>> print(warmer.formula("alpha-scaled"))
    prediction = dot(weights, inputs)
    delta = prediction - target
    error = delta * delta
    weight_delta = delta * input
    weight = weight - alpha * weight_delta
    """
    bounds = Bounds(at_least=1, at_most=MOST_WEIGHTS)
    if weights is not None:
        weights = check_number("weights", weights, int, bounds)
    if inputs is not None:
        inputs = check_number("inputs", inputs, int, bounds)
    network = assemble(rule, parameters, predict, compare, modifiers, registry_of(registry))
    if weights is not None and (network.counted or inputs not in (None, weights)):
        why = (
            f"{network.predictor.name} says itself how many it has for so many inputs"
            if network.counted
            else f"there are as many as inputs, and inputs is {inputs}"
        )
        raise UsageError(f"weights is {weights}, but {why}; leave weights out and say inputs=")
    return formulas_of(network, inputs or weights)


def formulas_of(network: Network, inputs: int | None = None) -> Formulas:
    """Read the formulas of a network that is assembled already; as `formula`."""
    symbols = symbol_names(network)
    count, alike = inputs_to_read(network, inputs)
    where = {
        **network.where,
        "slope": network.where["predict"],
        **{adjust_key(index): each.where for index, each in enumerate(network.adjusters)},
    }
    written = {
        key: _written(part, where[key], symbols) for key, part in parts_of(network, count).items()
    }
    for hook, part in written.items():
        if part.reason is None:
            written[hook] = attrs.evolve(part, note=_constants(network, part.hook))
    if written["predict"].reason:
        alike = True
        if "slope" in written:
            why = "weight_delta is derived from the formula of predict"
            written["slope"] = attrs.evolve(written["slope"], reason=why)
    weights = None
    if not alike:
        weights = network.weight_count(count)
        note = f"for {weights} weights" if weights > 1 else "for one weight"
        note += f" and {inputs_in_words(count)}" if network.counted else ""
        written["predict"] = noted(written["predict"], note)
        slopes = written["slope"].lines if "slope" in written else ()
        if slopes and slopes[-1].name != "weight_delta" and not network.plural:
            note = "for each weight, with its own of the weight_deltas as weight_delta"
            written["learn"] = noted(written["learn"], note)
    slope = written.pop("slope", None)
    adjust = tuple(written.pop(adjust_key(index)) for index in range(len(network.adjusters)))
    return Formulas(slope=slope, adjust=adjust, weights=weights, **written)


def noted(part: HookFormula, note: str) -> HookFormula:
    """Add to what a formula holds for, before what is said of it already."""
    return attrs.evolve(part, note="; ".join(filter(None, (note, part.note))))


def _constants(network: Network, hook: str) -> str | None:
    """Say for which ints, words and truth values a formula was read; its floats stay symbols."""
    asked = "predict" if hook == "slope" else hook
    held = {
        name: getattr(chosen.plugin, name)
        for chosen in network.plugins
        if asked in implementations_of(type(chosen.plugin))
        for name, parameter in parameters_of(type(chosen.plugin)).items()
        if parameter.type is not float and name in names_in(type(chosen.plugin))
    }
    return f"for {describe(held)}" if held else None


def _written(part: Part, plugin: str, symbols: Symbols) -> HookFormula:
    writers = TextWriter(part.named, symbols), LatexWriter(part.named, symbols)
    lines = tuple(
        FormulaLine(line.name, *(writer.define(line) for writer in writers)) for line in part.lines
    )
    return HookFormula(part.hook, plugin.partition(" of ")[2], lines, part.reason)
