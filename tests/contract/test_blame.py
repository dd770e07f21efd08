"""Blame: whatever somebody's code raises, wherever, is told as theirs, and told shortly."""

import ast
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

import warmer
from warmer.exceptions import LONGEST, blame, said

SOURCES = [
    path
    for path in sorted(Path(warmer.__file__).parent.rglob("*.py"))
    if "except PLUGIN_ERRORS" in path.read_text(encoding="utf-8")
]
ODD = """
class Mute(Exception):
    def __str__(self):
        raise RuntimeError

class Muter(BaseException):
    def __str__(self):
        raise self
"""
RAISES = {
    "cancelled": "__import__('asyncio').CancelledError()",
    "generator": "GeneratorExit()",
    "exit": "SystemExit(0)",
    "own kind": "type('Own', (BaseException,), {})()",
    "group": "BaseExceptionGroup('both', [GeneratorExit()])",
    "mute": "Mute()",
    "muter": "Muter()",
    "megabyte": "RuntimeError('long ' * 200_000)",
    "red": "RuntimeError('\\x1b[31mred\\n\\u202e\\x9b')",
    "red name": "type('\\x1b[31mred' * 1000, (RuntimeError,), {})()",
}
"""What plugins may raise, as source."""

TEXT = (
    ODD
    + """
import attrs, warmer
{top}

def fail():
    raise {error}

class Number(float):
    def __float__(self):
        fail()

@attrs.frozen(eq=False)
class Learns:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        fail()

@attrs.frozen(eq=False)
class Answers:
    @warmer.hookimpl
    def learn(self, weight):
        return Number(1.0)

@attrs.frozen(eq=False)
class All:
    @warmer.hookimpl
    def learn(self, weights):
        return type("Array", (), {{"__array__": lambda *_, **__: fail()}})()

@attrs.frozen(eq=False)
class Makes:
    alpha: float = warmer.param(0.1)

    def __attrs_post_init__(self):
        if self.alpha != 0.1:
            fail()

    @warmer.hookimpl
    def learn(self, weight):
        return weight

@attrs.frozen(eq=False)
class Predicts:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        fail()

@attrs.frozen(eq=False)
class Compares:
    @warmer.hookimpl
    def compare(self, prediction, target):
        fail()

@attrs.frozen(eq=False)
class Before:
    @warmer.hookimpl(wrapper=True)
    def learn(self):
        fail()
        return (yield)

@attrs.frozen(eq=False)
class After:
    @warmer.hookimpl(wrapper=True)
    def learn(self):
        yield
        fail()

@attrs.frozen(eq=False)
class Watches:
    @warmer.hookimpl
    def run_started(self):
        fail()
"""
)
PLUGINS: dict[str, dict[str, Any]] = {
    "Learns": {},
    "Answers": {},
    "All": {},
    "Makes": {"alpha": 2.0},
    "Predicts": {"rule": "hot-and-cold", "at": "predict"},
    "Compares": {"rule": "hot-and-cold", "at": "compare"},
    "Before": {"rule": "hot-and-cold", "at": "modifiers"},
    "After": {"rule": "hot-and-cold", "at": "modifiers"},
}
"""The plugins of TEXT that fail, and where each of them is given."""


def doors(plugin: str, file: str) -> dict[str, Callable[[], Any]]:
    """Every way in for a network, with a failing plugin in it."""
    more = dict(PLUGINS[plugin])
    rule, at = more.pop("rule", f"{file}:{plugin}"), more.pop("at", None)
    if at:
        more[at] = [f"{file}:{plugin}"] if at == "modifiers" else f"{file}:{plugin}"
    data = ([[1.0], [2.0]], [1.0, 3.0], rule)
    found = {
        "python": lambda: warmer.train(*data, steps=2, engine="python", **more),
        "train": lambda: warmer.train(*data, steps=2, **more).error,
        "steps": lambda: list(warmer.steps(*data, steps=2, **more)),
        "explain": lambda: warmer.explain(*data, **more),
        "diagnose": lambda: warmer.diagnose(data[0], rule, **more),
        "formula": lambda: str(warmer.formula(rule, **more)),
    }
    if at == "compare":
        found["check"] = lambda: warmer.check_comparison(f"{file}:{plugin}")
    return found


@pytest.fixture
def written(tmp_path: Any) -> Callable[..., str]:
    """Write a file of plugins that raise an error; answer its path."""

    def write(error: str, top: str = "") -> str:
        (tmp_path / "mine.py").write_text(TEXT.format(error=error, top=top), encoding="utf-8")
        return f"{tmp_path}/mine.py"

    return write


def check_text(text: str) -> None:
    """A message is one line, not too long, and nothing in it steers a terminal."""
    assert text.isprintable()
    assert len(text) < LONGEST + 400


def what_is_told(enter: Callable[[], Any]) -> tuple[list[str], BaseException | None]:
    """The lines of an answer, or the text of a PluginError and what caused it; no other error."""
    try:
        return str(enter()).splitlines(), None
    except warmer.PluginError as fault:
        return [str(fault)], fault.__cause__


