"""The contract check: every fault of a plugin in one message."""

import dis
import inspect
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import attrs

from warmer.contract.arguments import shown
from warmer.contract.counting import weight_count_faults
from warmer.contract.hookspecs import (
    A_KIND,
    COMMON,
    CONTRACT,
    KINDS,
    PLURAL,
    SINGULAR,
    Observer,
    Rule,
)
from warmer.contract.manager import Manager
from warmer.contract.parameters import parameters_of, refusal, type_of, word_of
from warmer.contract.remembering import memory_fault
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
    "against all apply batch_size bias categories checkpoint checkpoint_every cluster compare data "
    "engine every explain features folds from goal help history input json missing no_bias observe "
    "parameter patience plot predict save scale seed start steps target test threads to tolerance "
    "valid values weight weights with without".split()
)
"""Names of the command line's own options, which no parameter of a rule may have."""

SAID = frozenset("contract memory registry".split())
"""What a class says beside its parameters, and what it is looked up in."""


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
    pinned = getattr(cls, "contract", CONTRACT)
    if type(pinned) is not int or pinned < 1:
        yield f"'contract' must be the number of a contract, from 1, not {shown(pinned)}"
    elif pinned > CONTRACT:  # whatever else is amiss may come from this
        import warmer

        yield (
            f"it is written for contract {pinned}, and this warmer {warmer.__version__} offers "
            f"{CONTRACT}: upgrade warmer"
        )
        return
    if kind == "observer":  # told of a run and free to keep what it hears
        yield from _equality_faults(cls)
    elif attrs.has(cls):
        yield from _class_faults(cls, SAID | RESERVED if kind == "rule" else SAID)
    else:
        yield f"{cls.__name__} is not an attrs class (decorate it with @attrs.frozen(eq=False))"
    implementations = implementations_of(cls)
    for hook, (function, options) in implementations.items():
        yield from _hook_faults(hook, function, options, kind)
    yield from _unmarked_faults(cls, implementations)
    if "log_odds" in implementations and "predict" not in implementations:
        yield "it has 'log_odds' and no 'predict' that they belong to (add it)"
    yield from weight_count_faults(cls, kind, "predict" in implementations)
    if not set(implementations) & set(KINDS[kind]):
        yield f"it implements none of the hooks of {A_KIND[kind]}: {', '.join(KINDS[kind])}"
    if kind in ("rule", "modifier"):
        yield from _learning_faults(cls, kind, {"adjust", "learn"} & set(implementations))


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


def _class_faults(cls: type, taken: frozenset[str]) -> Iterator[str]:
    yield from _equality_faults(cls)
    declared = parameters_of(cls)
    flags: dict[str, str] = {}
    for field in attrs.fields(cls):
        if field.name == "memory":
            yield "'memory' is annotated, which makes it a parameter (say memory = Memory() alone)"
            continue
        if field.alias != field.name:
            yield f"{field.name!r} is given as {field.alias!r} (call the field {field.alias})"
        elif not field.init:
            yield f"{field.name!r} cannot be given a value (leave out init=False)"
        same = flags.setdefault(field.name.rstrip("_").replace("_", "-"), field.name)
        if same != field.name:
            yield f"{same!r} and {field.name!r} would be one option (rename one of them)"
        if field.name not in declared:
            yield f"{field.name!r} is not declared with warmer.param(...)"
        elif type_of(field.type) is None:
            text = shown(field.type)
            yield f"{field.name!r} must be annotated float, int, bool or str, not {text}"
        if field.default is attrs.NOTHING:
            yield f"{field.name!r} has no default (say warmer.param(0.1, ...), with yours)"
        if word_of(field.name).replace("-", "_") in taken:
            yield f"{field.name!r} is a name that warmer uses itself (choose another)"
    if any(field.default is attrs.NOTHING for field in attrs.fields(cls)):
        return  # no object to look at
    yield from _object_faults(cls)


def _object_faults(cls: type) -> Iterator[str]:
    try:
        plugin = cls()
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS as error:  # a plugin may raise anything
        yield f"its defaults do not make an object: {refusal(error)}"
        return
    given = [field for field in attrs.fields(cls) if field.init]
    try:
        cls(**{field.alias: getattr(plugin, field.name) for field in given})
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS as error:
        yield f"it does not take its parameters by name: {refusal(error)} (leave __init__ to attrs)"
    for field in attrs.fields(cls):
        try:
            setattr(plugin, field.name, getattr(plugin, field.name))
        except attrs.exceptions.FrozenInstanceError:
            continue
        yield "it is not frozen (decorate it with @attrs.frozen(eq=False))"
        return


