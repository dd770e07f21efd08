"""The package: what it exports, what it imports, and that it keeps quiet."""

import ast
import doctest
import functools
import importlib
import os
import pkgutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import warmer
import warmer_rules

NEEDED = {
    "warmer.optax": "optax",
    "warmer.ports.buckets": "torch",
    "warmer.ports.estimators": "sklearn",
    "warmer.ports.optimizer": "torch",
    "warmer.ports.tensors": "torch",
    "warmer.ports.transformation": "optax",
    "warmer.sklearn": "sklearn",
    "warmer.torch": "torch",
}
"""What modules of ports cannot be imported without."""

MODULES = [
    package.__name__ for package in (warmer, warmer_rules)
] + [
    module.name
    for package in (warmer, warmer_rules)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not module.name.endswith("__main__") and find_spec(NEEDED.get(module.name, "warmer"))
]  # fmt: skip


def python(code: str) -> str:
    """Run a program in a process of its own; answer what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, env=os.environ
    )
    assert done.stderr == ""
    return done.stdout


class TestNamespace:
    """`import warmer`."""

    @pytest.mark.parametrize("name", warmer.__all__)
    def test_every_name_is_there(self, name: str) -> None:
        """Every name that warmer promises can be had, and is listed by dir()."""
        assert getattr(warmer, name) is not None
        assert name in dir(warmer)

    def test_every_name_is_typed(self) -> None:
        """What type checkers see is what there is at run time."""
        source = Path(warmer.__file__).read_text(encoding="utf-8")
        typed = {
            alias.asname
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

        assert typed - {None} == set(warmer.__all__) - {"__version__"}
        assert (Path(warmer.__file__).parent / "py.typed").exists()

    def test_no_module_hides_a_name(self) -> None:
        """No module is called like a public name, which it would replace once it is imported."""
        modules = {module.name for module in pkgutil.iter_modules(warmer.__path__)}

        assert set(warmer.__all__) & modules == set()

    def test_no_other_name(self) -> None:
        """A name that is not there is an AttributeError, as anywhere."""
        with pytest.raises(AttributeError, match="module 'warmer' has no attribute 'trian'"):
            warmer.trian  # noqa: B018 - looking is what fails

    def test_names_come_when_they_are_used(self) -> None:
        """`import warmer` imports neither NumPy, nor attrs, nor pluggy, nor click."""
        heavy = "('numpy', 'attr', 'attrs', 'pluggy', 'click', 'llvmlite')"
        found = python(f"import sys, warmer; print([m for m in {heavy} if m in sys.modules])")

        assert found == "[]\n"

    def test_a_plugin_can_be_written_without_numpy(self) -> None:
        """What a shipped rule needs to be imported is not NumPy."""
        found = python(
            "import sys, warmer_rules.hot_and_cold, warmer_rules.alpha_scaled, warmer_rules.linear;"
            "import warmer_rules.raw_gradient, warmer_rules.squared_error;"
            "print('numpy' in sys.modules)"
        )

        assert found == "False\n"

    def test_the_core_knows_no_plugin(self) -> None:
        """No module of warmer imports warmer_rules: shipped plugins come by their names."""
        for file in Path(warmer.__file__).parent.rglob("*.py"):
            source = file.read_text(encoding="utf-8")
            imported = {
                name
                for node in ast.walk(ast.parse(source if "warmer_rules" in source else ""))
                for name in (
                    [alias.name for alias in node.names] if isinstance(node, ast.Import)
                    else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                )
            }  # fmt: skip
            assert not any(name.startswith("warmer_rules") for name in imported), file

    def test_no_lock_that_a_fork_inherits(self) -> None:
        """No class has a cached property of functools: before 3.12 it holds a lock while it runs.

        attrs takes its place in classes with slots, without a lock.
        """
        for name in MODULES:
            for value in vars(importlib.import_module(name)).values():
                if isinstance(value, type):
                    found = [type(attribute) for attribute in vars(value).values()]
                    assert functools.cached_property not in found, value

    def test_shipped_plugins_use_public_names(self) -> None:
        """Shipped plugins use warmer's public names alone: there is no private road."""
        for file in Path(warmer_rules.__file__).parent.glob("*.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom):
                    assert not (node.module or "").startswith("warmer")
                if isinstance(node, ast.Import):
                    assert not any(alias.name.startswith("warmer.") for alias in node.names)
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    assert node.value.id != "warmer" or node.attr in warmer.__all__


class TestQuiet:
    """Embedded, warmer says nothing and touches nothing."""

    def test_nothing_is_printed(self, any_rule, capfd: pytest.CaptureFixture[str]) -> None:
        """Training, diverging and diagnosing print nothing."""
        warmer.train([2.0], [0.8], any_rule, weights=0.5, steps=300)
        warmer.train([2.0], [0.8], "raw-gradient", weights=0.5, steps=3000)
        warmer.diagnose([2.0], "raw-gradient")
        list(warmer.steps([2.0], [0.8], any_rule, steps=3))

        assert capfd.readouterr() == ("", "")

    def test_no_global_state_is_touched(self, any_rule) -> None:
        """NumPy's settings and generator, and the environment, stay as they were."""
        before = np.geterr(), repr(np.random.get_state()), dict(os.environ), os.getcwd()
        warmer.train([2.0], [0.8], any_rule, weights=0.5, steps=30, seed=1)

        assert before == (
            np.geterr(), repr(np.random.get_state()), dict(os.environ), os.getcwd()
        )  # fmt: skip


def has_examples(name: str) -> bool:
    """Whether a module's source has something that looks like an example."""
    spec = find_spec(name)
    return spec is not None and ">>> " in Path(str(spec.origin)).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*filter(has_examples, MODULES)])
def test_examples_in_docstrings(name: str) -> None:
    """Every example in a docstring does what it shows."""
    module = importlib.import_module(name)
    failed, tried = doctest.testmod(module)

    assert failed == 0
    assert tried > 0


def test_docstrings_have_examples() -> None:
    """The ways in are shown by example."""
    for function in (warmer.train, warmer.steps, warmer.diagnose, warmer.dot, warmer.param):
        assert doctest.DocTestFinder().find(function)[0].examples
