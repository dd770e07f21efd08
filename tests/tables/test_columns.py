"""Columns: a table with very many of them takes little work for each."""

import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer

RULES = ("alpha-scaled", "raw-gradient")  # hot-and-cold probes every weight, over all of them


def wide_table(path: Path, columns: int) -> Path:
    """A table of four rows with so many features, and a target that is called y."""
    numbers = np.random.default_rng(0).normal(size=(4, columns + 1)).round(6)
    lines = [[*(f"c{index}" for index in range(columns)), "y"], *numbers.astype(str).tolist()]
    path.write_text("\n".join(map(",".join, lines)) + "\n", encoding="utf-8")
    return path


def calls_of(path: Path, options: dict[str, object]) -> int:
    """Count the calls, of Python and of C, that preparing a table and going back takes."""
    table = warmer.read_table(path)
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        prepared = warmer.prepare(table, "y", list(table.columns[:-1]), **options)
        prepared.transform(table)
        prepared.to_data_units(np.zeros((prepared.inputs.shape[1], 1)))
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("options", [{}, {"missing": "mean"}, {"bias": False}, {"scale": "none"}])
def test_many_columns(options, tmp_path) -> None:
    """A column of numbers more costs a few calls, since many are taken at a time.

    What is counted does not depend on the machine. Looked at one by one, each costs 150.
    """
    few, many = (calls_of(wide_table(tmp_path / f"{n}.csv", n), options) for n in (200, 600))
    assert 0 < many - few < 50 * 400


KINDS = {
    "plain": np.array([0.5, 3.0, -1.0]),
    "constant": np.full(3, 7.0),
    "zeros": np.zeros(3),
    "hole": np.array([1.0, np.nan, 2.5]),
    "empty": np.full(3, np.nan),
    "large": np.array([2.0**60, 2.0**60, 0.0]),
    "digits": ("1", "2", "4"),
    "words": ("b", "a", "b"),
}


@given(
    st.lists(st.sampled_from([*KINDS]), max_size=6),
    st.sampled_from(["drop", "mean"]),
    st.booleans(),
    st.sampled_from(["standard", "none"]),
)
def test_columns_beside_it(kinds, missing, bias, scale) -> None:
    """A column becomes the same whatever stands beside it, plain neighbours or others."""
    names = tuple(f"{index} {kind}" for index, kind in enumerate(kinds))
    target = np.array([1.0, np.nan if missing == "drop" and "hole" in kinds else 5.0, 2.0])

    def prepared(some: tuple[str, ...]) -> warmer.Prepared:
        features = (*some, "one")
        cells = [KINDS[name.split()[1]] for name in some]
        table = warmer.Table("t", (*features, "y"), (*cells, np.arange(3.0), target), None)
        return warmer.prepare(
            table, "y", features, bias, scale, categories="one-hot", missing=missing
        )

    together, alone = prepared(names), [prepared((name,)) for name in names]
    columns = {
        column.name: column for each in (prepared(()), *alone) for column in each.recipe.columns
    }
    assert {column.name: column for column in together.recipe.columns} == columns
    left = [name for each in alone for name in each.recipe.left_out]
    assert sorted(left) == sorted(together.recipe.left_out)
    own = [each.inputs[:, : -1 - bias] for each in alone]
    assert (np.hstack([*own, together.inputs[:, -1 - bias :]]) == together.inputs).all()


@pytest.mark.nightly
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("options", [(), ("--json", "--batch-size", "1", "--seed", "1")])
def test_very_many_columns(rule, options, tmp_path) -> None:
    """100,000 columns through the command line within ten seconds of work."""
    path = wide_table(tmp_path / "wide.csv", 100_000)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = "import sys, warmer.cli; sys.exit(warmer.cli.main())"
    ended = subprocess.run(
        [sys.executable, "-c", command, "train", rule, str(path), "--target", "y",
         "--steps", "30", *options],
        capture_output=True, text=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended.returncode in (0, 3)
    assert "c99999" in ended.stdout
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 10
