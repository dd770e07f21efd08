"""What is right is found right: shipped plugins, examples, and odd ones."""

import contextlib
import io
import subprocess
from pathlib import Path

import pytest

import warmer.cli
import warmer.testing
from tests.testing.odd import ODD
from warmer.testing.kit import KEPT, LAWS, laws_of, subject_of

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SHIPPED = [(plugin.kind, plugin.name) for plugin in warmer.Registry(allowed=[]).plugins()]


@pytest.fixture
def pages_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of help are made in this process, which is quicker than in one of their own."""

    def run(command: list[str], **how: object) -> subprocess.CompletedProcess[str]:
        said = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
            code = warmer.cli.run(command[3:])
        return subprocess.CompletedProcess(command, code, stderr=said.getvalue())

    monkeypatch.setattr("warmer.testing.declared.subprocess.run", run)


@pytest.mark.parametrize(("kind", "name"), SHIPPED)
def test_shipped(kind: str, name: str, pages_here: None) -> None:
    """Every plugin that warmer ships keeps every law, and is compiled."""
    report = warmer.testing.check(name, kind=kind)

    assert report.passed, str(report)
    assert report.fast == "yes: native" or kind == "observer"


NEED = {"warmer_mlflow": "mlflow", "warmer_tensorboard": "tensorboard"}
"""Examples that need a library, and the port of that name."""


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=pytest.mark.port(NEED[path.stem]) if path.stem in NEED else ())
        for path in sorted(EXAMPLES.glob("*/*.py"))
    ],
    ids=lambda path: path.stem,
)
def test_examples(path: Path, pages_here: None) -> None:
    """Every plugin of an example keeps every law."""
    named = (path.parent / "pyproject.toml").read_text(encoding="utf-8")
    for line in named.splitlines():
        module, colon, cls = line.rpartition("=")[2].strip().strip('"').partition(":")
        if module == path.stem and colon:
            report = warmer.testing.check(f"{path}:{cls}")
            assert report.passed, str(report)


@pytest.mark.parametrize("plugin", ODD, ids=lambda plugin: plugin.__name__)
def test_odd_ones(plugin: type) -> None:
    """What is unusual and right is called right."""
    report = warmer.testing.check(plugin)

    assert report.passed, str(report)


def test_every_law_is_kept_by_somebody() -> None:
    """Each law applies to some plugin, and is a sentence."""
    subjects = [subject_of(plugin, None, None)[2] for plugin in (*ODD, "logistic")]
    found = {name for subject in subjects for name in laws_of(subject, {})}

    assert found == {law.name for law in LAWS} | {KEPT}
    assert all(law.says.endswith(".") for law in LAWS)
