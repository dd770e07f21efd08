"""The documents mention everything that a reader may name, and draw what is true."""

import inspect
import re
from fractions import Fraction
from pathlib import Path

import pytest

import warmer
import warmer.cli
from warmer.contract.check import HOOKS
from warmer.contract.hookspecs import KINDS
from warmer.testing.kit import KEPT, LAWS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def page(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(set(warmer.__all__)))
def test_every_public_name(name):
    """Every public name stands in the documents as `warmer.NAME`."""
    text = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    assert re.search(rf"\bwarmer\.{name}\b", text), f"warmer.{name} is in no page of docs/"


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook(hook):
    """Every hook stands in the guide with its exact arguments."""
    assert f"{hook}({', '.join(HOOKS[hook])})" in page("writing-a-rule.md")


@pytest.mark.parametrize("evidence", HOOKS["learn"])
def test_all_evidence(evidence):
    """Everything that learn may ask for has a row in the table of evidence."""
    assert re.search(rf"^\| `{evidence}` \|", page("writing-a-rule.md"), re.M)


def arguments_of(function):
    """The arguments of a function that have a name of their own."""
    return [
        name
        for name, argument in inspect.signature(function).parameters.items()
        if argument.kind is not argument.VAR_KEYWORD
    ]


@pytest.mark.parametrize("name", arguments_of(warmer.train))
def test_every_argument_of_train(name):
    """Every argument of `train` has its place in the table of arguments."""
    table = page("embedding.md").partition("## train")[2].partition("### The run")[0]
    named = {word for row in re.findall(r"^\| ([^|]*) \|", table, re.M) for word in row.split("`")}
    assert name in named


def test_what_steps_does_not_take():
    """The page names what `train` takes and `steps` does not."""
    left = set(arguments_of(warmer.train)) - set(arguments_of(warmer.steps))
    (said,) = re.findall(r"arguments of `train` except(.*?)\(", page("embedding.md"), re.S)
    assert set(re.findall(r"`(\w+)`", said)) == left


@pytest.mark.parametrize("law", [KEPT, *(law.name for law in LAWS)])
def test_every_law(law):
    """Every law that plugins are checked for has a row in the guide."""
    assert re.search(rf"^\| `{law}` \|", page("writing-a-rule.md"), re.M)


@pytest.mark.parametrize("kind", KINDS)
def test_every_plugin_that_ships(kind):
    """Every plugin that ships has a row in the table of its kind, and no other has one."""
    section = page("plugins.md").partition(f"## {kind.capitalize()}s")[2].partition("\n## ")[0]
    table = section.lstrip().partition("| name |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `([\w-]+)` \|", table, re.M)
    assert sorted(rows) == [plugin.name for plugin in warmer.Registry(allowed=[]).plugins(kind)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind(kind):
    """Every group of entry points is named."""
    assert f"`warmer.{kind}s`" in page("writing-a-rule.md")


@pytest.mark.parametrize(
    "command",
    ["", "knob", "knob alpha-scaled", "knob hot-and-cold", "train", "train alpha-scaled",
     "train hot-and-cold", "tune", "tune alpha-scaled", "compare", "predict", "show", "resume",
     "rules", "check", "new"],
)  # fmt: skip
def test_every_option(command, capsys):
    """Every option and command that `--help` shows stands in the page of the command line."""
    assert warmer.cli.run([*command.split(), "--help"]) == 0
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", capsys.readouterr().out))
    assert "--help" in options
    missing = [o for o in sorted(options) if not re.search(rf"`[^`\n]*{o}\b", page("cli.md"))]
    assert not missing, f"docs/cli.md does not mention {', '.join(missing)}"


def test_the_drawing():
    """The circles of the parabolas are the weights and errors of three runs of alpha-scaled."""
    drawing = page("parabola.svg")
    drawn = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawing)
    expected = []
    for alpha, start, steps in ((0.1, 1.3, 6), (0.4, 1.3, 6), (0.55, 0.8, 5)):
        run = warmer.train([2], [0.8], "alpha-scaled", alpha=alpha, weights=start, steps=steps)
        for weight, error in zip(run.history.weights[:, 0], run.history.error, strict=True):
            x, y = 16 + (weight + 0.7) / 2.2 * 198, 176 - error / 4 * 150
            expected.append((f"{x:.1f}", f"{y:.1f}"))
    assert drawn == expected


DRAWN = re.findall(
    r"^\$ warmer (.* --plot (docs/\S+))$", page("pictures.md") + page("tune.md"), re.M
)


@pytest.mark.parametrize("command, path", DRAWN, ids=[path for _, path in DRAWN])
def test_the_pictures(command, path, tmp_path, monkeypatch):
    """The pictures of the page are what its commands draw, run where the repository lies."""
    drawn = tmp_path / "drawn.svg"
    monkeypatch.chdir(ROOT)
    assert warmer.cli.run(command.replace(path, str(drawn)).split()) in (0, 3)
    assert drawn.read_text(encoding="utf-8") == (ROOT / path).read_text(encoding="utf-8")


def least_squares(file, bias):
    """Solve a line through a table exactly: (slope, intercept) as fractions."""
    lines = (ROOT / "docs" / "examples" / file).read_text(encoding="utf-8").split()[1:]
    rows = [tuple(map(Fraction, line.split(","))) for line in lines]
    centre = [sum(column) / len(rows) if bias else 0 for column in zip(*rows, strict=True)]
    moved = [(x - centre[0], y - centre[1]) for x, y in rows]
    slope = sum(x * y for x, y in moved) / sum(x * x for x, _ in moved)
    return slope, centre[1] - slope * centre[0]


def test_certified_values():
    """The certified values in the examples are those of an exact least-squares solution."""
    text = page("examples/README.md")
    slope, intercept = least_squares("norris.csv", bias=True)
    through_origin, _ = least_squares("noint1.csv", bias=False)
    for value in (slope, intercept, through_origin):
        assert f"| {float(value):.15g} |" in text
