"""The documents mention everything that a reader may name, and draw what is true."""

import ast
import inspect
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import warmer
from warmer.contract import HOOKS
from warmer.hookspecs import KINDS

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


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind(kind):
    """Every group of entry points is named."""
    assert f"`warmer.{kind}s`" in page("writing-a-rule.md")


@pytest.mark.parametrize(
    "command",
    ["", "knob", "knob alpha-scaled", "knob hot-and-cold", "train", "train alpha-scaled",
     "train hot-and-cold", "rules"],
)  # fmt: skip
def test_every_option(command):
    """Every option and command that `--help` shows stands in the page of the command line."""
    help_ = subprocess.run(
        [sys.executable, "-m", "warmer", *command.split(), "--help"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", help_))
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


def layers():
    """The picture of imports in the page on design: module -> its line, counted from the top."""
    (picture,) = re.findall(r"```text\n( +cli .*?)```", page("design.md"), flags=re.S)
    rows = [re.match(r" +(\S+(?: {3}\S+)*)", row)[1] for row in picture.splitlines()]
    rows = [row.split() for row in rows if row != "|"]
    return {name: number for number, names in enumerate(rows) for name in names}


def imports_of(tree):
    """The modules of warmer that a module imports when it runs, not for its types alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("warmer."):
            yield node.module.removeprefix("warmer.")
        yield from imports_of(node)


def test_the_picture_of_imports():
    """A module imports from its own line of the picture and from the lines below."""
    picture, core = layers(), ROOT / "core" / "warmer"
    assert len(picture) > 10

    def line(module):
        parts = module.split(".")
        names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
        found = next((picture[name] for name in names if name in picture), None)
        assert found is not None, f"docs/design.md does not say where {module} belongs"
        return found

    modules = {
        ".".join(path.relative_to(core).with_suffix("").parts).removesuffix(".__init__"): path
        for path in core.rglob("*.py")
        if path.parent != core or not path.name.startswith("__")
    }
    wrong = [
        f"{module} imports {imported}"
        for module, path in modules.items()
        for imported in imports_of(ast.parse(path.read_text(encoding="utf-8")))
        if line(imported) < line(module)
    ]
    assert not wrong


def test_shipped_plugins_use_public_names():
    """The shipped plugins import `warmer` and nothing inside it."""
    for path in (ROOT / "plugins").rglob("*.py"):
        assert not list(imports_of(ast.parse(path.read_text(encoding="utf-8")))), path


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
