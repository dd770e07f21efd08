"""Planted defects: each is caught, in words that name the fault and the remedy."""

import importlib.util
from pathlib import Path

import pytest

import warmer.testing

_spec = importlib.util.spec_from_file_location("defects", Path(__file__).parent / "defects.py")
defects = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(defects)


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