def _hook_faults(hook: str, function: Any, options: Any, kind: str) -> Iterator[str]:
    if hook == "weight_count":
        yield "'weight_count' is no hook (leave out @warmer.hookimpl)"
        return
    if hook not in HOOKS:
        meant = did_you_mean(hook, HOOKS) or f"; {A_KIND[kind]} has {', '.join(ALLOWED[kind])}"
        yield f"there is no hook {hook!r}{meant}"
        return
    if hook not in ALLOWED[kind]:
        yield f"{hook!r} is no hook of {A_KIND[kind]} (leave it out)"
    if options.get("specname"):
        yield f"{hook!r} is said with specname (call the method {hook})"
    if options.get("tryfirst") or options.get("trylast"):
        yield f"{hook!r} says tryfirst or trylast (plugins run in the order they are given)"
    wraps = options.get("wrapper") or options.get("hookwrapper")
    if hook == "adjust" and wraps:
        yield "'adjust' answers and does not wrap (leave out wrapper=True)"
    elif kind == "modifier" and hook != "adjust" and not options.get("wrapper"):
        yield f"{hook!r} of a modifier wraps: @warmer.hookimpl(wrapper=True) and one yield"
    if kind != "modifier" and wraps:
        yield f"{hook!r} of {A_KIND[kind]} answers and does not wrap (leave out wrapper=True)"
    if options.get("wrapper") and not inspect.isgeneratorfunction(function):
        yield f"{hook!r} wraps and has no yield (say answer = yield, and return an answer)"
    if not wraps and inspect.isgeneratorfunction(function):
        yield f"{hook!r} has a yield, which only a modifier may have (return the answer)"
    if wraps and inspect.isgeneratorfunction(function) and _yields_something(function):
        yield f"{hook!r} yields a value, which nobody receives (say answer = yield, and no more)"
    if inspect.iscoroutinefunction(function):
        yield f"{hook!r} is async; hooks are plain functions"
    named = list(inspect.signature(function).parameters.items())
    if not named or named[0][0] in HOOKS[hook] or inspect.ismethod(function):
        asked = ", ".join(["self", *(name for name, _ in named)])
        yield f"{hook!r} lacks self (say def {hook}({asked}), with no decorator but warmer's)"
        return
    names = set()
    for name, parameter in named[1:]:
        if parameter.kind is not parameter.POSITIONAL_OR_KEYWORD:
            yield f"{hook!r} takes {parameter}, which never receives anything (name the evidence)"
        elif parameter.default is not parameter.empty:
            yield f"{hook!r} gives {name!r} a default, and evidence has none (leave it out)"
        elif name not in HOOKS[hook]:
            yield (
                f"{hook!r} asks for {name!r}{did_you_mean(name, HOOKS[hook])}; "
                f"there is {', '.join(HOOKS[hook])}"
            )
        names.add(name)
    if hook in ("adjust", "learn") and names & SINGULAR and names & PLURAL:
        yield (
            f"{hook!r} mixes evidence for one weight ({', '.join(sorted(names & SINGULAR))}) "
            f"and for all of them ({', '.join(sorted(names & PLURAL))}): choose one kind"
        )


def _yields_something(function: Any) -> bool:
    """Whether a generator yields anything but None; what it receives is another matter."""
    before: Any = None
    for each in dis.get_instructions(function):
        yields = each.opname == "YIELD_VALUE" and before is not None
        if yields and before.argval is not None and before.opname != "SEND":  # a `yield from`
            return True
        before = each
    return False


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


def _learning_faults(cls: type, kind: str, hooks: set[str]) -> Iterator[str]:
    asking = {hook: evidence_of(cls, hook) for hook in sorted(hooks)}
    for hook, evidence in asking.items():
        if kind == "rule" and not evidence & (SINGULAR | PLURAL | COMMON):
            yield f"{hook!r} asks for no evidence, so it cannot learn (name weight, say)"
    if attrs.has(cls) and "memory" in attrs.fields_dict(cls):  # which is a fault by itself
        return
    memory = getattr(cls, "memory", None)
    asked = [hook for hook, evidence in asking.items() if "memory" in evidence]
    own = kind == "rule" or "adjust" in asked or memory is not None  # else it is the rule's
    fault = memory_fault(cls) if asked and own else None
    if fault:
        yield f"{asked[0]!r} asks for memory, so {fault}"
    if memory is not None and not asked:
        hooks_ = " and ".join(map(repr, asking)) or "no hook"
        yield f"it has a memory that {hooks_} does not ask for (name it there, or leave it out)"
