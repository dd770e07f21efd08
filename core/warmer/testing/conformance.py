"""Conformance: the laws as tests of pytest, which is not imported until it runs them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from warmer.testing.kit import laws_of, result_of, subject_of


class Conformance:
    """The laws that a plugin must keep, each a test of its own.

    Derive a class whose name starts with `Test`, and pytest finds it:

        import warmer.testing

        class TestMine(warmer.testing.Conformance):
            plugin = "mine"

    Attributes:
        plugin: a name, `distribution/name`, `path/to/file.py:Class`, a class or an object.
        kind: of which kind it is to be; None where its entry point or its hooks say so.
        expected_failures: laws that it does not keep, each with the reason. They are strict.
    """

    plugin: ClassVar[Any] = None
    kind: ClassVar[str | None] = None
    expected_failures: ClassVar[Mapping[str, str]] = {}

    def pytest_generate_tests(self, metafunc: Any) -> None:
        """Make a test for each law that speaks of plugins of this kind."""
        if "law" in metafunc.fixturenames:
            _, _, found = subject_of(self.plugin, self.kind, None)
            metafunc.parametrize("law", laws_of(found, self.expected_failures))

    def test_law(self, law: str) -> None:
        """The plugin keeps the law; what could not be checked is not kept."""
        _, _, found = subject_of(self.plugin, self.kind, None)
        result = result_of(law, found, self.expected_failures)
        if result.status == "expected to fail":
            import pytest

            pytest.xfail(result.message)
        assert result.status == "passed", result.message