@pytest.mark.sampled(3, plugin=[*PLUGINS], error=[*RAISES.values()])
def test_hooks(written, plugin: str, error: str) -> None:
    """A plugin that raises is a PluginError or a reason, at every door, and none of the ways out
    of Python; a run with it is a PluginError that has what was raised as its cause."""
    for door, enter in doors(plugin, written(error)).items():
        told, cause = what_is_told(enter)
        for line in told:
            check_text(line)
        assert plugin in told[0] or door not in ("python", "train", "steps")
        assert cause is not None or door != "python"


@pytest.mark.parametrize("error", RAISES.values(), ids=RAISES)
def test_imports(written, error: str) -> None:
    """A file or package that raises is a LoadError that names it."""
    with pytest.raises(warmer.LoadError) as caught:
        warmer.train([1.0], [1.0], f"{written(error, top=f'raise {error}')}:Learns")

    check_text(str(caught.value))
    assert "rule Learns" in str(caught.value)


@pytest.mark.parametrize("error", RAISES.values(), ids=RAISES)
def test_observers(written, error: str) -> None:
    """An observer that raises is switched off and reported, and the run goes on."""
    run = warmer.train(
        [1.0], [1.0], "raw-gradient", steps=3, observers=[f"{written(error)}:Watches"]
    )

    assert run.outcome.steps == 3
    (report,) = run.reports
    check_text(report)
    assert report.startswith("observer ")
    assert "run_started and was switched off: " in report


@pytest.mark.parametrize("plugin", [*PLUGINS, "Watches"])
def test_interrupts(written, plugin: str) -> None:
    """KeyboardInterrupt goes on to the user, at every door that runs the code."""
    file = written("KeyboardInterrupt")
    if plugin == "Watches":
        ways = {"python": lambda: warmer.train(
            [1.0], [1.0], "raw-gradient", observers=[f"{file}:Watches"])}  # fmt: skip
    else:
        ways = doors(plugin, file)
    for door, enter in ways.items():
        try:
            enter()
        except KeyboardInterrupt:
            continue
        assert door not in ("python", "train", "steps")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_nothing_keeps_an_interrupt(path: Path) -> None:
    """Wherever all that a plugin may raise is caught, KeyboardInterrupt goes on before."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Try):
            caught = [ast.unparse(handler.type) for handler in node.handlers if handler.type]
            if "PLUGIN_ERRORS" in caught:
                assert "KeyboardInterrupt" in " ".join(caught[: caught.index("PLUGIN_ERRORS")])


def test_classes_that_cannot_be_looked_at() -> None:
    """What fails while the contract is checked is a fault of the class as well."""

    class Meta(type):
        def __dir__(cls) -> Any:
            raise GeneratorExit

    class Odd(metaclass=Meta):
        @warmer.hookimpl
        def learn(self, weight: float) -> float:
            return weight

    with pytest.raises(warmer.ContractError, match="cannot be looked at \\(GeneratorExit: "):
        warmer.Registry().register("odd", Odd)


@pytest.mark.parametrize("annotation", [[float], {}, (1, [2]), 3, "double"])
def test_annotations(annotation: Any) -> None:
    """An annotation that is no type of a parameter is a fault in the contract, whatever it is."""

    class Odd:
        alpha = warmer.param(0.1)

        @warmer.hookimpl
        def learn(self, weight: float) -> float:
            return weight

    Odd.__annotations__ = {"alpha": annotation}
    with pytest.raises(warmer.ContractError, match="'alpha' must be annotated float, int, bool"):
        warmer.train([1.0], [1.0], attrs.frozen(eq=False)(Odd))


def test_texts() -> None:
    """What somebody says is one line, cut where it is long, with its controls written out."""
    assert said("a\n\n  b\t\x1b\u2066") == "a b\\t\\x1b\\u2066"
    assert blame(ValueError()) == "ValueError: (no message)"
    assert said("x" * 501) == "x" * 497 + "..."
    assert said(textwrap.dedent("two  blanks stay")) == "two  blanks stay"


def test_a_file_whose_objects_cannot_be_looked_at(tmp_path: Path) -> None:
    """Beside the class that is meant, nothing in a file matters, an unbound proxy neither."""
    (tmp_path / "mine.py").write_text(
        "class Proxy:\n    @property\n    def __class__(self): raise RuntimeError('unbound')\n"
        "current = Proxy()\n",
        encoding="utf-8",
    )
    with pytest.raises(warmer.UsageError, match="no class 'Prox' .did you mean 'Proxy'"):
        warmer.train([1.0], [1.0], f"{tmp_path}/mine.py:Prox")


def test_a_keyword_that_param_does_not_take(tmp_path: Path) -> None:
    """A misspelt bound is told with its file, its line and the word that is meant."""
    (tmp_path / "mine.py").write_text(
        "import attrs, warmer\n@attrs.frozen(eq=False)\nclass Mine:\n"
        "    alpha: float = warmer.param(0.1, minimum=0)\n",
        encoding="utf-8",
    )
    with pytest.raises(warmer.LoadError) as caught:
        warmer.train([1.0], [1.0], f"{tmp_path}/mine.py:Mine")

    told = str(caught.value)
    assert "warmer.param takes no 'minimum' (did you mean 'at_least'?); it takes above" in told
    assert told.endswith(f"({tmp_path}/mine.py:4)")
    with pytest.raises(warmer.ParameterError, match="no 'abov' .did you mean 'above'"):
        warmer.param(0.1, abov=3)
