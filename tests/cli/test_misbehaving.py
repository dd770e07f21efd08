"""Plugins that misbehave, on the command line: told as theirs, in one line, beside the document."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from warmer.cli.messages import LONGEST

RULE = """
import asyncio, ctypes, os, signal, subprocess, sys
import attrs, warmer

class Mute(warmer.DataError):
    def __str__(self):
        raise RuntimeError

{first}

@attrs.frozen(eq=False)
class Rule:
    '''A rule.'''

    {field}

    def __attrs_post_init__(self):
        {made}

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        {then}
        return weight - weight_delta / 10
"""
PLACES = ("first", "made", "then")
ERRORS = {
    "cancelled": "asyncio.CancelledError",
    "generator": "GeneratorExit",
    "own kind": "type('Own', (BaseException,), {})",
    "mute": "Mute",
    "megabyte": "RuntimeError('long ' * 200_000)",
    "megabyte of data": "warmer.DataError('long ' * 200_000)",
}


def write(**parts: str) -> str:
    """Write a rule that misbehaves; answer how it is named."""
    parts = {"first": "", "field": "", "made": "pass", "then": "pass", **parts}
    Path("mine.py").write_text(RULE.format(**parts), encoding="utf-8")
    return "mine.py:Rule"


def check(result, *codes: int) -> None:
    """One line that blames nobody else, and no result."""
    assert result.code in codes
    assert result.out == ""
    assert result.err.startswith("warmer: ")
    assert result.err.count("\n") == 1
    assert len(result.err) <= LONGEST + len("warmer: \n")
    assert "fault in warmer" not in result.err


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_raises(warmer, place, error):
    """Whatever a plugin raises, wherever, is one line of a sane length; the code is 1, or 2 where
    the plugin says itself that the data are not right."""
    name = write(**{place: f"raise {error}"})

    for command in (("knob", name), ("train", name, "norris.csv", "--target", "y")):
        check(warmer(*command), *((1, 2) if "Data" in error or error == "Mute" else (1,)))


@pytest.mark.parametrize("place", PLACES)
def test_interrupt_of_its_own(warmer, place):
    """A plugin that raises KeyboardInterrupt is at fault; the file and the line are said."""
    result = warmer("knob", write(**{place: "raise KeyboardInterrupt"}), "--engine", "python")

    check(result, 1)
    assert "a plugin raised KeyboardInterrupt (" in result.err
    assert "mine.py:" in result.err


@pytest.mark.parametrize("place", ["first", "made"])
def test_interrupt_of_the_user(warmer, place):
    """A Ctrl-C while a plugin is imported or made is the user's: 130."""
    name = write(**{place: "signal.default_int_handler(signal.SIGINT, None)"})

    assert warmer("knob", name) == (130, "", "warmer: interrupted\n")


DECLARATIONS = {
    "help": ("alpha: float = warmer.param(0.1, help=3)", "help must be text, got 3"),
    "choices": ("kind: str = warmer.param('a', choices=(1, 2))", "choices must be a list of words"),
    "annotation": ("alpha: [float] = warmer.param(0.1)", "must be annotated float, int, bool"),
    "bound": ("alpha: float = warmer.param(0.1, above='a')", "above must be a number or None"),
}


@pytest.mark.parametrize(("field", "said"), DECLARATIONS.values(), ids=DECLARATIONS)
def test_declarations(warmer, field, said):
    """A declaration that is wrong is a fault of the plugin, and says what is wrong with it."""
    name = write(field=field)

    for command in (("knob", name), ("train", name, "--help"), ("rules", name)):
        result = warmer(*command)
        check(result, 1)
        assert said in result.err


@pytest.mark.parametrize("text", ["3", "b'bytes'", "None", "['a']", "property(len)"])
def test_docstring(warmer, text):
    """What is no text is no docstring."""
    name = write(field=f"__doc__ = {text}")

    assert "a rule" in warmer("rules", name).out
    assert "a rule" in warmer("knob", name, "--help").out
    assert warmer("rules", name, "--json").json["summary"] == ""


