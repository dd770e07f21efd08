"""Laws of what a plugin says of itself: its words, its parameters, its page of help."""

import math
import os
import subprocess
import sys
from typing import Any

from warmer.contract.parameters import construct, parameters_of
from warmer.exceptions import HookError, ParameterError, PluginError, UsageError
from warmer.testing.law import BrokenError, Law
from warmer.testing.subject import Subject

NONSENSE = (math.nan, math.inf, -math.inf, "many", None, [1.0])


def documented(subject: Subject) -> None:
    """The class has a docstring, and every parameter a line of help."""
    name = subject.cls.__name__
    if not (isinstance(subject.cls.__doc__, str) and subject.cls.__doc__.strip()):
        raise BrokenError(
            f"class {name} has no docstring; its first line is what `warmer rules` shows of it"
        )
    silent = [each.name for each in parameters_of(subject.cls).values() if not each.help.strip()]
    if silent:
        raise BrokenError(
            f"{', '.join(silent)} {'has' if len(silent) == 1 else 'have'} no help; "
            'say warmer.param(..., help="one line")'
        )


def help_renders(subject: Subject) -> None:
    """The command line shows its page."""
    command = ["knob", str(subject.asked), "--help"] if subject.kind == "rule" else [
        "rules", str(subject.asked)
    ]  # fmt: skip
    path = os.pathsep.join(each or "." for each in sys.path)
    done = subprocess.run(
        [sys.executable, "-m", "warmer", *command],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    if done.returncode:
        raise BrokenError(f"`warmer {' '.join(command)}` fails: {done.stderr.strip()}")


def refuses_nonsense(subject: Subject) -> None:
    """Every parameter refuses what is no value of it."""
    for parameter in parameters_of(subject.cls).values():
        for value in NONSENSE:
            try:
                construct(subject.cls, {parameter.name: value}, subject.name)
            except ParameterError:
                continue
            except PluginError as error:
                raise BrokenError(f"{error}; let warmer.param check the value first") from error
            if isinstance(value, str) and parameter.type is str and not parameter.bounds.choices:
                continue
            raise BrokenError(
                f"{parameter.name} takes {value!r}; declare it with warmer.param(...) alone, which "
                "refuses such values"
            )


def bounds_hold(subject: Subject) -> None:
    """What the bounds of a parameter admit, the plugin can work with."""
    for parameter in parameters_of(subject.cls).values():
        bounds = parameter.bounds
        edges: list[Any] = [each for each in (bounds.at_least, bounds.at_most) if each is not None]
        edges += bounds.choices
        edges += [True, False] if parameter.type is bool else []
        for value in edges:
            try:
                plugin = subject.another(**{parameter.name: value})
            except UsageError:  # refused beside the other defaults
                continue
            try:
                subject.run(subject.case, plugin, steps=3)
            except UsageError:
                continue
            except HookError as error:
                raise BrokenError(
                    f"{parameter.name}={value!r} is admitted, and then {error}; let its bounds "
                    "leave it out (above and below where at_least and at_most admit too much)"
                ) from error


LAWS = (
    Law("contract", documented, needs_runs=False),
    Law("contract", help_renders, applies=lambda s: s.asked is not None, needs_runs=False),
    Law("contract", refuses_nonsense, applies=lambda s: s.has_parameters, needs_runs=False),
    Law("contract", bounds_hold, applies=lambda s: s.has_parameters),
)
