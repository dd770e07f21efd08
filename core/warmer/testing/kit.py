"""The check of a plugin: every law that applies to it, and one report."""

import linecache
import re
from collections.abc import Mapping
from typing import Any

from warmer.contract.arguments import check_choice, shown
from warmer.contract.check import check as check_contract
from warmer.contract.hookspecs import A_KIND, KINDS
from warmer.contract.parameters import construct
from warmer.engines.compiling import compiler_trouble
from warmer.exceptions import (
    PLUGIN_ERRORS,
    PluginError,
    UsageError,
    WarmerError,
    blame,
)  # fmt: skip
from warmer.plugins.choosing import class_of
from warmer.plugins.installed import ANY, kind_of
from warmer.plugins.naming import PARAMETER, Chosen, find
from warmer.plugins.registry import Registry, is_file_reference, kind_of_name, registry_of
from warmer.testing import behaving, declared, mattering, repeating
from warmer.testing.law import Law, NotRunError
from warmer.testing.report import Report, Result
from warmer.testing.subject import Subject
from warmer.wording import did_you_mean

LAWS = (*declared.LAWS, *behaving.LAWS, *mattering.LAWS, *repeating.LAWS)
KEPT = "keeps-the-contract"
"""The law before all others: a class that does not keep it cannot be run."""

BY_NAME: dict[str, Law | None] = {KEPT: None, **{law.name: law for law in LAWS}}

REMEDIES = {
    "numpy.": "the functions of math compile",
    "all weights at once": "evidence for one weight compiles",
    "it uses ": "ask for rng (plural) instead of random and time",
    "it calls print": "leave out what prints",
    "interpreted as an integer": "a constant works, or a parameter that is an int",
    "needs the number itself": "evidence is a float already; a parameter may be an int",
    "ways through its branches": "min, max and abs need no branch",
    "one by one": "warmer.dot(weights, inputs) keeps them one sum",
}
"""What to do about the reasons for which there is no formula."""


def check(
    plugin: Any,
    *,
    kind: str | None = None,
    expected_failures: Mapping[str, str] | None = None,
    registry: Registry | None = None,
) -> Report:
    """Check that a plugin is right: that it keeps every law that applies to plugins of its kind.

    It is made with its defaults, takes a few steps on small tables (several widths, short last
    batches, several targets) on every engine, and twice with one seed.

    Parameters:
        plugin: a name, `distribution/name`, `path/to/file.py:Class`, a class or an object.
        kind: of which kind it is to be; by default its entry point or its hooks say so.
        expected_failures: laws that the plugin does not keep, each with the reason. It is strict: a
            law that holds all the same, or does not apply, has failed.
        registry: where names are looked up; by default all that is installed.

    Returns:
        The report; `report.passed` says whether all is right. What was not checked is not right.

    Raises:
        UsageError: there is no such plugin, kind or law.

    >>> import warmer.testing
    >>> report = warmer.testing.check("alpha-scaled")
    >>> report.passed, report.fast
    (True, 'yes: native')
    """
    expected = {} if expected_failures is None else expected_failures
    name, kind, found = subject_of(plugin, kind, registry)
    laws = laws_of(found, expected)
    results = tuple(result_of(law, found, expected) for law in laws)
    fast = how_fast(found) if isinstance(found, Subject) else "not known"
    return Report(name, kind, results, fast)


def subject_of(
    plugin: Any, kind: str | None, registry: Registry | None
) -> tuple[str, str, Subject | PluginError]:
    """Find and load a plugin: its name, its kind, and what is to be checked or why it cannot be.

    Raises:
        UsageError: there is no such plugin or kind.
    """
    if kind is not None:
        check_choice("kind", kind, KINDS)
    registry = registry_of(registry)
    if isinstance(plugin, Chosen):
        plugin, kind = plugin.plugin, kind or plugin.kind
    asked = plugin if isinstance(plugin, str) else None
    try:
        if asked is None:
            cls = class_of(plugin, kind or ANY)
            name = cls.__name__
            kind = kind or kind_of(cls)
            check_contract(cls, kind, name)
            made = construct(cls, {}, name) if cls is plugin else plugin
        else:
            reference = PARAMETER.split(asked)[0]
            name = reference.rpartition(":")[2].rpartition("/")[2]
            if kind is None and not is_file_reference(reference):
                kind = kind_of_name(reference, registry)
            named = find(asked, kind or ANY, registry)
            name, kind = named.name.rpartition(":")[2], named.kind
            asked = None if named.distribution == "registered" else named.reference
            made = named.chosen({}).plugin
    except PluginError as error:
        return name, kind or ANY, error
    return name, kind, Subject(kind, name, made, asked, registry)


