"""Importing plugins: a broken package is named, and hurts nobody else."""

import os
import sys
from pathlib import Path

import pytest

import warmer

GOOD = """
import attrs, warmer

@attrs.frozen(eq=False)
class Rule:
    jump: float = warmer.param(1.0)

    @warmer.hookimpl
    def learn(self, weight):
        return weight + self.jump
"""

BROKEN = {
    "import error": ("import no_such_module_at_all", "ModuleNotFoundError: No module named"),
    "exit": ("raise SystemExit(0)", "SystemExit: 0"),
    "exit in silence": ("import sys; sys.exit()", "SystemExit: (no message)"),
    "syntax error": ("def learn(:", "SyntaxError: invalid syntax"),
    "any error": ("raise RuntimeError('of two\\nlines')", "RuntimeError: of two lines"),
    "not even an Exception": ("raise GeneratorExit", "GeneratorExit: (no message)"),
    "no such class": ("Rles = 1", "AttributeError: module 'broken_rules' has no attribute 'Rule'"),
}


@pytest.fixture(params=BROKEN)
def broken(request: pytest.FixtureRequest, install) -> str:
    """Install a package that cannot be imported, beside a good one; answer what is said of it."""
    source, said = BROKEN[request.param]
    install("broken", {"warmer.rules": {"bad": "broken_rules:Rule"}}, {"broken_rules.py": source})
    install("good", {"warmer.rules": {"good": "good_rules:Rule"}}, {"good_rules.py": GOOD})
    return said


class TestBroken:
    """A package that cannot be imported."""

    def test_it_is_named(self, broken: str) -> None:
        """One line says kind, name, source, distribution, version and what happened."""
        with pytest.raises(warmer.LoadError) as caught:
            warmer.train([1.0], [1.0], "bad")
        text = str(caught.value)
        start = "rule bad (broken_rules:Rule, from broken 1.0) cannot be imported: "

        assert text.startswith(start + broken)
        assert "\n" not in text
        assert caught.value.__cause__ is not None

    def test_it_hurts_nobody_else(self, broken: str) -> None:
        """Listing, shipped rules and other packages work beside it, before and after."""
        for shipped_rule in [plugin.name for plugin in warmer.Registry(allowed=[]).plugins("rule")]:
            assert "bad" in [plugin.name for plugin in warmer.Registry().plugins("rule")]
            assert warmer.train([1.0], [1.0], shipped_rule, steps=2).outcome.status == "budget"
            assert warmer.train([1.0], [1.0], "good", steps=2).weights == [2.0]
            with pytest.raises(warmer.LoadError):
                warmer.train([1.0], [1.0], "bad")


def test_ctrl_c_is_not_an_error_of_the_package(install) -> None:
    """KeyboardInterrupt while a package is imported goes on to the user."""
    install("slow", {"warmer.rules": {"slow": "slow_rules:Rule"}},
            {"slow_rules.py": "raise KeyboardInterrupt"})  # fmt: skip
    with pytest.raises(KeyboardInterrupt):
        warmer.Registry().find("slow").load()


def test_a_class_that_breaks_the_contract(install) -> None:
    """What can be imported and breaks the contract is named with its faults."""
    source = "class Rule:\n    def learn(self, weight): return weight"
    install("odd", {"warmer.rules": {"odd": "odd_rules:Rule"}}, {"odd_rules.py": source})
    with pytest.raises(warmer.ContractError) as caught:
        warmer.train([1.0], [1.0], "odd")

    assert str(caught.value).startswith(
        "rule odd (odd_rules:Rule, from odd 1.0) does not keep the contract: "
        "Rule is not an attrs class"
    )


