"""What the tests of comparisons share: tables whose answers are known, and plugins in files."""

import io
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import warmer

DYING = """
    import os
    import attrs
    import warmer


    @attrs.frozen(eq=False)
    class Dying:
        '''Ends its process: the first time, or every time.'''

        always: bool = warmer.param(False)

        @warmer.hookimpl
        def learn(self, weights, weight_deltas, inputs):
            there = {path!r}
            if inputs[0, 0] > 0 and (self.always or not os.path.exists(there)):
                open(there, "a").close()
                os._exit(1)
            return weights - 0.1 * weight_deltas
"""


def table_of(number: int, rows: int = 30) -> warmer.Table:
    """A table of two columns and some noise, of its own for every number."""
    rng = np.random.default_rng(number)
    inputs = rng.standard_normal((rows, 2))
    targets = inputs @ [1.0, -2.0] + number + 0.1 * rng.standard_normal(rows)
    lines = [f"{a!r},{b!r},{y!r}" for (a, b), y in zip(inputs.tolist(), targets.tolist())]  # noqa: B905
    return warmer.read_table(io.StringIO("a,b,y\n" + "\n".join(lines) + "\n"))


@pytest.fixture(scope="session")
def tables() -> Mapping[str, warmer.Table]:
    """Six tables, as many as a test of differences needs."""
    return {f"t{number}": table_of(number) for number in range(6)}


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, str], str]:
    """Write a file with a plugin, and answer its path."""

    def write(name: str, code: str) -> str:
        path = tmp_path / name
        path.write_text(textwrap.dedent(code), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def dying(tmp_path: Path, written: Callable[[str, str], str]) -> str:
    """A rule that ends its process, `path/to/file.py:Dying`."""
    return written("dying.py", DYING.format(path=str(tmp_path / "died"))) + ":Dying"


@pytest.fixture
def numbers() -> Callable[[warmer.Compared], Any]:
    """All numbers of a comparison but the times, to the bit."""

    def of(compared: warmer.Compared) -> Any:
        columns = compared.columns()
        del columns["seconds"]
        looks = [[look[:2] + look[3:] for look in each.looks] for each in compared.runs]
        return repr((columns, looks, compared.ranking.rules, compared.tested, compared.notes))

    return of