def laws_of(found: Subject | PluginError, expected: Mapping[str, str]) -> list[str]:
    """Name the laws that apply to a plugin, and those that are expected to.

    Raises:
        UsageError: there is no law of that name.
    """
    if not isinstance(expected, Mapping):
        raise UsageError(
            f"expected_failures must be laws, each with the reason, got {shown(expected)} "
            '(say {"learns": "it only draws numbers"})'
        )
    for name in expected:
        if name not in BY_NAME:
            raise UsageError(f"there is no law {name!r}{did_you_mean(name, BY_NAME)}")
    if isinstance(found, PluginError):
        return [KEPT]
    own = [law.name for law in LAWS if _applies(law, found)]
    return [KEPT, *own, *(name for name in expected if name not in (KEPT, *own))]


def result_of(name: str, found: Subject | PluginError, expected: Mapping[str, str]) -> Result:
    """Check one law that `laws_of` has named."""
    part, law = "contract", BY_NAME[name]
    if isinstance(found, PluginError):
        return Result(name, part, "failed", str(found))
    if law is None:
        return Result(name, part, "passed")
    if name in expected and not _applies(law, found):
        why = f"it was expected to fail, and does not apply to {A_KIND[found.kind]}: leave it out"
        return Result(name, law.part, "failed", why)
    told = _checked(law, found)
    if name in expected and told.status == "passed":
        why = f"it was expected to fail ({expected[name]}), and holds: leave it out"
        return Result(name, law.part, "failed", why)
    if name in expected and told.status == "failed":
        return Result(name, law.part, "expected to fail", f"{expected[name]} ({told.message})")
    return told


def _checked(law: Law, subject: Subject) -> Result:
    try:
        if law.needs_runs and not subject.baselines:
            raise NotRunError("it does not run")
        law.check(subject)
    except KeyboardInterrupt:
        raise
    except NotRunError as error:
        return Result(law.name, law.part, "skipped", str(error))
    except PLUGIN_ERRORS as error:
        told = str(error) if isinstance(error, WarmerError) else blame(error)
        return Result(law.name, law.part, "failed", told)
    return Result(law.name, law.part, "passed")


def _applies(law: Law, subject: Subject) -> bool:
    return subject.kind in law.kinds and law.applies(subject)


def how_fast(subject: Subject) -> str:
    """Say whether a plugin is compiled; else why not, with the line, and what to do."""
    if subject.kind == "observer":
        return "yes: it is told between chunks of steps"
    try:
        if not subject.baselines:
            return "not known: it does not run"
        reason = subject.why_no_formula
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS as error:
        return f"not known: {blame(error)}"
    if reason is None:
        trouble = compiler_trouble()
        narrow = repeating.why_not_wide(subject)
        limit = f", but {narrow}" if narrow else ""
        return f"not known: {trouble}" if trouble else f"yes: native{limit}"
    remedy = next((said for words, said in REMEDIES.items() if words in reason), None)
    return f"no: {_with_line(reason)}; {remedy or 'arithmetic, if and math compile'}"


def _with_line(reason: str) -> str:
    """Put the line of code that a reason names in front of it."""
    place = re.search(r" \(([^()]+):(\d+)\)$", reason)
    if not place:
        return reason
    line = linecache.getline(place[1], int(place[2])).strip()
    if not line or line.startswith(("@", "def ")):
        return reason
    return f"line {place[2]} says {shown(line)} ({reason[: place.start()]}, {place[1]})"
