"""Failures of laws that an author declares."""

import pytest

import warmer.testing
from tests.testing.odd import Rounding


class TestExpected:
    """Failures that an author declares."""

    def test_they_are_green_and_told(self) -> None:
        """A law that fails as it was said is no failure, and the report tells of it."""
        report = warmer.testing.check(Rounding, expected_failures={"learns": "it has no slope"})

        assert report.passed
        assert report.counts["expected to fail"] == 1
        assert "learns: it has no slope (after 300 steps" in " ".join(str(report).split())
        assert report.verdict["contract"] == "kept, but for learns (expected)"

    def test_they_are_strict(self) -> None:
        """A law that holds although it was not to, or that does not apply, has failed."""
        for law, said in (("learns", "and holds"), ("stays-on", "does not apply")):
            report = warmer.testing.check("alpha-scaled", expected_failures={law: "no"})
            assert not report.passed
            assert [result.law for result in report.results if said in result.message] == [law]

    def test_no_such_law(self) -> None:
        """A law that there is not is refused, with the nearest."""
        with pytest.raises(warmer.UsageError, match="no law 'learn' .did you mean 'learns'"):
            warmer.testing.check("alpha-scaled", expected_failures={"learn": "no"})

    @pytest.mark.parametrize("what", [None, 3, ["alpha-scaled"], warmer.network("raw-gradient")])
    def test_no_plugin(self, what) -> None:
        """What has nothing of a plugin is a mistake of the caller, and gets no report."""
        with pytest.raises(warmer.UsageError, match="plugin must be a name, path/to/file"):
            warmer.testing.check(what)

    @pytest.mark.parametrize("expected", [["learns"], "learns", 3])
    def test_no_reasons(self, expected) -> None:
        """Laws that are expected to fail come with their reasons."""
        with pytest.raises(warmer.UsageError, match="must be laws, each with the reason"):
            warmer.testing.check("alpha-scaled", expected_failures=expected)
