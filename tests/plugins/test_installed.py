"""What is installed: whose plugins are warmer's own, and entry points that lead nowhere."""

import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import warmer
from warmer.cli import run

SHIPPED = ["alpha-scaled", "hot-and-cold", "raw-gradient"]
ROOT = Path(warmer.__file__).parents[2]
ENTRY = "[warmer.rules]\nalpha-scaled = evil:Rule\nmine = evil:Rule\n"
OLDER = "[warmer.rules]\nalpha-scaled = warmer_rules.old:Rule\nmine = warmer_rules.old:Rule\n"
STRAYS = {
    "nothing in it": ("warmer-9.9.dist-info", {}),
    "metadata": ("warmer-9.9.dist-info", {"METADATA": "Name: warmer\nVersion: 9.9\n"}),
    "an egg": ("warmer.egg-info", {"PKG-INFO": "Name: warmer\nVersion: 9.9\n"}),
    "no version in its name": ("warmer.dist-info", {"METADATA": "Name: Warmer\nVersion: 9.9\n"}),
    "rules of its own": (
        "warmer-9.9.dist-info",
        {"METADATA": "Name: warmer\nVersion: 9.9\n", "entry_points.txt": ENTRY},
    ),
    "an older warmer": (
        "warmer-9.9.dist-info",
        {"METADATA": "Name: warmer\nVersion: 9.9\n", "entry_points.txt": OLDER},
    ),
    "damaged": (
        "warmer-9.9.dist-info",
        {"METADATA": "Name: warmer\nVersion: 9.9\n", "entry_points.txt": "[warmer.rules]\n???\n"},
    ),
    "another name": (
        "warmer-9.9.dist-info",
        {"METADATA": "Name: WARMER\nVersion: 9.9\n", "entry_points.txt": "[x]\na = not a : b\n"},
    ),
}


@pytest.fixture(params=STRAYS)
def stray(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch) -> Path:
    """A folder earlier on the path that holds a distribution of warmer's name."""
    name, files = STRAYS[request.param]
    (tmp_path / name).mkdir()
    for file, text in files.items():
        (tmp_path / name / file).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(os.fspath(tmp_path))
    return tmp_path


class TestOwn:
    """Warmer's own plugins are those of the warmer that runs."""

    def test_strays_hide_nothing(self, stray: Path) -> None:
        """Whatever lies earlier on the path under warmer's name, its plugins are what is listed
        and found, and nobody else's are taken for them."""
        for registry in (warmer.Registry(), warmer.Registry(allowed=[])):
            found = registry.plugins()
            assert [plugin.name for plugin in found if plugin.kind == "rule"] == SHIPPED
            assert {plugin.distribution for plugin in found} == {"warmer"}
            assert all(plugin.source.startswith("warmer_rules.") for plugin in found)
            assert registry.find("alpha-scaled").load().__module__ == "warmer_rules.alpha_scaled"

    @pytest.mark.parametrize(
        "stray",
        [
            pytest.param(name, marks=[pytest.mark.nightly] if index else [])
            for index, name in enumerate(STRAYS)
        ],
        indirect=True,
    )
    def test_a_process_with_a_stray(self, stray: Path) -> None:
        """So it is for a process that never saw anything else; it tells its own version."""
        code = (
            "import warmer; run = warmer.train([1.0], [1.0], 'raw-gradient', steps=1); "
            "print(warmer.__version__, run.weights)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60,
            env={**os.environ, "PYTHONPATH": os.fspath(stray)},
        )  # fmt: skip

        assert (done.stdout, done.stderr) == (f"{warmer.__version__} [1.]\n", "")

    def test_the_command_tells_its_own_version(self, stray: Path, capsys) -> None:
        """`warmer --version` is that of the warmer that runs."""
        assert run(["--version"]) == 0
        assert capsys.readouterr().out == f"warmer {warmer.__version__}\n"
        assert warmer.__version__ != "9.9"

    def test_the_copy_that_runs(self, tmp_path: Path) -> None:
        """Of two whole installations the one that is imported has its own metadata."""
        own = metadata.distribution("warmer")
        for number, place in enumerate(("first", "second")):
            site = tmp_path / place
            info = site / f"warmer-{number}.0.dist-info"
            info.mkdir(parents=True)
            (info / "METADATA").write_text(f"Name: warmer\nVersion: {number}.0\n")
            points = own.read_text("entry_points.txt")
            (info / "entry_points.txt").write_text(points)
        shutil.copytree(Path(warmer.__file__).parent, tmp_path / "second" / "warmer")
        code = (
            "import warmer; linear = warmer.Registry().find('linear', 'predictor'); "
            "print(warmer.__version__, linear.version)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60,
            env={**os.environ, "PYTHONPATH": f"{tmp_path}/first{os.pathsep}{tmp_path}/second"},
        )  # fmt: skip

        assert (done.stdout, done.stderr) == ("1.0 1.0\n", "")


