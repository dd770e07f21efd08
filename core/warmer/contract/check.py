"""The contract check: every fault of a plugin in one message."""

import inspect
import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import attrs

from warmer.contract.arguments import shown
from warmer.contract.hookspecs import A_KIND, COMMON, KINDS, PLURAL, SINGULAR, Observer, Rule
from warmer.contract.manager import Manager
from warmer.contract.parameters import parameters_of, refusal, type_of
from warmer.exceptions import PLUGIN_ERRORS, ContractError, blame
from warmer.wording import did_you_mean

HOOKS = {
    name: tuple(inspect.signature(hook).parameters)[1:]
    for spec in (Rule, Observer)
    for name, hook in vars(spec).items()
    if not name.startswith("_")
}
"""Every hook, with the evidence that an implementation may name."""

ALLOWED = {
    **KINDS,
    "rule": ("predict", "log_odds", "compare", "learn"),
    "predictor": ("predict", "log_odds"),
}
"""The hooks that each kind may implement: a rule may bring its own predict and compare."""

RESERVED = frozenset(
    "all batch_size bias compare data engine explain features goal help history input json memory "
    "no_bias predict registry scale seed steps target threads tolerance weight weights".split()
)
"""Names of the command line's own options, and of what a rule remembers and is looked up in."""


def check(plugin: object, kind: str, name: str) -> None:
    """Check that a plugin (a class or an object of it) keeps the contract of its kind.

    Raises:
        ContractError: listing every fault with what to do about it.
    """
    try:
        faults = _faults(plugin if isinstance(plugin, type) else type(plugin), kind)
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS as error:  # its metaclass or a descriptor
        faults = (f"it cannot be looked at ({blame(error)})",)
    if faults:
        raise ContractError(f"{kind} {name} does not keep the contract: " + "; ".join(faults))


@lru_cache(maxsize=256)
def _faults(cls: type, kind: str) -> tuple[str, ...]:
    return tuple(faults_of(cls, kind))


def faults_of(plugin: object, kind: str) -> Iterator[str]:
    """Find the faults of a plugin, each in a few words."""
    cls = plugin if isinstance(plugin, type) else type(plugin)
    if kind == "observer":  # told of a run and free to keep what it hears
        yield from _equality_faults(cls)
    elif attrs.has(cls):
        yield from _class_faults(cls)
    else:
        yield f"{cls.__name__} is not an attrs class (decorate it with @attrs.frozen(eq=False))"
    implementations = implementations_of(cls)
    for hook, (function, options) in implementations.items():
        yield from _hook_faults(hook, function, options, kind)
    yield from _unmarked_faults(cls, implementations)
    if "log_odds" in implementations and "predict" not in implementations:
        yield "it has 'log_odds' and no 'predict' that they belong to"
    if not set(implementations) & set(KINDS[kind]):
        yield f"it implements none of the hooks of {A_KIND[kind]}: {', '.join(KINDS[kind])}"
    if "learn" in implementations and kind == "rule":
        yield from _memory_faults(cls, evidence_of(cls, "learn"))


def implementations_of(cls: type) -> dict[str, tuple[Any, Any]]:
    """List the marked methods of a class: name of the hook -> (function, pluggy's options)."""
    methods = [getattr(cls, hook, None) for hook in HOOKS]  # read anew where one is replaced
    try:
        return _implementations_of(cls, *methods)
    except TypeError:  # something that cannot be hashed has the name of a hook
        return _implementations_of.__wrapped__(cls)


def evidence_of(cls: type, hook: str) -> frozenset[str]:
    """Name the evidence that a class asks for in one of its hooks (empty without that hook)."""
    implementation = implementations_of(cls).get(hook)
    if implementation is None:
        return frozenset()
    function = implementation[0]
    return _named_by(function, getattr(function, "__code__", None))


@lru_cache(maxsize=256)
def _named_by(function: Any, _code: Any) -> frozenset[str]:
    """What a method names beside self; read anew where its code is replaced."""
    return frozenset(list(inspect.signature(function).parameters)[1:])


@lru_cache(maxsize=256)
def _implementations_of(cls: Any, *_methods: Any) -> dict[str, tuple[Any, Any]]:
    reader = Manager()
    found = {}
    for name in dir(cls):
        options = reader.parse_hookimpl_opts(cls, name)
        if options is not None:
            found[options.get("specname") or name] = (getattr(cls, name), options)
    return found


def _equality_faults(cls: type) -> Iterator[str]:
    compares: Any = cls.__eq__
    if compares is not object.__eq__:
        yield "it compares by value, and pluggy tells plugins apart with == (say eq=False)"


