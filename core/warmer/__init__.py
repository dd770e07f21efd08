"""Learning rules as plain arithmetic: found by name, run on real data, shown number by number.

    import warmer

    run = warmer.train(inputs, targets, rule="alpha-scaled", alpha=0.1, steps=100)
    run.weights, run.outcome, run.history

Names are imported when they are first used, so that `warmer --help` needs no NumPy.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warmer.api import diagnose as diagnose
    from warmer.api import steps as steps
    from warmer.api import train as train
    from warmer.exceptions import ContractError as ContractError
    from warmer.exceptions import DataError as DataError
    from warmer.exceptions import HookError as HookError
    from warmer.exceptions import LoadError as LoadError
    from warmer.exceptions import ParameterError as ParameterError
    from warmer.exceptions import PluginError as PluginError
    from warmer.exceptions import Stop as Stop
    from warmer.exceptions import UnknownNameError as UnknownNameError
    from warmer.exceptions import UsageError as UsageError
    from warmer.exceptions import WarmerError as WarmerError
    from warmer.explanation import ExplainedLine as ExplainedLine
    from warmer.explanation import ExplainedPart as ExplainedPart
    from warmer.explanation import Explanation as Explanation
    from warmer.explanation import explain as explain
    from warmer.fitting import check_comparison as check_comparison
    from warmer.formulas import FormulaLine as FormulaLine
    from warmer.formulas import Formulas as Formulas
    from warmer.formulas import HookFormula as HookFormula
    from warmer.formulas import formula as formula
    from warmer.history import History as History
    from warmer.hookspecs import Comparison as Comparison
    from warmer.hookspecs import Learned as Learned
    from warmer.hookspecs import hookimpl as hookimpl
    from warmer.installed import Plugin as Plugin
    from warmer.outcome import Outcome as Outcome
    from warmer.parameters import param as param
    from warmer.preparation import Prepared as Prepared
    from warmer.preparation import prepare as prepare
    from warmer.registry import Registry as Registry
    from warmer.results import Run as Run
    from warmer.results import Step as Step
    from warmer.results import Steps as Steps
    from warmer.sums import dot as dot
    from warmer.table import Table as Table
    from warmer.table import read_table as read_table

_MODULES = {
    "api": "diagnose steps train",
    "exceptions": "ContractError DataError HookError LoadError ParameterError PluginError Stop "
    "UnknownNameError UsageError WarmerError",
    "explanation": "ExplainedLine ExplainedPart Explanation explain",
    "fitting": "check_comparison",
    "formulas": "FormulaLine Formulas HookFormula formula",
    "history": "History",
    "hookspecs": "Comparison Learned hookimpl",
    "installed": "Plugin",
    "outcome": "Outcome",
    "parameters": "param",
    "preparation": "Prepared prepare",
    "registry": "Registry",
    "results": "Run Step Steps",
    "sums": "dot",
    "table": "Table read_table",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = [*_HOME, "__version__"]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from warmer.installed import own_distribution

        own = own_distribution()
        return own.version if own else "unknown"
    if name not in _HOME:
        raise AttributeError(f"module 'warmer' has no attribute {name!r}")
    value = getattr(import_module(f"warmer.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
