"""The formula of a rule and of the network around it, read from its source by calling it."""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from warmer.choose import assemble
from warmer.network import Network
from warmer.parameters import Bounds, check_number
from warmer.registry import Registry
from warmer.symbolic.latex import LatexWriter, latex_name
from warmer.symbolic.sheet import Part, parts_of, symbol_names
from warmer.symbolic.text import Symbols, TextWriter


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
    text: str
    latex: str

    def __str__(self) -> str:
        return f"{self.name} = {self.text}"


@attrs.frozen
class HookFormula:
    """The formula of one hook, or why there is none.

    Parameters:
        hook: predict, compare, slope (weight_delta, derived from predict) or learn.
        plugin: who answers the hook, modifiers included.
        lines: shared parts (`t1 = ...`) before what uses them. A line is a definition: what only
            serves the side of a branch that is not taken is never computed.
        reason: why there is no formula, naming the hook and the line; None where there is one.
    """

    hook: str
    plugin: str
    lines: tuple[FormulaLine, ...]
    reason: str | None = None

    def __str__(self) -> str:
        if self.reason is not None:
            return f"# no formula: {self.reason}"
        return "\n".join(map(str, self.lines))


@attrs.frozen
class Formulas:
    """The formulas of a network, hook by hook; `str` writes them line by line.

    Parameters:
        predict, compare, learn: one formula each.
        slope: how weight_delta follows from predict, for one row (a batch takes the mean over its
            rows); None where nobody asks for weight_delta.
    """

    predict: HookFormula
    compare: HookFormula
    slope: HookFormula | None
    learn: HookFormula

    def __iter__(self) -> Iterator[HookFormula]:
        return (
            part
            for part in (self.predict, self.compare, self.slope, self.learn)
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
            lines += [
                rf"{latex_name(line.name)} &\leftarrow {line.latex} \\" for line in part.lines
            ]
        return "\n".join([r"\begin{aligned}", *lines, r"\end{aligned}"])


def formula(
    rule: Any,
    *,
    predict: Any = None,
    compare: Any = None,
    modifiers: Sequence[Any] = (),
    registry: Registry | None = None,
    weights: int = 1,
    **parameters: Any,
) -> Formulas:
    """Read the formula of a rule and of the network around it, by calling it with symbols.

    Parameters:
        rule: a name, `distribution/name`, `path/to/file.py:Class`, a class or an object.
        predict, compare, modifiers, registry: as for `warmer.train`.
        weights: how many weights predict is read for.
        **parameters: the rule's own; they stay symbols, except words and truth values.

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
    weights = check_number("weights", weights, int, Bounds(at_least=1))
    network = assemble(rule, parameters, predict, compare, modifiers, registry or Registry())
    return formulas_of(network, weights)


def formulas_of(network: Network, weights: int = 1) -> Formulas:
    """Read the formulas of a network that is assembled already; as `formula`."""
    symbols = symbol_names(network)
    written = {
        hook: _written(part, network.where["predict" if hook == "slope" else hook], symbols)
        for hook, part in parts_of(network, weights).items()
    }
    return Formulas(slope=written.pop("slope", None), **written)


def _written(part: Part, plugin: str, symbols: Symbols) -> HookFormula:
    writers = TextWriter(part.named, symbols), LatexWriter(part.named, symbols)
    lines = tuple(
        FormulaLine(line.name, *(writer.define(line) for writer in writers)) for line in part.lines
    )
    return HookFormula(part.hook, plugin.partition(" of ")[2], lines, part.reason)