def _class_faults(cls: type) -> Iterator[str]:
    yield from _equality_faults(cls)
    declared = parameters_of(cls)
    for field in attrs.fields(cls):
        if field.name not in declared:
            yield f"{field.name!r} is not declared with warmer.param(...)"
        elif type_of(field.type) is None:
            text = shown(field.type)
            yield f"{field.name!r} must be annotated float, int, bool or str, not {text}"
        if field.default is attrs.NOTHING:
            yield f"{field.name!r} has no default"
        if field.name in RESERVED:
            yield f"{field.name!r} is a name that warmer uses itself (choose another)"
    if any(field.default is attrs.NOTHING for field in attrs.fields(cls)):
        return  # no object to look at
    try:
        plugin = cls()
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS as error:  # a plugin may raise anything
        yield f"its defaults do not make an object: {refusal(error)}"
        return
    for field in attrs.fields(cls):
        try:
            setattr(plugin, field.name, getattr(plugin, field.name))
        except attrs.exceptions.FrozenInstanceError:
            continue
        yield "it is not frozen (decorate it with @attrs.frozen(eq=False))"
        return


def _hook_faults(hook: str, function: Any, options: Any, kind: str) -> Iterator[str]:
    if hook not in HOOKS:
        yield f"there is no hook {hook!r}{did_you_mean(hook, HOOKS)}"
        return
    if hook not in ALLOWED[kind]:
        yield f"{hook!r} is no hook of {A_KIND[kind]}"
    if options.get("specname"):
        yield f"{hook!r} is said with specname (call the method {hook})"
    if options.get("tryfirst") or options.get("trylast"):
        yield f"{hook!r} says tryfirst or trylast (plugins run in the order they are given)"
    wraps = options.get("wrapper") or options.get("hookwrapper")
    if kind == "modifier" and not options.get("wrapper"):
        yield f"{hook!r} of a modifier wraps: @warmer.hookimpl(wrapper=True) and one yield"
    if kind != "modifier" and wraps:
        yield f"{hook!r} of {A_KIND[kind]} answers and does not wrap (leave out wrapper=True)"
    if options.get("wrapper") and not inspect.isgeneratorfunction(function):
        yield f"{hook!r} wraps and has no yield"
    if not wraps and inspect.isgeneratorfunction(function):
        yield f"{hook!r} has a yield, which only a modifier may have"
    if inspect.iscoroutinefunction(function):
        yield f"{hook!r} is async; hooks are plain functions"
    names = set()
    first = next(iter(inspect.signature(function).parameters), None)
    if first is None or first in HOOKS[hook]:
        yield f"{hook!r} lacks `self`, the first argument of a method"
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        if parameter.kind is not parameter.POSITIONAL_OR_KEYWORD:
            yield f"{hook!r} takes {parameter}, which never receives anything (name the evidence)"
        elif parameter.default is not parameter.empty:
            yield f"{hook!r} gives {name!r} a default, and evidence has none"
        elif name not in HOOKS[hook]:
            yield (
                f"{hook!r} asks for {name!r}{did_you_mean(name, HOOKS[hook])}; "
                f"there is {', '.join(HOOKS[hook])}"
            )
        names.add(name)
    if hook == "learn" and names & SINGULAR and names & PLURAL:
        yield (
            f"'learn' mixes evidence for one weight ({', '.join(sorted(names & SINGULAR))}) "
            f"and for all of them ({', '.join(sorted(names & PLURAL))})"
        )


def _unmarked_faults(cls: type, implementations: dict[str, Any]) -> Iterator[str]:
    for name in dir(cls):
        function = inspect.getattr_static(cls, name)
        if name.startswith("_") or not inspect.isfunction(function):
            continue
        if any(function is found for found, _ in implementations.values()):
            continue
        foreign = [mark[:-5] for mark in vars(function) if mark.endswith("_impl")]
        if foreign:
            yield f"{name!r} carries the marker of {foreign[0]!r}, not @warmer.hookimpl"
        elif name in HOOKS:
            yield f"{name!r} is not marked with @warmer.hookimpl"


def _memory_faults(cls: type, evidence: frozenset[str]) -> Iterator[str]:
    memory = getattr(cls, "memory", None)
    if "memory" in evidence and not _is_memory(memory):
        yield "'learn' asks for memory, so the class needs `memory`, a NamedTuple of finite floats"
    if "memory" not in evidence and memory is not None:
        yield "it has a memory that 'learn' does not ask for"
    if not evidence & (SINGULAR | PLURAL | COMMON):
        yield "'learn' asks for no evidence, so it cannot learn"


def _is_memory(memory: Any) -> bool:
    return (
        isinstance(memory, tuple)
        and hasattr(memory, "_fields")
        and len(memory) > 0
        and all(isinstance(value, float) and math.isfinite(value) for value in memory)
    )
