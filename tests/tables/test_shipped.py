"""The tables that come with warmer, and their certified or known answers."""

from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import pytest

import warmer
from warmer.exceptions import ParameterError, UnknownNameError
from warmer.tables.shipped import NAMES

ROOT = Path(__file__).parents[2]
PUBLISHED = files("warmer.tables").joinpath("published")

# Certified by NIST: 15 digits. B0, if there is one, comes last.
CERTIFIED = {
    "norris": ("1.00211681802045", "-0.262323073774029"),
    "noint1": ("2.07438016528926",),
    "longley": (
        "15.0618722713733", "-0.035819179292591", "-2.02022980381683", "-1.03322686717359",
        "-0.0511041056535807", "1829.15146461355", "-3482258.63459582",
    ),
}  # fmt: skip


def least_squares(rows: list[list[Fraction]], targets: list[Fraction]) -> list[Fraction]:
    """Solve the normal equations exactly."""
    columns = [*zip(*rows, strict=True)]
    left = [[sum(a * b for a, b in zip(x, z, strict=True)) for z in columns] for x in columns]
    right = [sum(a * b for a, b in zip(x, targets, strict=True)) for x in columns]
    system = [[*row, last] for row, last in zip(left, right, strict=True)]
    for i in range(len(system)):
        for j in range(len(system)):
            if j != i:
                share = system[j][i] / system[i][i]
                pairs = zip(system[j], system[i], strict=True)
                system[j] = [a - share * b for a, b in pairs]
    return [row[-1] / row[i] for i, row in enumerate(system)]


def exact(name: str, target: str, bias: bool) -> list[Fraction]:
    """The exact solution for a table, from its file."""
    header, *lines = PUBLISHED.joinpath(f"{name}.csv").read_text(encoding="utf-8").split()
    rows = [[*map(Fraction, line.split(","))] for line in lines]
    place = header.split(",").index(target)
    targets = [row.pop(place) for row in rows]
    return least_squares([[*row, *[Fraction(1)] * bias] for row in rows], targets)


@pytest.mark.parametrize("name", CERTIFIED)
def test_certified(name: str) -> None:
    """The exact least-squares solution of a table of NIST has the certified digits."""
    solution = exact(name, "y", bias=len(CERTIFIED[name]) != 1)
    assert tuple(f"{float(value):.15g}" for value in solution) == CERTIFIED[name]


def test_documented() -> None:
    """Every certified value, and every name, stands in the page on the tables."""
    page = (ROOT / "docs" / "examples" / "README.md").read_text(encoding="utf-8")
    for value in sum(CERTIFIED.values(), ()):
        assert f"| {value} |" in page
    for name in NAMES:
        assert f"`{name}`" in page


def test_known_answers() -> None:
    """The middle light alone tells whether people walk; classes have the means that are known."""
    assert exact("streetlights", "walk", bias=False) == [0, 1, 0]
    iris = warmer.data("iris")
    species = iris.texts("species")
    assert {name: species.count(name) for name in species} == {
        "setosa": 50, "versicolor": 50, "virginica": 50,
    }  # fmt: skip
    means = [iris.numbers(column)[:50].mean() for column in iris.columns[:4]]
    assert means == pytest.approx([5.006, 3.428, 1.462, 0.246])


def test_all_are_there() -> None:
    """Each name has a file and each file a name, together below 100 kB; they are read by name."""
    found = {file.name: len(file.read_bytes()) for file in PUBLISHED.iterdir()}
    assert set(found) == {f"{name}.csv" for name in NAMES}
    assert sum(found.values()) < 100_000
    for name in NAMES:
        table = warmer.data(name)
        assert (table.source, table.rows > 0) == (name, True)


def test_the_same_as_the_examples() -> None:
    """The two files in the documents are the tables of these names."""
    for name in ("norris", "noint1"):
        example = ROOT / "docs" / "examples" / f"{name}.csv"
        assert PUBLISHED.joinpath(f"{name}.csv").read_bytes() == example.read_bytes()


def test_no_such_table(message) -> None:
    """A misspelt name is answered with the nearest; what is no text, with what is wanted."""
    found = message(lambda: warmer.data("noris"), UnknownNameError)
    assert found.startswith("no table is named 'noris' (did you mean 'norris'?); there is")
    assert "got 3" in message(lambda: warmer.data(3), ParameterError)
