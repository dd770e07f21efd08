"""Every code block of the documents is run, and shows what really happens.

    ```python    code: must run and print nothing; with `>>> ` a doctest. One namespace a page.
    ```console   `$ ` commands with their output; a line `...` stands for any number of lines.
                 A command that fails must be followed by `$ echo $?`.
    ```sh        commands that install something: tried by `.ci/run`, see test_install_commands.
    ```toml      a file of an example package: built by tests/packaging.
    ```text      drawings and formulas, and what is not run.

A block after a line "`NAME`:" is a file: it is written, and not run. A page's blocks run in a
folder of its own that holds a copy of `docs/examples`. The tutorial installs what it makes, so
tests/packaging runs it, in a fresh environment.
"""

import contextlib
import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
import tomllib
import traceback
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest

import warmer.cli

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OF_PORTS = {
    "cluster.md": "dask", "frames.md": "frames", "optax.md": "optax", "scikit-learn.md": "sklearn",
    "torch.md": "torch",
}  # fmt: skip
RUN_HERE = [
    pytest.param(page, marks=pytest.mark.port(OF_PORTS[page.name]) if page.name in OF_PORTS else ())
    for page in PAGES
    if page.name != "tutorial.md"
]
HERE = str(Path(sys.executable).parent)
PIPE = re.compile(r"(?:([^;&\n]*) \| )?(warmer [^|<>;&$`*?~(){}\\\n]*)(?: \| (.*))?", flags=re.S)
"""A command of warmer that needs no shell, maybe with other commands before and after it."""
LANGUAGES = {"python", "console", "sh", "toml", "text"}


class Block(NamedTuple):
    """A fenced block: where its first line stands, its language, its text, its path as a file."""

    file: str
    line: int
    language: str
    text: str
    path: str | None = None


def blocks_of(path: Path, name: str | None = None) -> list[Block]:
    """Read the fenced blocks of a page."""
    found, fence, start, lines, said = [], None, 0, [], ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if fence is None and (opening := re.match(r"(\s*)(`{3,})(\S*)", line)):
            indent, fence, language = opening.groups()
            start, lines = number + 1, []
        elif fence is not None and line.strip() == fence:
            text = "".join(each.removeprefix(indent) + "\n" for each in lines)
            written = re.fullmatch(r"`(\S+)`:", said)
            found.append(Block(name or path.name, start, language, text, written and written[1]))
            fence, said = None, ""
        elif fence is not None:
            lines.append(line)
        else:
            said = line.strip() or said
    assert fence is None, f"{path}:{start}: this block is never closed"
    return found


def run_python(block: Block, namespace: dict) -> str | None:
    """Run a python block; say what is wrong, or None."""
    place = f"{block.file}:{block.line}"
    if ">>> " in block.text:
        test = doctest.DocTestParser().get_doctest(
            block.text, {}, place, block.file, block.line - 1
        )
        test.globs = namespace
        report = io.StringIO()
        doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS).run(
            test, out=report.write, clear_globs=False
        )
        return report.getvalue() or None
    printed = io.StringIO()
    try:
        code = compile("\n" * (block.line - 1) + block.text, block.file, "exec")
        with contextlib.redirect_stdout(printed):
            exec(code, namespace)
    except Exception:  # noqa: BLE001 - a block may raise anything
        return f"{place}: the block fails\n{traceback.format_exc(limit=-1)}"
    if printed.getvalue():
        return f"{place}: the block prints, so show it as `>>> `: {printed.getvalue()}"
    return None


def commands_of(block: Block) -> list[tuple[int, str, list[str]]]:
    """Split a console block into (line, command, expected lines)."""
    found: list[tuple[int, str, list[str]]] = []
    for number, line in enumerate(block.text.splitlines(), start=block.line):
        if line.startswith("$ "):
            found.append((number, line[2:], []))
        elif found and line.startswith("> ") and found[-1][1].endswith("\\"):
            found[-1] = (found[-1][0], found[-1][1] + "\n" + line[2:], [])
        else:
            assert found, f"{block.file}:{number}: output without a `$ ` command before it"
            found[-1][2].append(line)
    return found


def run_here(
    command: str, environment: dict[str, str], given: bytes, err: io.StringIO | None
) -> tuple[int, str]:
    """Run a command of warmer in this process, which is quicker than in one of its own.

    The page's folder is the current one. Answers the code and what is printed; what is on stderr
    goes there as well, or to `err`.
    """
    out = io.StringIO()
    with (
        mock.patch.dict(os.environ, environment, clear=True),
        mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8")),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err or out),
    ):
        return warmer.cli.run(shlex.split(command)[1:]), out.getvalue()


def run_shell(
    command: str, folder: Path, environment: dict[str, str], given: str = ""
) -> tuple[int, bytes]:
    """Run a command in a shell; answer the code, and what is on stdout and stderr."""
    ended = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, input=given.encode(), timeout=120,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return ended.returncode, ended.stdout


def run_pipe(
    before: str, command: str, after: str, folder: Path, environment: dict[str, str]
) -> tuple[int, bytes]:
    """Run `before | command | after`: the command of warmer here, and the others in shells."""
    given = run_shell(before, folder, environment)[1] if before else b""
    if not after:
        status, shown = run_here(command, environment, given, None)
        return status, shown.encode()
    err = io.StringIO()
    _, shown = run_here(command, environment, given, err)
    status, printed = run_shell(after, folder, environment, shown)
    return status, err.getvalue().encode() + printed


