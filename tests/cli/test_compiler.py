"""A compiler that is installed and does not load keeps nobody from training."""

import pytest

LOADS_NOT = "raise OSError('Could not find libllvmlite.so. This could mean that it is missing.')"


@pytest.fixture
def broken(tmp_path, process):
    """Run a command where llvmlite's library does not load."""
    package = tmp_path / "broken" / "llvmlite"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "binding.py").write_text(LOADS_NOT, encoding="utf-8")

    def command(*arguments: str):
        return process(*arguments, env={"PYTHONPATH": str(package.parent)})

    return command


def test_auto_does_without_it(broken) -> None:
    """The run is taken, and one line notes what is wrong."""
    result = broken("train", "alpha-scaled", "norris.csv", "--target", "y", "--json")
    why = "llvmlite does not work here: Could not find libllvmlite.so"
    assert result.code == 0
    assert result.json["notes"] == [why]
    assert result.json["engine"] == {"name": "arrays", "reason": why}
    assert result.err == f"warmer: note: {why}\n"


def test_native_says_why_not(warmer, monkeypatch) -> None:
    """Who insists is told in one line."""

    def fail() -> None:
        raise OSError("Could not find libllvmlite.so. This could mean that it is missing.")

    monkeypatch.setattr("warmer.engines.native.engine.try_compiler", fail)
    result = warmer("train", "alpha-scaled", "norris.csv", "--target", "y", "--engine", "native")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "warmer: engine native cannot run here: "
        "llvmlite does not work here: Could not find libllvmlite.so\n"
    )
