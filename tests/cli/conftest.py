"""What the tests of the command line share: running it here, and running it as a process."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from warmer.cli import run

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


class Result(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test in a folder of its own that holds the example tables."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WARMER_PLUGINS", raising=False)
    monkeypatch.delenv("WARMER_DEBUG", raising=False)
    for name in ("norris.csv", "noint1.csv"):
        Path(name).write_bytes((EXAMPLES / name).read_bytes())


@pytest.fixture
def warmer(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run a command in this process; numbers and paths may be given as they are."""

    def command(*arguments: object) -> Result:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        return Result(code, *capsys.readouterr())

    return command


@pytest.fixture
def document(warmer: Callable[..., Result]) -> Callable[..., Any]:
    """Run a command with --json, and answer the one document that it prints."""

    def ask(*arguments: object) -> Any:
        result = warmer(*arguments, "--json")
        assert result.code == 0
        assert result.out.count("\n") == 1
        return json.loads(result.out)

    return ask


@pytest.fixture
def process() -> Callable[..., Result]:
    """Run a command as a process."""

    def command(*arguments: object, env: Mapping[str, str] | None = None, **more: Any) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "warmer", *map(str, arguments)],
            capture_output=True,
            text=True,
            env={**os.environ, **(env or {})},
            timeout=120,
            check=False,
            **more,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    return command


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Install a package with one module, as metadata and a file on the path."""

    def package(
        distribution: str, code: str = "", *, version: str = "1.0", **points: Mapping[str, str]
    ) -> Path:
        folder = tmp_path / "site" / distribution
        module = distribution.replace("-", "_")
        info = folder / f"{module}-{version}.dist-info"
        info.mkdir(parents=True)
        (folder / f"{module}.py").write_text(textwrap.dedent(code), encoding="utf-8")
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n", encoding="utf-8"
        )
        lines = []
        for group, plugins in points.items():
            lines += [f"[warmer.{group}]", *(f"{n} = {module}:{c}" for n, c in plugins.items())]
        (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.setenv(
            "PYTHONPATH", os.pathsep.join([str(folder), *filter(None, [os.getenv("PYTHONPATH")])])
        )
        return folder

    return package
