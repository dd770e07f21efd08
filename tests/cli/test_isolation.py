"""Broken packages of every kind: they harm nobody else, and are named when they are asked for."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

GOOD = """
import attrs, warmer

@attrs.frozen(eq=False)
class Rule:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta / 10

rule = Rule()
def function(): return Rule
"""


class Broken(NamedTuple):
    """A package that names the rule `bad`, what is said of it, and how its command ends.

    In the texts, MODULE stands for its module and DISTRIBUTION for its name.
    """

    says: str
    source: str = GOOD
    points: str = "[warmer.rules]\nbad = MODULE:Rule\n"
    metadata: bytes | None = b"Metadata-Version: 2.1\nName: DISTRIBUTION\nVersion: 1.0\n"
    asked: str = "bad"
    code: int = 1


FAILS = "cannot be imported: "
CONTRACT = "does not keep the contract: "
BROKEN = {
    "import error": Broken(FAILS + "ModuleNotFoundError: No module", "import no_such_module"),
    "syntax error": Broken(FAILS + "SyntaxError: ", "def learn(:"),
    "exit": Broken(FAILS + "SystemExit: 3", "import sys\nsys.exit(3)"),
    "any error": Broken(FAILS + "RuntimeError: a b", "raise RuntimeError('a\\nb')"),
    "no exception": Broken(FAILS + "GeneratorExit: ", "raise GeneratorExit"),
    "endless": Broken(FAILS + "RecursionError: ", "def again(): again()\nagain()"),
    "in a circle": Broken(FAILS + "ImportError: ", "from MODULE import Rule"),
    "no text": Broken(FAILS + "SyntaxError: ", "\0"),
    "no module": Broken(FAILS + "ModuleNotFoundError", points="[warmer.rules]\nbad = away:X\n"),
    "missing attribute": Broken(FAILS + "AttributeError: module 'MODULE' has no", "Rles = 1"),
    "an object": Broken("is no class, but Rule", points="[warmer.rules]\nbad = MODULE:rule\n"),
    "a function": Broken("is no class, but <f", points="[warmer.rules]\nbad = MODULE:function\n"),
    "a module": Broken("is no class, but <module", points="[warmer.rules]\nbad = MODULE\n"),
    "no reference": Broken(
        "is not of the form module:Class", points="[warmer.rules]\nbad = not a : b\n"
    ),
    "wrong marker": Broken(
        CONTRACT + ".*carries the marker of 'pytest'",
        f"import pluggy\n{GOOD}".replace("warmer.hookimpl", "pluggy.HookimplMarker('pytest')"),
    ),
    "no marker": Broken(
        CONTRACT + ".*is not marked with @warmer.hookimpl",
        GOOD.replace("    @warmer.hookimpl\n", ""),
    ),
    "another kind": Broken(
        CONTRACT + ".*'learn' is no hook of a comparison",
        points="[warmer.comparisons]\nbad = MODULE:Rule\n",
    ),
    "a newer contract": Broken(
        "is written for contract 99, and this warmer .* offers .*: upgrade warmer",
        GOOD.replace("    @warmer", "    contract = 99\n    @warmer"),
    ),
    "cannot be looked at": Broken(
        "it cannot be looked at",
        f"class Meta(type):\n    def __dir__(cls): raise RuntimeError\n{GOOD}".replace(
            "class Rule:", "class Rule(metaclass=Meta):"
        ),
    ),
    "unparsable entry points": Broken(
        "the entry_points.txt of its package is damaged",
        points="[warmer.rules]\nno equals sign\nbad = MODULE:Rule\n",
    ),
    "no metadata": Broken("the METADATA of its package in .*site.* are missing", metadata=None),
    "unparsable metadata": Broken("the METADATA of its package in ", metadata=b"\xff\xfe\0"),
    "misspelt group": Broken(
        "its package names the group 'warmer.rule' .did you mean 'warmer.rules'",
        points="[warmer.rule]\nbad = MODULE:Rule\n",
    ),
    "a name twice": Broken(
        "is named 2 times by DISTRIBUTION 1.0",
        points="[warmer.rules]\nbad = MODULE:Rule\nbad = MODULE:Other\n",
        code=2,
    ),
    "a name of two": Broken(
        "stands in 2 distributions: say DISTRIBUTION/fine or fine-rules/fine",
        points="[warmer.rules]\nfine = MODULE:Rule\n",
        asked="fine",
        code=2,
    ),
    "a name that is none": Broken(
        "'Bad' of DISTRIBUTION 1.0 cannot be named: ",
        points="[warmer.rules]\nBad = MODULE:Rule\n",
        code=2,
    ),
    "a shipped name": Broken(
        FAILS + "ValueError: ", "raise ValueError", "[warmer.rules]\nraw-gradient = MODULE:Rule\n",
        asked="DISTRIBUTION/raw-gradient",
    ),
}  # fmt: skip


@pytest.fixture(params=BROKEN)
def package(request: pytest.FixtureRequest, install) -> tuple[str, str, Broken]:
    """A broken package beside a good one: what it is called, how, and its texts filled in."""
    number = [*BROKEN].index(request.param)
    distribution, module = f"broken-{number}", f"broken_{number}"

    def fill(text: str) -> str:
        return text.replace("DISTRIBUTION", distribution).replace("MODULE", module)

    broken = BROKEN[request.param]
    data = broken.metadata
    broken = broken._replace(
        **{name: fill(getattr(broken, name)) for name in ("says", "source", "points", "asked")},
        metadata=data and data.replace(b"DISTRIBUTION", distribution.encode()),
    )
    install("fine-rules", GOOD, rules={"fine": "Rule"})
    info = install(distribution, broken.source) / f"{module}-1.0.dist-info"
    (info / "entry_points.txt").write_text(broken.points, encoding="utf-8")
    (info / "METADATA").unlink()
    if broken.metadata is not None:
        (info / "METADATA").write_bytes(broken.metadata)
    return request.param, distribution, broken


def test_they_harm_nobody(warmer, package):
    """Beside a broken package, help, the list, and every other rule work, before and after it was
    asked for; nothing of it is imported."""
    _, distribution, broken = package
    for asked in (False, True):
        for command in ("--help", "knob --help", "rules", "rules raw-gradient"):
            result = warmer(*command.split())
            assert result.code == 0
            assert "Traceback" not in result.err
            assert "raw-gradient" in result.out or command == "--help"
        assert warmer("knob", "raw-gradient", "--steps", 2).code == 0
        assert warmer("knob", "fine-rules/fine", "--steps", 2).code == 0
        assert asked or distribution.replace("-", "_") not in sys.modules
        warmer("knob", broken.asked)


def test_they_are_named(warmer, package):
    """Asked for by name, one line says which entry point of which distribution and version is
    broken, why, and how it is removed; the code is 1, or 2 where a name is not the right one."""
    name, distribution, broken = package
    shown = warmer("rules", broken.asked)
    result = warmer("knob", broken.asked) if name != "another kind" else shown

    assert (result.code, result.out) == (shown.code, shown.out) == (broken.code, "")
    assert result.err.count("\n") == 1
    assert re.search(broken.says, result.err)
    if result.code == 1:
        assert "bad" in result.err or "raw-gradient" in result.err
        unnamed = broken.metadata is None or b"Name" not in broken.metadata
        assert ("unnamed" if unnamed else f"{distribution} 1.0") in result.err
        remedy = "install it again" if unnamed else f"to remove it: pip uninstall {distribution}"
        assert result.err.rstrip().endswith(remedy)


def test_the_check_of_all(warmer, package):
    """`warmer rules --check` imports and checks all, ends with 1 where one of them cannot be used,
    and says so in a line each; so does the document."""
    name, distribution, broken = package
    result, document = warmer("rules", "--check"), warmer("rules", "--check", "--json")
    faults = [note for entry in document.json for note in entry["notes"]]

    assert result.code == document.code == (0 if name == "a name of two" else 1)
    assert [line.removeprefix("warmer: ") for line in result.err.splitlines()] == faults
    assert re.search(r"rule +alpha-scaled +warmer +\S+ +good\n", result.out)
    if name == "a name twice":  # each by itself: one of them is a class that is there
        assert "has no attribute 'Other'" in faults[0]
    elif name != "a name of two":
        assert re.search(broken.says.removeprefix(f"say {distribution}"), faults[0])


def test_the_list_warns(warmer, package):
    """What can be told from metadata alone is a warning beside the list."""
    _, distribution, broken = package
    result = warmer("rules")
    told = "cannot be named" in warmer("knob", broken.asked).err

    assert (distribution in result.err or "unnamed" in result.err) == told
    assert result.err.startswith("warmer: warning: ") == told


NEAR = [
    "warmer.rule",
    "warmer_rules",
    "Warmer.Rules",
    "warmer.rulez",
    "warmer.observer",
    "warmer.compare",
]
FAR = ["console_scripts", "farmer.rules", "warmer_momentum.schedules", "pytest11"]


@pytest.mark.parametrize("group", [*NEAR, *FAR, "wamer.rules"])
def test_misspelt_groups(warmer, install, group):
    """A group that is close to one of warmer's is told, where its package seems to mean warmer: by
    the group's beginning, or since it requires warmer."""
    folder = install("near", GOOD)
    info = folder / "near-1.0.dist-info"
    (info / "entry_points.txt").write_text(f"[{group}]\nbad = near:Rule\n", encoding="utf-8")
    before = warmer("rules").err
    with (info / "METADATA").open("a", encoding="utf-8") as file:
        file.write("Requires-Dist: attrs\nRequires-Dist: Warmer>=0.1\n")
    (folder / "changed").mkdir()  # pip, too, changes the folder
    after = warmer("rules").err

    assert (f"'{group}' (did you mean 'warmer." in before) == (group in NEAR)
    assert (f"'{group}' (did you mean 'warmer." in after) == (group not in FAR or "rules" in group)


