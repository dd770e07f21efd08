"""The contract check: every fault of a plugin, all in one message.

The plugins under broken/ fail on purpose; each says in FAULTS what is to be said about it.
"""

import ast
import inspect
import keyword
import os
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import attrs
import click
import pytest

import warmer
from warmer.cli.group import RuleGroup
from warmer.cli.root import warmer as root
from warmer.contract import check as contract
from warmer.contract.check import ALLOWED, HOOKS, check, faults_of
from warmer.contract.hookspecs import KINDS, PLURAL, SINGULAR
from warmer.plugins.registry import load_file

BROKEN = Path(__file__).parents[1] / "broken"
FILES = sorted(BROKEN.glob("*/*.py"))


@pytest.fixture(params=FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def broken(request: pytest.FixtureRequest) -> Path:
    """One broken plugin after the other."""
    return request.param


class TestFaults:
    """What is refused, and in which words."""

    def test_every_fault_in_one_message(self, broken: Path) -> None:
        """A plugin that breaks the contract is refused with all its faults and no other."""
        kind = broken.parent.name
        reference = f"{os.path.relpath(broken)}:Broken"
        faults = "; ".join(runpy.run_path(os.fspath(broken))["FAULTS"])
        with pytest.raises(warmer.ContractError) as caught:
            load_file(reference, kind)

        where = f"{kind} Broken ({reference}, from {os.path.relpath(broken)})"
        assert f"{where} does not keep the contract: {faults}" == str(caught.value)

    def test_the_same_for_classes_and_objects(self, broken: Path) -> None:
        """However a broken plugin comes in, it is refused before anything runs."""
        kind = broken.parent.name
        plugin = runpy.run_path(os.fspath(broken))["Broken"]
        places = {
            "rule": {"rule": plugin},
            "predictor": {"predict": plugin},
            "comparison": {"compare": plugin},
            "modifier": {"modifiers": [plugin]},
            "observer": {"observers": [plugin]},
        }
        with pytest.raises(warmer.ContractError):
            warmer.train([1.0], [1.0], **{"rule": "raw-gradient", **places[kind]})
        with pytest.raises(warmer.ContractError):
            warmer.Registry(allowed=[]).register("broken", plugin, kind)

    def test_every_fault_has_a_broken_plugin(self) -> None:
        """There is no fault that the check knows and that no plugin under broken/ has."""
        said = " ".join(fault for file in FILES for fault in runpy.run_path(str(file))["FAULTS"])
        for node in ast.walk(ast.parse(inspect.getsource(contract))):
            if isinstance(node, ast.Yield):
                parts = [
                    part.value
                    for part in ast.walk(node)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                ]
                assert max(parts, key=len) in said


def words_of_commands() -> Iterator[tuple[str, str]]:
    """What the options and arguments of every command for a rule are called, as parameters are."""
    for group in root.commands.values():
        if isinstance(group, RuleGroup):
            with click.Context(root) as context:
                command = group.get_command(context, "raw-gradient")
                for each in command.get_params(click.Context(command)):
                    for option in (*each.opts, *each.secondary_opts):
                        if option.startswith("--") or isinstance(each, click.Argument):
                            word = option.removeprefix("--").replace("-", "_")
                            yield f"warmer {group.name}", word


class TestReserved:
    """Names that no parameter may have."""

    @pytest.mark.parametrize(("place", "word"), sorted({*words_of_commands()}))
    def test_every_word_of_a_command(self, place: str, word: str) -> None:
        """What the command line calls its own, a parameter cannot hide."""
        word += "_" * keyword.iskeyword(word)
        rule = attrs.make_class("Rule", {word: warmer.param("")}, frozen=True, eq=False)

        assert any(
            fault.startswith((f"{word!r} is a name that", "'memory' is annotated"))
            for fault in faults_of(rule, "rule")
        )

    @pytest.mark.parametrize("word", ["modifiers", "observers", "inputs", "rule", "shown", "step"])
    def test_words_of_train(self, word: str) -> None:
        """A parameter may be called like an argument of `train`: `warmer.rule` takes it."""
        rule = attrs.make_class(
            "Rule",
            {word: warmer.param(0.0)},
            class_body={
                "__annotations__": {word: float},
                "learn": warmer.hookimpl(lambda self, weight: weight + getattr(self, word)),
            },
            frozen=True,
            eq=False,
        )
        chosen = warmer.rule(rule, **{word: 2.0})
        for engine in ("python", "native"):
            run = warmer.train([1.0], [1.0], chosen, steps=3, engine=engine)
            assert run.weights.tolist() == [6.0]
        with pytest.raises(warmer.UsageError, match="has its parameters already; say alpha"):
            warmer.train([1.0], [1.0], chosen, alpha=1.0)

    def test_the_words_are_found(self) -> None:
        """The words are read from every command that has one for each rule."""
        found = {*words_of_commands()}

        assert {place for place, _ in found} == {
            "warmer knob", "warmer play", "warmer train", "warmer tune",
        }  # fmt: skip
        assert {word for place, word in found if place == "warmer train"} >= {
            "data", "batch_size", "bias", "no_bias", "explain", "json", "help",
        }  # fmt: skip


class TestKept:
    """What keeps the contract."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_shipped_plugins_keep_it(self, kind: str) -> None:
        """Every plugin that warmer ships keeps the contract that it asks of others."""
        for plugin in warmer.Registry(allowed=[]).plugins(kind):
            check(plugin.load(), kind, plugin.name)

    def test_evidence_is_what_the_hooks_name(self) -> None:
        """An implementation may name all evidence of its hook, of one number as of all."""
        for evidence in (SINGULAR, PLURAL):
            for name in evidence:
                source = f"def learn(self, {name}): return {name}"
                space: dict[str, Any] = {}
                exec(source, space)
                rule = attrs.make_class(
                    "Rule", {}, class_body={"learn": warmer.hookimpl(space["learn"])},
                    frozen=True, eq=False,
                )  # fmt: skip
                check(rule, "rule", "rule")

    def test_helpers_are_nobodys_business(self) -> None:
        """Methods and fields of other names, and private ones, are no faults."""

        @attrs.frozen(eq=False)
        class Rule:
            def half(self, x: float) -> float:
                return x / 2

            def _learn(self) -> None:
                pass

            @warmer.hookimpl
            def learn(self, weight: float) -> float:
                return self.half(weight)

        assert warmer.train([1.0], [1.0], Rule, weights=1.0, steps=1).weights == [0.5]

    def test_hooks_are_those_of_the_specification(self) -> None:
        """The check knows every hook of every kind, and no other."""
        assert set(HOOKS) == {hook for hooks in ALLOWED.values() for hook in hooks}


class Past(NamedTuple):
    velocity: float = 0.0


class Nothing(NamedTuple):
    pass


MEMORIES = {
    "property": (property(lambda self: Past()), "`memory` is a property"),
    "method": (lambda self: Past(), "`memory` is a method"),
    "class": (Past, "`memory` is the class Past, not an object of it (say memory = Past())"),
    "dict": ({"velocity": 0.0}, "`memory` is {'velocity': 0.0} (dict), not a NamedTuple"),
    "float": (0.5, "`memory` is 0.5 (float), not a NamedTuple of floats"),
    "tuple": ((0.0,), "`memory` is (0.0,), and its numbers need names"),
    "None": (None, "the class needs `memory`"),
    "no fields": (Nothing(), "`memory` has no fields"),
    "an int": (Past(1), "`memory` starts 'velocity' at 1, an int (say 1.0)"),
    "a bool": (Past(True), "`memory` starts 'velocity' at True, a truth value (say 1.0)"),
    "a None": (Past(None), "`memory` starts 'velocity' at None, which is no float"),
    "inf": (Past(float("inf")), "`memory` starts 'velocity' at inf, which is not finite"),
    "a word": (Past("0"), "`memory` starts 'velocity' at '0', which is no float"),
}


@pytest.mark.parametrize(("memory", "words"), MEMORIES.values(), ids=MEMORIES)
def test_what_is_wrong_with_a_memory(memory: Any, words: str) -> None:
    """Each fault of a memory is told by itself, with what to write instead."""
    body = {"memory": memory, "learn": warmer.hookimpl(lambda self, weight, memory: weight)}
    rule = attrs.make_class("Rule", {}, class_body=body, frozen=True, eq=False)

    (fault,) = faults_of(rule, "rule")

    assert fault.startswith(f"'learn' asks for memory, so {words}")
    assert "(say " in fault or "(class Memory(NamedTuple)" in fault