class TestEntryPoints:
    """Entry points that lead to no class."""

    @pytest.mark.parametrize("value", ["not a : valid", "a b:C", "a:B:C", ":C", "a-b:C", "3 + 4"])
    def test_no_module_and_class(self, install, value: str) -> None:
        """What is not of the form module:Class is said to be so, with the name and the package."""
        install("broken", {"warmer.rules": {"bad": value}})
        with pytest.raises(warmer.LoadError) as caught:
            warmer.train([1.0], [1.0], "bad")

        assert str(caught.value) == (
            f"rule bad ({value}, from broken 1.0) cannot be imported: ImportError: "
            f"{value!r} is not of the form module:Class; to remove it: pip uninstall broken"
        )

    @pytest.mark.parametrize(
        ("value", "said"),
        [("odd_rules", "<module 'odd_rules'"), ("odd_rules:made", "Rule()"),
         ("odd_rules:number", "3"), ("odd_rules:function", "<function function")],
    )  # fmt: skip
    def test_no_class(self, install, value: str, said: str) -> None:
        """What is no class is said to be none, an object that keeps the contract among it."""
        source = (
            "import attrs, warmer\n@attrs.frozen(eq=False)\nclass Rule:\n    @warmer.hookimpl\n"
            "    def learn(self, weight): return weight\n"
            "made, number = Rule(), 3\ndef function(): pass\n"
        )
        install("odd", {"warmer.rules": {"odd": value}}, {"odd_rules.py": source})
        with pytest.raises(warmer.LoadError) as caught:
            warmer.train([1.0], [1.0], "odd")

        assert str(caught.value).startswith(
            f"rule odd ({value}, from odd 1.0) is no class, but {said}"
        )

    def test_listed_twice_for_two_classes(self, install) -> None:
        """A name that one distribution gives twice is refused, with both sources and no advice
        that does not help."""
        info = install("dupline", {})
        (info / "entry_points.txt").write_text("[warmer.rules]\ndupe = a:X\ndupe = b:Y\n")
        for name in ("dupe", "dupline/dupe"):
            with pytest.raises(warmer.UnknownNameError) as caught:
                warmer.Registry().find(name)
            assert str(caught.value) == (
                f"rule {name!r} is named 2 times by dupline 1.0: for 'a:X' and 'b:Y' (its package "
                "has to rename them)"
            )

    def test_listed_twice_for_one_class(self, install) -> None:
        """A name that one distribution gives twice to the same class is that class."""
        info = install("dupline", {})
        (info / "entry_points.txt").write_text("[warmer.rules]\ndupe = a:X\ndupe = a:X\n")

        assert warmer.Registry().find("dupe").source == "a:X"
        assert [p.name for p in warmer.Registry().plugins("rule")].count("dupe") == 1

    @pytest.mark.parametrize("name", ["mine.py", "some/where.py"])
    def test_a_file_without_a_class(self, name: str) -> None:
        """A file that is named alone is answered with how a class in it is named."""
        with pytest.raises(warmer.UnknownNameError, match=f"a file is named {name}:Class$"):
            warmer.Registry().find(name)
