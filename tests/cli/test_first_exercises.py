"""People's first exercises, one command each: the figures are those of scikit-learn, to 1e-9.

The tables are invented; they have the columns, kinds and holes of the well-known ones.
`tests/benchmarks/first_exercises.py` has made `figures.json`, with scikit-learn 1.9.
"""

import json
import re
import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "first_exercises"
FIGURES = json.loads((HERE / "figures.json").read_text("utf-8"))
CHANCES = "--categories one-hot --predict logistic --compare log-loss"
COMMANDS = {
    "titanic": "titanic.csv --target Survived --without PassengerId,Name,Ticket,Cabin "
    f"--missing mean --test 0.2 {CHANCES} --alpha 2 --steps 3000",
    "housing": "housing.csv --target median_house_value --categories one-hot --missing mean "
    "--test 0.2 --alpha 0.4 --steps 3000",
    "penguins": f"penguins.csv --target species --missing drop --test 0.3 --seed 1 {CHANCES} "
    "--alpha 3 --steps 5000",
    "mpg": "mpg.csv --target mpg --without name --categories one-hot --missing drop --test 0.25 "
    "--alpha 0.4 --steps 3000",
    "mpg folds": "mpg.csv --target mpg --without name --categories one-hot --missing drop "
    "--folds 5 --alpha 0.4 --steps 3000",
    "insurance": "insurance.csv --target charges --categories one-hot --test 0.25 --seed 3 "
    "--alpha 0.4 --steps 3000",
}


@pytest.fixture
def tables(tmp_path, monkeypatch):
    """The tables, in the working directory."""
    shutil.copytree(HERE, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
def test_figures(warmer, tables, name):
    """Coefficients, errors, R2, accuracy, log-loss and confusion are those of scikit-learn."""
    result = warmer("train", "alpha-scaled", *COMMANDS[name].split(), "--json")
    document, expected = result.json, FIGURES[name]

    assert result.code == 0
    if "folds" in expected:
        found = document["folds"]["each"]
        assert [{n: one[n] for n in ("error", "r2")} for one in found] == [
            pytest.approx(one, rel=1e-9) for one in expected["folds"]
        ]
        return
    several = document["coefficients"]
    lines = list(several.values()) if len(expected["coefficients"]) > 1 else [several]
    assert lines == [pytest.approx(line, rel=1e-9) for line in expected["coefficients"]]
    for part in ("train", "test"):
        scores = document["scores"][part]
        for figure, value in expected[part].items():
            close = value if figure == "confusion" else pytest.approx(value, rel=1e-9)
            assert scores[figure] == close, (part, figure)


@pytest.mark.parametrize("name", COMMANDS)
def test_pages(warmer, tables, name):
    """The page of each is made of lines of at most 80 columns, and says what was asked for."""
    few = re.sub(r"--steps \d+", "--steps 20", COMMANDS[name])
    result = warmer("train", "alpha-scaled", *few.split())

    assert result.code == 0
    assert max(map(len, result.out.splitlines())) <= 80
    assert all(line.startswith("warmer: note: ") for line in result.err.splitlines())
    assert ("baseline" in result.out, "deviation" in result.out) == (
        "--test" in COMMANDS[name],
        "--folds" in COMMANDS[name],
    )