def run_console(block: Block, folder: Path, tools: str, plugins: dict[str, str]) -> str | None:
    """Run the commands of a console block; say what the first wrong one did, or None."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("WARMER_", "_WARMER_", "PYTEST_")) and name != "NO_COLOR"
    }
    path = os.pathsep.join([tools, os.environ["PATH"]])
    environment |= {"PATH": path, "COLUMNS": "80", "PYTHONUNBUFFERED": "1", "TERM": "dumb"}
    environment |= plugins
    status = 0
    commands = commands_of(block)
    for index, (line, command, expected) in enumerate(commands):
        place = f"{block.file}:{line}: $ {command}"
        command = command.replace("\\\n", " ")
        piped = PIPE.fullmatch(command)
        if tools == HERE and piped:
            status, printed = run_pipe(*piped.groups(""), folder, environment)
        else:
            status, printed = run_shell(f"(exit {status})\n{command}", folder, environment)
        shown = printed.decode().splitlines()
        if not matches(expected, shown):
            wanted, got = (textwrap.indent("\n".join(x), "    ") for x in (expected, shown))
            return f"{place}\n  the page shows\n{wanted}\n  and it prints\n{got}"
        told = index + 1 < len(commands) and commands[index + 1][1] == "echo $?"
        if status and not told:
            return f"{place}\n  ends with {status}, and no `$ echo $?` follows that shows it"
    return None


def matches(expected: list[str], shown: list[str]) -> bool:
    """Compare lines; `...` stands for any number of them."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line.rstrip()) + r"[ ]*\n"
        for line in expected
    )
    return re.fullmatch(pattern, "".join(line + "\n" for line in shown)) is not None


SHIPPED = {"WARMER_PLUGINS": ""}  # pages list what warmer ships


def faults_of(
    page: Path, folder: Path, tools: str = HERE, plugins: dict[str, str] = SHIPPED
) -> list[str]:
    """Run the blocks of a page in order and collect what is wrong.

    Parameters:
        tools: where commands are looked for first.
        plugins: variables that say which plugins the commands may name.
    """
    (folder / "docs").mkdir(parents=True)
    shutil.copytree(ROOT / "docs" / "examples", folder / "docs" / "examples")
    for path in folder.rglob("*.csv"):
        path.chmod(0o644)
    namespace: dict = {"__name__": "page"}
    faults = []
    for block in blocks_of(page):
        if block.language not in LANGUAGES:
            faults.append(f"{block.file}:{block.line}: a block in {block.language!r}; use one of "
                          f"{', '.join(sorted(LANGUAGES))}")  # fmt: skip
        elif block.path:
            (folder / block.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.path).write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            faults.append(run_python(block, namespace))
        elif block.language == "console":
            faults.append(run_console(block, folder, tools, plugins))
    return [fault for fault in faults if fault]


@pytest.mark.parametrize("page", RUN_HERE, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_shows_what_happens(page, tmp_path, monkeypatch):
    """What a page shows is what its reader gets."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    faults = faults_of(page, folder)
    assert not faults, "\n\n" + "\n\n".join(faults)


def test_install_commands():
    """Commands that no test can run here stand in the README, or are run by `.ci/run`."""
    readme = [block for block in blocks_of(ROOT / "README.md") if block.language == "sh"]
    assert len(readme) == 2, "the README shows two commands: run it, test it"
    run = (
        (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace('"$tools/', "").replace('"', "")
    )
    with open(ROOT / "pyproject.toml", "rb") as file:
        lint = tomllib.load(file)["dependency-groups"]["lint"]
    names = sorted(re.match(r"[\w-]+", requirement)[0] for requirement in lint)
    known = "".join(block.text for block in readme) + run + f"pip install -q {' '.join(names)}\n"
    for block in blocks_of(ROOT / "docs" / "contributing.md"):
        for command in re.split(r"\n| && ", block.text) if block.language == "sh" else ():
            bare = command.removeprefix(".venv/bin/")
            assert bare in known, f"{block.file}:{block.line}: nobody runs {bare!r}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """A relative link leads to a file, and its anchor to a heading."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), flags=re.M)
            anchors = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings]
            assert anchor in anchors, f"{page.name}: {link}; there is {anchors}"


WRONG = {
    "a doctest with another answer": ("python", ">>> 1 + 1\n3\n", "page.md\", line 4"),
    "code that raises": ("python", "a = 1\na / 0\n", "page.md\", line 5"),
    "code that prints": ("python", "print(1)\n", "page.md:4: the block prints"),
    "another output": ("console", "$ echo a\nb\n", "page.md:4: $ echo a"),
    "an output that goes on": ("console", "$ echo a\n", "page.md:4: $ echo a"),
    "a failure nobody mentions": ("console", "$ true\n$ exit 3\n", "page.md:5: $ exit 3"),
    "an unknown language": ("pyhton", "1\n", "page.md:4: a block in 'pyhton'"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_the_runner_finds(case, tmp_path):
    """A block that does not hold is found, with its file and line."""
    language, text, place = WRONG[case]
    page = tmp_path / "page.md"
    page.write_text(f"# A page\n\n```{language}\n{text}```\n", encoding="utf-8")
    (fault,) = faults_of(page, tmp_path / "here")
    assert place in fault


def test_the_runner_allows(tmp_path):
    """Elided lines, exit codes, continued commands, names and files of earlier blocks hold."""
    page = tmp_path / "page.md"
    page.write_text(
        "```python\na = 2\n```\n\n```python\n>>> a\n2\n```\n\n"
        "`in/a.txt`:\n\n```text\nc\n```\n\n```console\n$ cat in/a.txt\nc\n```\n\n"
        "```console\n$ seq 5\n1\n...\n5\n$ exit 3\n$ echo $?\n3\n$ echo a \\\n> b\na b\n```\n",
        encoding="utf-8",
    )
    assert faults_of(page, tmp_path / "here") == []
