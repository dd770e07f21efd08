"""Reports of checks: what they say of failures, of speed, and of what could not be checked."""

from pathlib import Path

import pytest

import warmer.testing
from tests.testing.odd import Largest, OneByOne, Rounding, Solving


class TestReports:
    """What a report says."""

    def test_no_compiler_is_not_green(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What could not be checked is skipped, counted, and keeps the report from being green."""
        for home in ("kit", "repeating"):
            monkeypatch.setattr(
                f"warmer.testing.{home}.compiler_trouble", lambda: "llvmlite is not installed"
            )
        report = warmer.testing.check("raw-gradient")

        assert not report.passed
        assert report.counts["skipped"] == 1
        assert report.verdict["fast"] == "not known: llvmlite is not installed"
        assert report.verdict["repeatable"] == "not known: compiled-agrees"
        assert "pip install" in str(report)

    def test_slow_ones_say_why(self, tmp_path: Path) -> None:
        """A plugin without a formula is right, and told the line and what to do."""
        (tmp_path / "mine.py").write_text(
            "import attrs, warmer\n"
            "@attrs.frozen(eq=False)\n"
            "class Mine:\n"
            "    '''Take a share several times.'''\n"
            "    tries: float = warmer.param(3.0, above=0, help='how often')\n"
            "    @warmer.hookimpl\n"
            "    def learn(self, weight, weight_delta):\n"
            "        for _ in range(int(self.tries)):\n"
            "            weight = weight - 0.1 * weight_delta\n"
            "        return weight\n",
            encoding="utf-8",
        )
        report = warmer.testing.check(f"{tmp_path}/mine.py:Mine")

        assert report.passed, str(report)
        assert report.fast.startswith("no: line 8 says 'for _ in range(int(self.tries)):' (learn")
        assert report.fast.endswith("evidence is a float already; a parameter may be an int")
        assert warmer.testing.check(Solving).fast.endswith("; evidence for one weight compiles")

    def test_many_inputs(self) -> None:
        """What is compiled for a few inputs alone says so, and why."""
        told = {cls: warmer.testing.check(cls).fast for cls in (Largest, OneByOne)}

        assert told[Largest].startswith("yes: native, but not with 9 inputs: predict of Largest")
        assert told[OneByOne].startswith("yes: native, but not with 65 inputs: predict of OneByOne")
        assert "say warmer.dot(weights, inputs)" in told[OneByOne]

    def test_lines(self) -> None:
        """A report fits 80 columns, and its data say the same."""
        report = warmer.testing.check(Rounding)
        text, data = str(report), report.as_data()

        assert all(len(line) <= 80 for line in text.splitlines())
        assert text.startswith(
            "Rounding, a predictor: not right\n    contract    not kept: learns\n"
        )
        assert not data["passed"]
        assert data["counts"]["checked"] == len(data["checks"])

    def test_what_cannot_be_loaded(self, install) -> None:
        """A package that is broken has a report as well, with what was raised and where."""
        install("bad-pack", {"warmer.rules": {"bad": "bad_pack:Rule"}},
                {"bad_pack.py": "x = 1\nraise RuntimeError('no such luck')\n"})  # fmt: skip
        report = warmer.testing.check("bad")

        assert not report.passed
        (result,) = report.results
        assert "RuntimeError: no such luck" in result.message
        assert "bad_pack.py:2)" in result.message
