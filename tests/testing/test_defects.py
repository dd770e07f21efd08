"""Planted defects: each is caught, in words that name the fault and the remedy."""

import importlib
from pathlib import Path

import pytest

import warmer.testing
from tests.testing import defects

for file in sorted(Path(defects.__file__).parent.glob("[a-z]*.py")):
    importlib.import_module(f"{defects.__name__}.{file.stem}")


def test_there_are_enough() -> None:
    """No fewer than sixty, of all kinds."""
    assert len(defects.DEFECTS) >= 60
    assert {kind for kind, _, _ in defects.DEFECTS.values()} == {
        "rule", "predictor", "comparison", "modifier", "observer",
    }  # fmt: skip


@pytest.mark.parametrize("name", defects.DEFECTS)
def test_caught(name: str) -> None:
    """A planted defect fails a law, whose message says what is wrong and what to do."""
    kind, cls, words = defects.DEFECTS[name]

    report = warmer.testing.check(cls, kind=kind)

    assert not report.passed
    messages = [result.message for result in report.results if result.status == "failed"]
    assert any(all(word in message for word in words) for message in messages), str(report)
