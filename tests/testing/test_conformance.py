"""Conformance: the laws as tests, collected by pytest."""

import subprocess
import sys

import pytest

import warmer.testing


class TestAlphaScaled(warmer.testing.Conformance):
    """A shipped rule, checked as its author would."""

    plugin = "alpha-scaled"


class TestLinear(warmer.testing.Conformance):
    """A predictor."""

    plugin = "linear"
    kind = "predictor"


MINE = '''
import attrs, warmer, warmer.testing

@attrs.frozen(eq=False)
class Still:
    """Stand still."""

    @warmer.hookimpl
    def learn(self, weight):
        return weight

class TestStill(warmer.testing.Conformance):
    plugin = Still

class TestDeclared(TestStill):
    expected_failures = {"learns": "it is to stand still"}

class TestWrong(TestStill):
    expected_failures = {"documented": "nobody reads"}
'''


def test_failures(tmp_path) -> None:
    """A law that fails fails its test; one that is expected to is told; both are strict."""
    (tmp_path / "test_mine.py").write_text(MINE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rfx", "-p", "no:cacheprovider", "test_mine.py",
         "-k", "learns or documented"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    told = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "XFAIL"))]
    assert [line.split(" - ")[0] for line in sorted(told)] == [
        "FAILED test_mine.py::TestStill::test_law[learns]",
        "FAILED test_mine.py::TestWrong::test_law[documented]",
        "FAILED test_mine.py::TestWrong::test_law[learns]",
        "XFAIL test_mine.py::TestDeclared::test_law[learns]",
    ]


def test_no_pytest_is_needed() -> None:
    """The kit is imported without pytest."""
    code = "import sys, warmer.testing; print('pytest' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"


class Bare:
    """A rule that is no attrs class."""

    @warmer.hookimpl
    def learn(self, weight):
        return weight


def test_a_plugin_that_is_broken() -> None:
    """A class that breaks the contract has one test, which fails with the faults."""

    class Broken(warmer.testing.Conformance):
        plugin = Bare

    with pytest.raises(AssertionError, match="is not an attrs class"):
        Broken().test_law("keeps-the-contract")
