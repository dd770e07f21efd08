"""The command as a process: what it imports, how it ends, and whom it writes to."""

import fcntl
import itertools
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from types import SimpleNamespace

import pytest

import warmer as api
from warmer.cli import running
from warmer_rules import progress

BUSY = """
import attrs, signal, warmer

@attrs.frozen(eq=False)
class Busy:
    forever: bool = warmer.param(False)

    @warmer.hookimpl
    def learn(self, weight, step):
        if step == 1:
            print("started", flush=True)
        if self.forever:
            while signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
                pass
            print("noted", flush=True)
            while True:
                pass
        return weight + 1e-9
"""
LIGHT = ["--help", "-h", "--version", "", "knob --help", "train --help", "rules", "rules --json"]


def start(*arguments: str, **more: object) -> "subprocess.Popen[str]":
    """Start a command whose Ctrl-C is not ignored, even where that of the tests is."""
    return subprocess.Popen(
        [sys.executable, "-m", "warmer", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **more,
    )


def python(code: str, env: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """Run code in a Python of its own."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=env, check=False)


def test_imports(install):
    """Help, version and lists import no plugin, no NumPy and nothing that needs it."""
    install("bystander", "", rules={"bystander": "Rule"})
    code = (
        "import sys, warmer.cli\n"
        "heavy = {'numpy', 'warmer.training', 'warmer_rules', 'bystander', 'llvmlite', 'pandas'}\n"
        f"for command in {LIGHT}:\n"
        "    assert warmer.cli.run(command.split()) == 0\n"
        "    if found := heavy & set(sys.modules):\n"
        "        sys.exit(f'{command}: {sorted(found)}')\n"
    )

    done = python(code)

    assert (done.returncode, done.stderr) == (0, "")


def test_completion_imports():
    """Completing the name of a rule imports no plugin and no NumPy."""
    code = (
        "import sys, warmer.cli\n"
        "assert warmer.cli.run([]) == 0\n"
        "heavy = {'numpy', 'warmer.training', 'warmer_rules'}\n"
        "sys.exit(' '.join(sorted(heavy & set(sys.modules))))\n"
    )
    env = {
        **os.environ,
        "_WARMER_COMPLETE": "bash_complete",
        "COMP_WORDS": "warmer train ",
        "COMP_CWORD": "2",
    }

    done = python(code, env)

    assert "alpha-scaled" in done.stdout
    assert done.stderr == "\n"


def test_module(process):
    """`python -m warmer` is the command."""
    assert process("--version") == (0, f"warmer {api.__version__}\n", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_signal(tmp_path, number):
    """A signal ends the run after the steps being taken: result, history and 128 + its number."""
    (tmp_path / "busy.py").write_text(BUSY, encoding="utf-8")
    process = start(
        "train", "busy.py:Busy", "norris.csv", "--target", "y", "--steps", "10000000",
        "--json", "--history", "h.csv",
    )  # fmt: skip
    assert process.stderr.readline() == "started\n"
    process.send_signal(number)
    out, err = process.communicate(timeout=120)

    assert process.returncode == 128 + number
    outcome = json.loads(out)["outcome"]
    assert outcome["status"] == "stopped"
    assert number.name in outcome["reason"]
    taken = running.steps_in_words(outcome["steps"])
    assert err.splitlines()[-1] == f"warmer: interrupted ({number.name}) after {taken}"
    assert len(api.read_table("h.csv").lines) == outcome["steps"]


@pytest.mark.parametrize("buffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_closed_pipe(buffered):
    """Where nobody reads on, the command is quiet and ends with 141."""
    process = start(
        *("knob", "alpha-scaled", "--steps", "5000", "--json"),
        env={**os.environ, "PYTHONUNBUFFERED": buffered},
    )
    process.stdout.read(1)
    process.stdout.close()

    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 141
    process.stderr.close()


@pytest.mark.sampled(
    2,
    buffered=["", "1"],
    command=["--help", "rules", "knob alpha-scaled", "knob alpha-scaled --json --steps 1000"],
)
def test_full_disk(command, buffered):
    """Where stdout cannot be written, that is one line and exit code 1."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "warmer", *command.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": buffered},
            timeout=60,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr == "warmer: cannot write the output: No space left on device\n"


def test_no_stdout():
    """Where stdout is closed, that is one line and exit code 1."""
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m warmer rules >&-', sys.executable],
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_no_stderr():
    """Where stderr is closed, the exit code still tells."""
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m warmer knob raw-gradient --input 2 2>&-', sys.executable],
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )

    assert done.returncode == 3


def test_terminal():
    """On a terminal of 80 columns no line is wider, and nothing is coloured."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    env = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [sys.executable, "-m", "warmer", *"knob raw-gradient --input 2 --steps 4".split()],
        stdout=slave,
        stderr=subprocess.DEVNULL,
        env=env,
    )
    os.close(slave)
    shown = b""
    try:
        while part := os.read(master, 65536):
            shown += part
    except OSError:  # Linux: the other end is closed
        pass
    finally:
        os.close(master)

    assert process.wait(timeout=60) == 3
    lines = shown.decode().splitlines()
    assert max(map(len, lines)) <= 80
    assert len([line for line in lines if line.startswith("        ")]) == 5
    assert b"\x1b" not in shown


class Terminal:
    """A stderr that says it is a terminal."""

    closed = False

    def __init__(self):
        self.shown = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.shown += text
        return len(text)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("asked", [(), ("--observe", "progress"), ("--observe", "warmer/progress")])
def test_progress(warmer, monkeypatch, asked):
    """On a terminal long runs show one line of progress, and wipe it when they are done."""
    terminal = Terminal()
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=itertools.count().__next__))
    monkeypatch.setattr(sys, "stderr", terminal)

    code = warmer(
        "train", "alpha-scaled", "norris.csv", "--target", "y", "--steps", "300", *asked
    ).code

    assert code == 0
    assert "step 300 of 300 (100%)" in terminal.shown
    assert "\n" not in terminal.shown
    assert terminal.shown.count("step 300") == 1
    *_, last, end = terminal.shown.split("\r")
    assert (last.strip(), end) == ("", "")


def test_no_progress(warmer, monkeypatch):
    """Anywhere else nothing is shown."""
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=itertools.count().__next__))

    assert warmer("train", "alpha-scaled", "norris.csv", "--target", "y").err == ""


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}


@pytest.mark.parametrize("surroundings", [{}, {"NO_COLOR": "1", **ASCII}], ids=["bare", "ascii"])
def test_bare_surroundings(surroundings, tmp_path, monkeypatch, warmer):
    """Without HOME, colours, or a locale beyond ASCII, a table of any name has the same result."""
    folder = tmp_path / "ü"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "ä.csv").write_text("größe,y\n1,2\n2,4\n3,7\n", encoding="utf-8")
    command = "train alpha-scaled ä.csv --target y --steps 9 --json --save m.warmer".split()
    expected = warmer(*command)
    (folder / "m.warmer").unlink()
    found = subprocess.run(
        [sys.executable, "-m", "warmer", *command], env={"PATH": os.defpath, **surroundings},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (found.returncode, found.stdout) == (0, expected.out)
    assert found.stderr.isascii() or not surroundings
    assert sorted(os.listdir(folder)) == ["m.warmer", "ä.csv"]
