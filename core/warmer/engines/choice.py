"""Choosing an engine: the cheapest one for the size of the work, and why."""

from collections.abc import Callable
from typing import Any, Literal

import attrs

from warmer.contract.arguments import shown
from warmer.engines.compiling import INSTALL, MISSING, compiler_trouble
from warmer.engines.python import PythonEngine
from warmer.exceptions import UsageError
from warmer.formulas.expression import UntraceableError
from warmer.plugins.network import Network
from warmer.runs.far import Far
from warmer.runs.task import Task
from warmer.tracing.network_formula import Formula
from warmer.tracing.reader import trace_network
from warmer.wording import did_you_mean

Name = Literal["auto", "python", "arrays", "native"]
NAMES = ("auto", "python", "arrays", "native")

ROW, WEIGHT, NUMBER = 7e-6, 8e-6, 2e-7
"""Seconds that Python takes to predict and compare a row, to ask learn for a weight, and for each
number of a row. Like the figures below they only say which engine is the cheapest; measured with
the shipped rules, they may be off by half."""

COMPILING, OPERATION = 0.05, 7e-4
"""Seconds that it takes to load the compiler and to compile a short formula, and what each
operation adds."""

CALLED = 5e-5  # seconds that a call of a compiled kernel takes, whatever it does
OPERATED = 5e-8  # seconds that Python takes for an operation
WIDE = 20  # numbers a step should handle before NumPy is worth its calls
LARGE = 5.0  # seconds in Python, above which it is mentioned that nothing is compiled


@attrs.frozen
class Choice:
    """The engine of a run.

    Parameters:
        reason: why it was this one, in a few words.
        advice: what keeps large work from being compiled, or what to install for it; or None.
    """

    engine: Any
    reason: str
    advice: str | None = None


def choose_engine(name: str, network: Network, task: Task, threads: int | None = None) -> Choice:
    """Choose an engine by name, or with `auto` by the size of the work.

    Parameters:
        threads: how many the engine may use at most; None for one on each core.

    Raises:
        UsageError: no such engine, or one that cannot run this network or not here (saying why).
    """
    if not isinstance(name, str) or name not in NAMES:
        meant = did_you_mean(name, NAMES) if isinstance(name, str) else ""
        raise UsageError(f"no engine is called {shown(name)}{meant}; there is {', '.join(NAMES)}")
    if isinstance(task.inputs, Far):
        if name != "auto":
            raise UsageError(f"engine {name} cannot run this: its rows lie on a cluster; try auto")
        return Choice(_cluster(network, task), "the rows lie on a cluster")
    if name == "python":
        return Choice(PythonEngine(network, task), "asked for")
    if name == "auto":
        return _automatic(network, task, threads)
    try:
        formula = _formula(network, task)
    except UntraceableError as error:
        raise UsageError(f"engine {name} cannot run this: {error}") from error
    if name == "arrays":
        return Choice(_arrays(network, task, formula), "asked for")
    trouble = compiler_trouble()
    if trouble == MISSING:
        raise UsageError(f"engine native needs llvmlite: {INSTALL}")
    if trouble:
        raise UsageError(f"engine native cannot run here: {trouble}")
    return Choice(_native(network, task, formula, threads), "asked for")


def maker_of_engines(network: Network, task: Task) -> Callable[[Task], Any] | None:
    """What makes engines for tasks like this one, whatever rows they have; None for Python alone.

    It is worth asking for once Python has taken `COMPILING` seconds, and such an engine for what
    takes Python more than `CALLED`.
    """
    try:
        formula = _formula(network, task)
    except UntraceableError:
        return None
    if compiler_trouble() is None:
        return lambda other: _native(network, other, formula, None)
    if task.weights.size < WIDE:
        return None
    return lambda other: _arrays(network, other, formula)


def formula_for_many(network: Network, task: Task) -> Formula | None:
    """The formula that many runs share, for who starts them: then compiling it once pays.

    None where the network has no formula, or nothing can be compiled.
    """
    try:
        formula = _formula(network, task)
    except UntraceableError:
        return None
    return None if compiler_trouble() else formula


def _automatic(network: Network, task: Task, threads: int | None) -> Choice:
    """The cheapest engine for this task, whatever was run before."""
    seconds, worth = _seconds(network, task), COMPILING
    if seconds > worth:
        try:
            formula = _formula(network, task)
        except UntraceableError as error:
            slow = f"this would run many times faster compiled, and has no formula: {error}"
            advice = slow if seconds >= LARGE else None
            return Choice(PythonEngine(network, task), f"no formula: {error}", advice)
        seconds *= 1 + len(formula.shape) * OPERATED / WEIGHT
        worth += len(formula.shape) * OPERATION
    if seconds <= worth:
        return Choice(PythonEngine(network, task), "the work is small")
    trouble = compiler_trouble()
    if trouble is None:
        return Choice(_native(network, task, formula, threads), "the work is worth compiling")
    advice = None if trouble == MISSING else trouble
    if trouble == MISSING and seconds >= LARGE:
        advice = f"this would run many times faster compiled: {INSTALL}"
    if task.batches.size * task.weights.size < WIDE:
        reason = f"{trouble}, and batches are small"
        return Choice(PythonEngine(network, task), reason, advice)
    return Choice(_arrays(network, task, formula), trouble, advice)


def _seconds(network: Network, task: Task) -> float:
    """About how long Python would take for all steps and targets."""
    weights, targets = task.weights.shape
    step = seconds_of_step(network, task.batches.size, weights)
    return float((task.own_steps or 0) * targets * step)


def seconds_of_step(network: Network, rows: int, weights: int) -> float:
    """About how long Python takes for a step of one target: its rows, weights, and their probes."""
    rows *= 1 + 2 * weights if "error_at" in network.evidence else 1
    return rows * (ROW + weights * NUMBER) + weights * WEIGHT


def _formula(network: Network, task: Task) -> Formula:
    """The formula, whose prediction has a derivative where a rule asks for it."""
    formula = trace_network(network, task.inputs.shape[1])
    if formula.predict.gradient is None and network.asks_for_weight_deltas:
        where = network.where["predict"]
        raise UntraceableError(f"{where} has no derivative: {formula.predict.why_no_gradient}")
    return formula


def _arrays(network: Network, task: Task, formula: Formula) -> Any:
    from warmer.engines.arrays import ArraysEngine

    return ArraysEngine(network, task, formula)


def _cluster(network: Network, task: Task) -> Any:
    from warmer.engines.cluster.rounds import cluster_engine

    return cluster_engine(network, task)


def _native(network: Network, task: Task, formula: Formula, threads: int | None) -> Any:
    from warmer.engines.native.engine import NativeEngine

    return NativeEngine(network, task, formula, threads)