class TestFiles:
    """`path/to/file.py:Class`."""

    def test_a_rule_in_a_file(self, tmp_path: Path) -> None:
        """A class in a file is a rule as good as an installed one, parameters included."""
        (tmp_path / "mine.py").write_text(GOOD)
        run = warmer.train([1.0], [1.0], f"{tmp_path}/mine.py:Rule", jump=0.5, steps=2)

        assert run.weights == [1.0]
        assert run.description["rule"]["parameters"] == {"jump": 0.5}
        assert run.description["rule"]["distribution"] is None

    def test_every_kind_can_come_from_a_file(self, tmp_path: Path) -> None:
        """Predictors, comparisons, modifiers and observers come from files as well."""
        (tmp_path / "mine.py").write_text(
            "import attrs, warmer\n"
            "@attrs.frozen(eq=False)\n"
            "class Constant:\n"
            "    @warmer.hookimpl\n"
            "    def predict(self, weights, inputs): return weights[0] * 0.0 + 3.0\n"
            "@attrs.frozen(eq=False)\n"
            "class Miss:\n"
            "    @warmer.hookimpl\n"
            "    def compare(self, prediction, target):\n"
            "        return warmer.Comparison(abs(prediction - target), 1.0)\n"
            "@attrs.frozen(eq=False)\n"
            "class Twice:\n"
            "    @warmer.hookimpl(wrapper=True)\n"
            "    def compare(self):\n"
            "        answer = yield\n"
            "        return answer._replace(error=answer.error * 2)\n"
            "@attrs.frozen(eq=False)\n"
            "class Silent:\n"
            "    @warmer.hookimpl\n"
            "    def run_ended(self, outcome): raise warmer.Stop\n"
        )
        file = f"{tmp_path}/mine.py"
        run = warmer.train(
            [1.0], [1.0], "hot-and-cold", steps=1, predict=f"{file}:Constant",
            compare=f"{file}:Miss", modifiers=[f"{file}:Twice"], observers=[f"{file}:Silent"],
        )  # fmt: skip

        assert run.error == 4.0

    @pytest.mark.parametrize(
        ("content", "name", "error", "said"),
        [
            (None, "mine.py:Rule", warmer.UsageError, "mine.py: no such file"),
            (GOOD, "mine.py:Rle", warmer.UsageError, "there is no class 'Rle' (did you mean 'Rule"),
            (GOOD, "mine.py:", warmer.UsageError, "there is no class ''; there is Rule"),
            (GOOD, "mine.py:attrs", warmer.UsageError, "there is no class 'attrs'"),
            ("1 / 0", "mine.py:Rule", warmer.LoadError, "ZeroDivisionError: division by zero"),
            ("raise SystemExit", "mine.py:Rule", warmer.LoadError, "SystemExit: (no message)"),
            ("def", "mine.py:Rule", warmer.LoadError, "SyntaxError: "),
            (b"\xff", "mine.py:Rule", warmer.LoadError, "SyntaxError: "),
        ],
    )
    def test_what_cannot_be(self, tmp_path, content, name, error, said) -> None:
        """A file or class that is not there is the caller's fault, a broken file the plugin's."""
        if content is not None:
            data = content if isinstance(content, bytes) else content.encode()
            (tmp_path / "mine.py").write_bytes(data)
        with pytest.raises(error) as caught:
            warmer.train([1.0], [1.0], f"{tmp_path}/{name}")

        assert said in str(caught.value)

    def test_two_files_of_one_name(self, tmp_path: Path) -> None:
        """Files of the same name in two folders do not get in each other's way."""
        for folder, jump in (("a", "1.0"), ("b", "5.0")):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "mine.py").write_text(GOOD.replace("1.0", jump))
        ends = [
            warmer.train([1.0], [1.0], f"{tmp_path}/{folder}/mine.py:Rule", steps=1).weights[0]
            for folder in "aba"
        ]

        assert ends == [1.0, 5.0, 1.0]

    def test_a_file_that_changes_at_once(self, tmp_path: Path, monkeypatch) -> None:
        """A file is read as it is now, also where neither its size nor its second is another."""
        monkeypatch.setattr(sys, "dont_write_bytecode", False)
        path, ends = tmp_path / "mine.py", []
        for jump in ("1.0", "5.0"):
            path.write_text(GOOD.replace("1.0", jump))
            os.utime(path, (1e9, 1e9))
            ends.append(warmer.train([1.0], [1.0], f"{path}:Rule", steps=1).weights[0])

        assert ends == [1.0, 5.0]
        assert [*tmp_path.iterdir()] == [path]