def test_idle_plugins_are_not_imported(tmp_path: Path) -> None:
    """200 installed plugins that nobody names: none is imported, each file of their metadata is
    read once, of what other projects use the entry points alone, and none for `--help`."""
    for number in range(200):
        info = tmp_path / f"idle_{number}-1.0.dist-info"
        info.mkdir()
        group = "warmer.rules" if number % 2 else "console_scripts"
        (info / "METADATA").write_text(f"Name: idle-{number}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[{group}]\ni-{number} = idle_{number}:Rule\n")
        (tmp_path / f"idle_{number}.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    code = (
        "import collections, sys; from importlib import metadata; from warmer.cli import run\n"
        "reads, read = collections.Counter(), metadata.PathDistribution.read_text\n"
        "def counted(self, file):\n"
        "    reads[file, str(self._path)] += 1\n"
        "    return read(self, file)\n"
        "metadata.PathDistribution.read_text = counted\n"
        "assert run(sys.argv[1:]) == 0\n"
        "counts = [count for (_, path), count in reads.items() if 'idle' in path]\n"
        "idle = [name for name in sys.modules if name.startswith('idle')]\n"
        "print(idle, max(counts, default=0), len(counts), file=sys.stderr)"
    )
    for command, files in (("--help", 0), ("rules", 300), ("knob alpha-scaled --steps 1", 300)):
        done = subprocess.run(
            [sys.executable, "-c", code, *command.split()],
            capture_output=True, text=True, check=False, timeout=60,
            env={**os.environ, "PYTHONPATH": os.fspath(tmp_path)},
        )  # fmt: skip
        assert done.stderr == f"[] {min(files, 1)} {files}\n"
