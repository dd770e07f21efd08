"""Learning rules as plain arithmetic: found by name, run on real data, shown number by number.

    import warmer

    run = warmer.train(inputs, targets, rule="alpha-scaled", alpha=0.1, steps=100)
    run.weights, run.outcome, run.history

Names are imported when they are first used, so that `warmer --help` needs no NumPy.
"""

TYPE_CHECKING = False  # as `typing` has it, which is imported later: a Ctrl-C is not handled yet

if TYPE_CHECKING:
    from warmer.comparing.compare_rules import compare as compare
    from warmer.comparing.compared import Compared as Compared
    from warmer.comparing.jobs import Progress as Progress
    from warmer.comparing.tuning import tune as tune
    from warmer.comparing.tuning_found import Tuning as Tuning
    from warmer.comparing.tuning_marks import Tried as Tried
    from warmer.contract.hookspecs import CONTRACT as CONTRACT
    from warmer.contract.hookspecs import Comparison as Comparison
    from warmer.contract.hookspecs import Learned as Learned
    from warmer.contract.hookspecs import hookimpl as hookimpl
    from warmer.contract.parameters import param as param
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
    from warmer.explaining.explanation import ExplainedLine as ExplainedLine
    from warmer.explaining.explanation import ExplainedPart as ExplainedPart
    from warmer.explaining.explanation import Explanation as Explanation
    from warmer.explaining.network_text import FormulaLine as FormulaLine
    from warmer.explaining.network_text import Formulas as Formulas
    from warmer.explaining.network_text import HookFormula as HookFormula
    from warmer.explaining.network_text import formula as formula
    from warmer.explaining.steps import explain as explain
    from warmer.formulas.sums import dot as dot
    from warmer.models.model import Model as Model
    from warmer.models.saving import load as load
    from warmer.models.saving import save as save
    from warmer.pictures.curve import ErrorCurve as ErrorCurve
    from warmer.pictures.curve import error_curve as error_curve
    from warmer.playing.making import Page as Page
    from warmer.playing.making import play as play
    from warmer.plugins.choosing import network as network
    from warmer.plugins.choosing import rule as rule
    from warmer.plugins.installed import Plugin as Plugin
    from warmer.plugins.registry import Registry as Registry
    from warmer.runs.history import History as History
    from warmer.runs.outcome import Outcome as Outcome
    from warmer.runs.results import Finding as Finding
    from warmer.runs.results import Run as Run
    from warmer.runs.results import Step as Step
    from warmer.runs.results import Steps as Steps
    from warmer.runs.results import Validation as Validation
    from warmer.scoring.figures import accuracy as accuracy
    from warmer.scoring.figures import confusion as confusion
    from warmer.scoring.figures import log_loss as log_loss
    from warmer.scoring.figures import r2 as r2
    from warmer.tables.preparation import Prepared as Prepared
    from warmer.tables.preparation import prepare as prepare
    from warmer.tables.reading import read_table as read_table
    from warmer.tables.recipe import Recipe as Recipe
    from warmer.tables.shipped import data as data
    from warmer.tables.splitting import Split as Split
    from warmer.tables.splitting import folds as folds
    from warmer.tables.splitting import split as split
    from warmer.tables.table import Table as Table
    from warmer.training.api import diagnose as diagnose
    from warmer.training.api import steps as steps
    from warmer.training.api import train as train
    from warmer.training.checkpoints import Checkpoint as Checkpoint
    from warmer.training.fitting import check_comparison as check_comparison
    from warmer.training.resuming import resume as resume
    from warmer.training.session import Session as Session

_MODULES = {
    "comparing.compare_rules": "compare",
    "comparing.compared": "Compared",
    "comparing.jobs": "Progress",
    "training.api": "diagnose steps train",
    "comparing.tuning": "tune",
    "comparing.tuning_found": "Tuning",
    "comparing.tuning_marks": "Tried",
    "training.checkpoints": "Checkpoint",
    "training.resuming": "resume",
    "training.session": "Session",
    "models.model": "Model",
    "models.saving": "load save",
    "exceptions": "ContractError DataError HookError LoadError ParameterError PluginError Stop "
    "UnknownNameError UsageError WarmerError",
    "explaining.explanation": "ExplainedLine ExplainedPart Explanation",
    "explaining.steps": "explain",
    "training.fitting": "check_comparison",
    "explaining.network_text": "FormulaLine Formulas HookFormula formula",
    "pictures.curve": "ErrorCurve error_curve",
    "playing.making": "Page play",
    "runs.history": "History",
    "contract.hookspecs": "CONTRACT Comparison Learned hookimpl",
    "plugins.installed": "Plugin",
    "runs.outcome": "Outcome",
    "contract.parameters": "param",
    "tables.preparation": "Prepared prepare",
    "plugins.choosing": "network rule",
    "plugins.registry": "Registry",
    "runs.results": "Finding Run Step Steps Validation",
    "scoring.figures": "accuracy confusion log_loss r2",
    "formulas.sums": "dot",
    "tables.reading": "read_table",
    "tables.recipe": "Recipe",
    "tables.shipped": "data",
    "tables.splitting": "Split folds split",
    "tables.table": "Table",
}
_DOORS = ("optax", "sklearn", "torch")  # modules that need their library
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = [*_HOME, "__version__"]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from warmer.plugins.installed import own_distribution

        own = own_distribution()
        return own.version if own else "unknown"
    if name not in _HOME and name not in _DOORS:
        raise AttributeError(f"module 'warmer' has no attribute {name!r}")
    from importlib import import_module

    if name in _DOORS:
        return import_module(f"warmer.{name}")
    value = getattr(import_module(f"warmer.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
