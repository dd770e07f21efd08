"""The documents mention everything that a reader may name, and draw what is true."""

import ast
import functools
import inspect
import re
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import warmer
import warmer.cli
from warmer.contract.check import HOOKS
from warmer.contract.hookspecs import KINDS
from warmer.testing.kit import KEPT, LAWS
from warmer.training.api import train

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


CORE = ROOT / "core" / "warmer"
MODULES = {
    ".".join(path.relative_to(CORE).with_suffix("").parts): ast.parse(path.read_text("utf-8"))
    for path in sorted(CORE.rglob("*.py"))
    if not path.name.startswith("__")
}


def layers():
    """The picture of imports in the page on design: room -> its line, counted from the top."""
    (picture,) = re.findall(r"```text\n( +cli .*?)```", page("design.md"), flags=re.S)
    rows = [re.match(r" +(\S+(?: {3}\S+)*)", row)[1] for row in picture.splitlines()]
    rows = [row.split() for row in rows if row != "|"]
    return {name: number for number, names in enumerate(rows) for name in names}


def imports_of(tree):
    """What a module imports of warmer when it runs, late or not: pairs of module and name."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("warmer."):
            home = node.module.removeprefix("warmer.")
            for alias in node.names:
                within = f"{home}.{alias.name}"
                yield (within, "") if within in MODULES else (home, alias.name)
        yield from imports_of(node)


IMPORTS = {module: set(imports_of(tree)) for module, tree in MODULES.items()}


def room(module):
    return module.partition(".")[0]


def test_the_picture_of_imports():
    """A room imports from the rooms below it, and takes none of their private names."""
    picture = layers()
    assert set(picture) == set(map(room, MODULES))
    between = [
        (module, imported, name)
        for module, found in IMPORTS.items()
        for imported, name in found
        if room(imported) != room(module)
    ]
    assert len(between) > 100
    for module, imported, name in between:
        assert picture[room(module)] < picture[room(imported)], f"{module} imports {imported}"
        assert not name.startswith("_"), f"{module} takes {name} of {imported}"


CALLED_BACK = {("formulas", "tracing"), ("formulas", "engines")}
"""Formulas ask the reader which side of a branch to take, and an engine for what a leaf is."""


@pytest.mark.parametrize("engine", ["python", "arrays", "native"])
def test_the_way_down(engine):
    """train calls what the page lists, in that order; no room calls one above it by itself."""
    (listed,) = re.findall(r"```text\ntrain .*?\n(.*?)```", page("design.md"), flags=re.S)
    calls, between = [], set()

    def note(frame, event, _argument):
        if event == "call" and frame.f_back is not None:
            there, here = (f.f_globals.get("__name__", "") for f in (frame.f_back, frame))
            if frame.f_back.f_code is train.__code__:
                calls.append((frame.f_code.co_name, here))
            if there.startswith("warmer.") and here.startswith("warmer."):
                between.add((there.split(".")[1], here.split(".")[1]))

    inputs, before = [[float(row), 1.0] for row in range(20)], sys.getprofile()
    for profile in (None, note):  # at first all is imported
        sys.setprofile(profile or before)
        try:
            run = train(inputs, [1.0] * 20, "alpha-scaled", alpha=0.001, steps=3, engine=engine)
        finally:
            sys.setprofile(before)
    *expected, last = re.findall(r"^ +(\w+) +(\S+)\.py", listed, flags=re.M)
    expected = [(name, f"warmer.{path.replace('/', '.')}") for name, path in expected]
    assert [call for call in calls if call in expected] == expected
    assert type(run).__name__ == last[0]
    depth = layers()
    assert {(a, b) for a, b in between if a != b and depth[a] >= depth[b]} <= CALLED_BACK


def test_no_circle_of_imports():
    """No two modules need each other, not even by an import within a function."""
    left = {module: {imported for imported, _ in found} for module, found in IMPORTS.items()}
    while free := [module for module, needed in left.items() if not needed & left.keys()]:
        for module in free:
            del left[module]
    assert not left


def test_no_base_name_twice():
    """The name of a file says which one it is."""
    names = [module.rpartition(".")[2] for module in MODULES]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("module", MODULES)
def test_length(module):
    """A file has one idea and is below about 300 lines."""
    path = CORE / (module.replace(".", "/") + ".py")
    assert len(path.read_text("utf-8").splitlines()) <= 300


PORTS = [module for module in MODULES if room(module) == "ports"]


@pytest.mark.parametrize("port", PORTS)
def test_ports_are_small_and_know_no_plugin(port):
    """A file of a port is below 250 lines, and names no plugin that ships."""
    assert len((CORE / (port.replace(".", "/") + ".py")).read_text("utf-8").splitlines()) < 250
    registry = warmer.Registry(allowed=[])
    names = {plugin.name for kind in KINDS for plugin in registry.plugins(kind)}
    words = {node.value for node in ast.walk(MODULES[port]) if isinstance(node, ast.Constant)}
    assert words & names == set()


COMMANDS = {"cli.knob: _knob", "cli.play: _play", "cli.train: _train", "cli.tune: _tune"}
"""Functions with a parameter for each option of a command: click gives them by name."""


@functools.cache
def functions():
    """Every function of the core, after its file and name."""
    return [
        (f"{module}: {node.name}", node)
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]


def lines(node):
    return 1 + node.end_lineno - node.lineno


def test_length_of_functions():
    """A function has at most 60 lines, its docstring not counted."""
    found = [
        (name, lines(node) - (lines(node.body[0]) if ast.get_docstring(node) else 0))
        for name, node in functions()
    ]
    assert len(found) > 500
    assert not [(name, length) for name, length in found if length > 60 and name not in COMMANDS]


def test_number_of_parameters():
    """A private function has at most six parameters, `self` not counted."""
    long = set()
    for name, node in functions():
        if re.match("_[^_]", node.name):
            named = {a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)}
            if len(named - {"self", "cls"}) > 6:
                long.add(name)
    assert long == COMMANDS


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
