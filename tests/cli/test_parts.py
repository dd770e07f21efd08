"""`--test`, `--folds` and `--valid`: rows that nothing is learned from."""

import csv
import shutil
from pathlib import Path

import attrs
import pytest

import warmer as api
from warmer.cli import cutting, folding
from warmer.cli.parts import Part, Parts

HERE = Path(__file__).parent / "first_exercises"
MPG = "train alpha-scaled mpg.csv --target mpg --without name --categories one-hot --missing mean"


@pytest.fixture(autouse=True)
def tables(tmp_path, monkeypatch):
    """The tables, in the working directory."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(HERE, tmp_path, dirs_exist_ok=True)


def spoilt(rows):
    """Make other numbers of some rows of the table, a hole, and a place nobody has heard of."""
    with open("mpg.csv", newline="", encoding="utf-8") as file:
        head, *lines = csv.reader(file)
    for place, row in enumerate(rows):
        lines[row] = ["7", "1000", "-9000", "1e6" if place else "?", "1", "2", "3", "moon", "x"]
    with open("mpg.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *lines])


def learned(document):
    """What a run has learned, from whatever rows."""
    kept = ("coefficients", "intercept", "error", "categories", "validation")
    return {key: document[key] for key in kept if key in document} | {
        "train": document["scores"]["train"]
    }


def leaks(warmer, option):
    """Whether what is learned changes with rows that are kept apart."""
    part = api.split(80, 0.2, 0.2 if "--valid" in option else 0.0, seed=4).test.tolist()
    arguments = [*MPG.split(), *option.split(), "--seed", "4", "--steps", "60", "--json"]
    before = warmer(*arguments)
    spoilt(part)
    after = warmer(*arguments)
    assert (before.code, after.code) == (0, 0)
    assert before.json["scores"]["test"] != after.json["scores"]["test"]
    return learned(before.json) != learned(after.json)


OPTIONS = ("--test 0.2", "--test 0.2 --valid 0.2 --every 5 --patience 2")


@pytest.mark.parametrize("option", OPTIONS)
def test_nothing_leaks(warmer, option):
    """Whatever stands in the rows for the test, what is learned is the same to the last bit."""
    assert not leaks(warmer, option)


@pytest.mark.sampled(2, option=OPTIONS, what=["scaling", "all"])
def test_a_planted_leak_is_seen(warmer, monkeypatch, option, what):
    """Scaling, or all of the recipe, that comes from the whole table changes what is learned."""
    honest = cutting.parts_of

    def leaking(table, how, split):
        own, whole = honest(table, how, split).prepared.recipe, api.prepare(table, **how).recipe
        scaled = [
            attrs.evolve(one, centre=other.centre, spread=other.spread)
            if one.levels == other.levels else one
            for one, other in zip(own.columns, whole.columns, strict=True)
        ]  # fmt: skip
        recipe = attrs.evolve(own, columns=tuple(scaled)) if what == "scaling" else whole

        def part(rows):
            some = table.take(rows)
            return recipe.transform(some, unseen="zero"), recipe.goals(some)

        prepared = api.Prepared(*part(split.train), recipe)
        others = [Part(*part(rows)) if len(rows) else None for rows in (split.valid, split.test)]
        return Parts(prepared, *others, ())

    monkeypatch.setattr(cutting, "parts_of", leaking)
    assert leaks(warmer, option)


def test_folds_are_separate_runs(warmer):
    """Each fold is the run that `--test` would be with its rows, and all rows give the result."""
    found = warmer(*MPG.split(), "--folds", 4, "--steps", 200, "--json").json
    table = api.read_table("mpg.csv")
    how = {"categories": "one-hot", "missing": "mean", "without": "name"}
    for part, one in zip(api.folds(80, 4), found["folds"]["each"], strict=True):
        prepared = api.prepare(table.take(part.train), "mpg", **how)
        run = api.train(prepared.inputs, prepared.targets[:, 0], "alpha-scaled", steps=200)
        answers = prepared.transform(table.take(part.test)) @ run.weights
        goals = table.numbers("mpg")[part.test]
        assert one["r2"] == pytest.approx(api.r2(goals, answers), rel=1e-12)
        assert one["rows"] == 20
    alone = warmer(*MPG.split(), "--steps", 200, "--json").json
    assert alone["coefficients"] == found["coefficients"]
    assert set(found) - set(alone) == {"folds"}
    each = [one["r2"] for one in found["folds"]["each"]]
    assert found["folds"]["mean"]["r2"] == pytest.approx(sum(each) / 4)


def test_keys(warmer):
    """What was not asked for has no key; what was, has one."""
    document = warmer(*MPG.split(), *"--test 0.2 --valid 0.1 --steps 60 --json".split()).json

    assert document["rows"] == {"train": 56, "valid": 8, "test": 16}
    assert list(document["scores"]) == ["train", "valid", "test", "baseline"]
    assert document["categories"] == {"origin": ["europe", "japan", "usa"]}
    assert list(document["validation"]) == ["step", "error", "errors", "steps"]
    assert document["scores"]["baseline"]["r2"] <= 0
    assert document["scores"]["valid"]["error"] == document["validation"]["error"]


def test_baseline(warmer):
    """The baseline predicts the mean, or the most frequent class, of what was learned from."""
    options = "--test 0.3 --missing drop --categories one-hot --steps 20 --json".split()
    document = warmer("train", "alpha-scaled", "penguins.csv", "--target", "species", *options).json
    table = api.read_table("penguins.csv")
    whole = table.take([row for row in range(table.rows) if "" not in
                        [table.texts(column)[row] for column in table.columns]])  # fmt: skip
    part = api.split(whole.rows, 0.3)
    learned_, tested = (
        [whole.texts("species")[row] for row in rows] for rows in (part.train, part.test)
    )
    most = max(sorted(set(learned_)), key=learned_.count)

    assert document["scores"]["baseline"]["accuracy"] == tested.count(most) / len(tested)
    assert document["classes"] == {"species": ["Adelie", "Chinstrap", "Gentoo"]}
    assert "log_loss" not in document["scores"]["test"]  # linear: no chances


def test_several_targets(warmer):
    """Several target columns stand by name, numbers and classes side by side."""
    arguments = "insurance.csv --target charges --target smoker --categories one-hot --test 0.2"
    found = warmer("train", "alpha-scaled", *arguments.split(), "--json").json["scores"]

    assert list(found) == ["charges", "smoker"]
    assert ("r2" in found["charges"]["test"], "accuracy" in found["smoker"]["test"]) == (True, True)


def test_pages_of_several_targets(warmer):
    """Every line has at most 80 columns, and says of which target it speaks."""
    arguments = "insurance.csv --target charges --target smoker --categories one-hot --test 0.2"
    page = warmer("train", "alpha-scaled", *arguments.split(), "--valid", 0.2).out

    assert max(map(len, page.splitlines())) <= 80
    assert "validation of smoker" in page
    assert "baseline: always predicts the mean or the most frequent class" in page


def test_a_category_of_the_test_alone(warmer):
    """A category that stands in the rows for the test alone is named, and its inputs are 0."""
    rows = api.split(80, 0.2, seed=4).test.tolist()
    spoilt(rows[:2])
    result = warmer(*MPG.split(), "--test", 0.2, "--seed", 4, "--steps", 3)

    assert result.code == 0
    assert (
        f"mpg.csv:{rows[0] + 2}: column 'origin': 'moon' is among the rows for the test alone, the "
        "first of 2; its inputs are 0"
    ) in result.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--test 0.2 --folds 3", "--folds tests with every row in turn; leave --test out"),
        ("--folds 81", "--folds 81: there are only 80 rows"),
        ("--test 1", "--test must be a number above 0 and below 1, got 1"),
        ("--test 0.6 --valid 0.5", "leave none to learn from"),
        ("--missing fill", "--missing must be one of refuse, drop, mean, got 'fill'"),
        ("--without mpg,name", "column 'mpg' is a target and left out"),
    ],
)
def test_faults(warmer, options, told):
    """What cannot be is refused in one line, and nothing is printed."""
    result = warmer(*MPG.split(), *options.split())

    assert (result.code, result.out) == (2, "")
    assert told in result.err
    assert result.err.count("\n") == 1


def test_a_fold_that_fails(warmer, monkeypatch):
    """Where a fold fails, the result and the folds before it are printed, and the reason."""
    honest, calls = folding.parts_of, []

    def failing(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise api.DataError("no")
        return honest(*arguments)

    monkeypatch.setattr(folding, "parts_of", failing)
    result = warmer(*MPG.split(), "--folds", 4, "--steps", 5, "--json")

    assert (result.code, len(result.json["folds"]["each"])) == (2, 2)
    assert result.err.endswith("warmer: fold 3: no\n")


def test_stopped(warmer):
    """A run that validation stops says where the error was least, and ends with 0."""
    result = warmer(
        *MPG.split(), *"--valid 0.3 --every 1 --patience 3 --alpha 0.5 --seed 1".split()
    )

    assert result.code == 0
    assert "whose weights these are" in result.out
    assert "stopped after" in result.out
    assert "no less validation error for 3 steps" in result.out
