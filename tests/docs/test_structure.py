"""The page on design draws the structure that is there, and the limits on it hold."""

import ast
import functools
import re
import sys
from pathlib import Path

import pytest

import warmer
from warmer.contract.hookspecs import KINDS
from warmer.training.api import train

ROOT = Path(__file__).parents[2]
DESIGN = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
CORE = ROOT / "core" / "warmer"
MODULES = {
    ".".join(path.relative_to(CORE).with_suffix("").parts): ast.parse(path.read_text("utf-8"))
    for path in sorted(CORE.rglob("*.py"))
    if not path.name.startswith("__")
}


def layers():
    """The picture of imports in the page on design: room -> its line, counted from the top."""
    (picture,) = re.findall(r"```text\n( +cli .*?)```", DESIGN, flags=re.S)
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
    (listed,) = re.findall(r"```text\ntrain .*?\n(.*?)```", DESIGN, flags=re.S)
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
