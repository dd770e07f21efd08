"""`warmer new`: a package that is whole or is not there; tests/packaging builds and installs it."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmer.contract.hookspecs import KINDS
from warmer.exceptions import UsageError
from warmer.plugins.registry import load_file
from warmer.scaffold import package
from warmer.scaffold.package import write_package


def files_of(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written(warmer, kind):
    """All files that are named are there, all that are there are named, and nothing in them was
    left to be filled in; the entry point leads to a class that keeps the contract."""
    result = warmer("new", "my-own", "--kind", kind)
    folder = Path("warmer-my-own")
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))

    assert (result.code, result.err) == (0, "")
    assert set(re.findall(r"^  (\S+)  ", result.out, re.MULTILINE)) == files_of(folder)
    for file in files_of(folder):
        text = (folder / file).read_text(encoding="utf-8")
        assert "$" not in text
        assert max(map(len, text.splitlines())) <= 100
        if file.endswith(".py"):
            ast.parse(text)
    assert project["project"]["entry-points"] == {
        f"warmer.{kind}s": {"my-own": "warmer_my_own:MyOwn"}
    }
    assert load_file(f"{folder}/warmer_my_own.py:MyOwn", kind).__name__ == "MyOwn"


@pytest.mark.nightly  # by day tests/packaging runs all tests of a new rule
@pytest.mark.parametrize("kind", KINDS)
def test_its_tests_pass(install, kind):
    """What the tests of a new package say by hand of its plugin holds, whatever its kind."""
    folder = write_package("my-own", kind).path
    code = (folder / "warmer_my_own.py").read_text(encoding="utf-8")
    install("warmer-my-own", code, **{f"{kind}s": {"my-own": "MyOwn"}})
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "tests/test_warmer_my_own.py"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout


def test_a_place_of_its_own(warmer):
    """PATH says where the package is written; the modes are those of any new file."""
    Path("deep").mkdir()
    assert warmer("new", "mine", "deep/a place").code == 0
    Path("other").touch()

    assert "warmer_mine.py" in files_of(Path("deep/a place"))
    assert Path("deep/a place").stat().st_mode == Path("deep").stat().st_mode
    assert Path("deep/a place/LICENSE").stat().st_mode == Path("other").stat().st_mode


@pytest.mark.parametrize("there", ["file", "folder", "empty folder", "link", "link to nothing"])
def test_nothing_is_overwritten(warmer, there):
    """Whatever is there stays as it is, and nothing lies beside it."""
    place = Path("warmer-mine")
    Path("elsewhere").mkdir()
    if there == "file":
        place.write_text("precious")
    elif there.startswith("link"):
        place.symlink_to("elsewhere" if there == "link" else "nowhere")
    else:
        place.mkdir()
        if there == "folder":
            (place / "warmer_mine.py").write_text("precious")
    before = sorted(os.listdir()), place.lstat().st_mtime_ns
    result = warmer("new", "mine")

    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "warmer: warmer-mine is there already; name a folder that is not, after mine\n"
    )
    assert (sorted(os.listdir()), place.lstat().st_mtime_ns) == before
    assert not os.listdir("elsewhere")


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_whole_or_not_at_all(monkeypatch, error):
    """Where anything fails on the way, a Ctrl-C among it, nothing is left."""
    before, written = sorted(os.listdir()), []

    def write_text(path: Path, *_: object, **__: object) -> None:
        written.append(path)
        path.touch()
        if len(written) == len(package.FILES):
            raise error

    monkeypatch.setattr(Path, "write_text", write_text)
    with pytest.raises((UsageError, KeyboardInterrupt)) as caught:
        write_package("mine")

    assert sorted(os.listdir()) == before
    assert isinstance(caught.value, KeyboardInterrupt) or (
        str(caught.value) == "cannot write warmer-mine: No space left on device"
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Sign", "use lower-case letters, digits and hyphens"),
        ("two words", "use lower-case letters"),
        ("1st", "and start with a letter"),
        ("a/b", "use lower-case letters"),
        ("a-", "use lower-case letters"),
        ("", "use lower-case letters"),
        ("zähl", "use lower-case letters"),
        ("warmer-sign", "the package's name begins with warmer-"),
        ("rules", "warmer_rules is the module of warmer's own plugins"),
        ("alpha-scaled", "it is a rule that warmer ships"),
        ("log-loss", "it is a comparison that warmer ships"),
        ("none", "no class can be called None"),
        ("true", "no class can be called True"),
    ],
)
def test_names(warmer, name, said):
    """A name that no plugin, no package or no class could have is refused with the reason."""
    before = sorted(os.listdir())
    result = warmer("new", "--", name)

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"warmer: plugin name {name!r}: ")
    assert said in result.err
    assert sorted(os.listdir()) == before


@given(st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True))
def test_every_name(name):
    """Of every name the class and the module are identifiers, or it is refused."""
    try:
        found = package._class_name(name)
    except UsageError:
        return
    ast.parse(f"class {found}: pass\nimport warmer_{name.replace('-', '_')}")


def test_where_there_is_no_place(warmer):
    """A path that cannot be made is told."""
    assert warmer("new", "mine", "no/where").err == "warmer: no/where: there is no folder no\n"
    long = "x" * 300
    assert warmer("new", "mine", long).err == f"warmer: cannot write {long}: File name too long\n"


def test_kinds(warmer):
    """There are the five kinds, a rule where none is said."""
    help_ = warmer("new", "--help").out

    assert "|".join(KINDS) in help_.replace("\n", "")
    assert "[default: rule]" in help_
    wrong = warmer("new", "mine", "--kind", "ruel")
    assert (wrong.code, "did you mean 'rule'?" in wrong.err) == (2, True)