WRITES = {
    "print": "print('noise')",
    "stream": "sys.__stdout__.write('noise\\n')",
    "descriptor": "os.write(1, b'noise\\n')",
    "C": "ctypes.CDLL(None).printf(b'noise\\n')",
    "child": "subprocess.run([sys.executable, '-c', 'print(\"noise\")'])",
    "at exit": "__import__('atexit').register(os.write, 1, b'noise\\n')",
}


def test_writes(process):
    """However a plugin writes to stdout, in its import or in its run, the document is alone there;
    what it writes is on stderr."""
    ways = {
        place: "; ".join(code.replace("noise", f"{place} {way}") for way, code in WRITES.items())
        for place in ("first", "then")
    }
    result = process("knob", write(**ways), "--steps", "2", "--engine", "python", "--json")

    assert (result.code, result.out.count("\n")) == (0, 1)
    assert json.loads(result.out)["outcome"]["steps"] == 2
    written = {f"{place} {way}" for place in ways for way in WRITES}
    assert {*result.err.splitlines()} == written


@pytest.mark.sampled(2, place=PLACES, stream=["stdout", "__stdout__"])
def test_closes(process, place, stream):
    """A plugin that closes the stream it prints to takes nothing of the result."""
    name = write(**{place: f"sys.{stream}.close()"})
    result = process("knob", name, "--steps", "2", "--engine", "python", "--json")

    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out)["outcome"]["steps"] == 2


@pytest.mark.parametrize("encoding", ["latin-1", pytest.param("cp1252", marks=pytest.mark.nightly)])
def test_characters_that_stdout_lacks(process, encoding):
    """What stdout cannot say of a docstring or a help text is written as escapes."""
    name = write(field="__doc__ = 'Rolls \u6f22.'; alpha: float = warmer.param(0.1, help=__doc__)")

    for command in (("rules", name), ("knob", name, "--help"), ("train", name, "--help")):
        result = process(*command, env={"PYTHONIOENCODING": encoding})
        assert (result.code, result.err) == (0, "")
        assert result.out.count("\\u6f22") == 2


def test_megabytes_of_help(warmer):
    """What a plugin says of itself is cut where it is very long; a document has all of it."""
    name = write(
        field="__doc__ = 'long ' * 200_000; alpha: float = warmer.param(0.1, help=__doc__)"
    )

    for command in (("rules", name), ("knob", name, "--help"), ("train", name, "--help")):
        assert len(warmer(*command).out) < 10_000
    assert len(warmer("rules", name, "--json").json["parameters"][0]["help"]) == 10**6


def test_writes_beside_a_page(process):
    """So it is for a page, for help, and for a list of one plugin."""
    name = write(first=WRITES["C"])

    for command in (("knob", name), ("knob", name, "--help"), ("rules", name)):
        result = process(*command)
        assert result.code == 0
        assert "noise" not in result.out
        assert "noise" in result.err


def test_nothing_is_imported_before_a_ctrl_c_is_heard():
    """What is imported before the command can tell of a Ctrl-C is warmer's own few lines."""
    code = "import sys; had = set(sys.modules); import warmer.cli; print(*set(sys.modules) - had)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert set(done.stdout.split()) == {"warmer", "warmer.cli"}


IMPORTED = [
    "click",
    "attrs",
    "warmer.cli.command",
    "warmer.cli.root",
    "warmer.plugins.registry",
    "numpy",
]


@pytest.mark.parametrize("module", IMPORTED)
def test_interrupt_at_the_start(module):
    """A Ctrl-C while the command itself is imported is one line and 130, whatever is imported."""
    code = f"""
import signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Finder())
sys.argv = ["warmer", "knob", "alpha-scaled"]
from warmer.cli import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip

    assert (done.returncode, done.stdout, done.stderr) == (130, "", "warmer: interrupted\n")
