"""What is said on stderr stands in the document as well, under `notes`."""

from pathlib import Path

import pytest

CODE = """
    import attrs, warmer

    @attrs.frozen(eq=False)
    class Wrong:
        @warmer.hookimpl
        def compare(self, prediction, target):
            delta = prediction - target
            return warmer.Comparison(delta * delta, -delta)
"""
NOTED = {
    "nothing": ("knob alpha-scaled --alpha 4", []),
    "a finding": (
        "knob hot-and-cold --step-amount 0.3",
        ["swinging: the weights move 0.3 and back again"],
    ),
    "a finding after divergence": (
        "knob raw-gradient --input 2 --steps 9",
        ["raw-gradient multiplies the weight error by -3 each step"],
    ),
    "nothing, of a table": ("train alpha-scaled norris.csv --target y", []),
    "advice before the run": (
        "train alpha-scaled noint1.csv --target y --no-bias --scale none",
        ["alpha-scaled multiplies the weight error by -422.5 each step"],
    ),
    "a misfit": (
        "knob alpha-scaled --compare wrong --steps 2", ["the delta of wrong points the wrong way"]
    ),
    "a misfit, of a table": (
        "train alpha-scaled norris.csv --target y --compare wrong --steps 2",
        ["the delta of wrong points the wrong way"],
    ),
    "a step that was not taken": (
        "knob raw-gradient --input 2 --steps 9000 --explain 8000",
        ["raw-gradient multiplies", "there is no step 8000 to explain"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NOTED)
def test_notes(warmer, install, case):
    """`notes` is the list of all sentences about the run, in the order in which they are said,
    without what they are called on stderr; what the outcome says is there and not here."""
    install("misfit-pack", CODE, comparisons={"wrong": "Wrong"})
    command, beginnings = NOTED[case]
    result = warmer(*command.split(), "--json")
    notes = result.json["notes"]

    assert len(notes) == len(beginnings)
    assert all(note.startswith(start) for note, start in zip(notes, beginnings, strict=True))
    place = -1
    for note in notes:
        assert not note.startswith(("warning", "note"))
        place = result.err.index(note, place + 1)


def test_notes_of_the_table(warmer):
    """What was noticed about the table is said before the result, and stands in JSON's notes."""
    Path("t.csv").write_text(",x,site,y\n0,1,5,-1\n1,3,5,1\n", encoding="utf-8")
    result = warmer(*"train alpha-scaled t.csv --target y --predict logistic --json".split())
    notes = result.json["notes"]

    assert (result.code, len(notes)) == (0, 3)
    assert [note.split()[:2] for note in notes] == [
        ["column", "1"], ["column", "'site'"], ["targets", "run"]
    ]  # fmt: skip
    assert result.err == "".join(f"warmer: note: {note}\n" for note in notes)
    assert list(result.json["coefficients"]) == ["x"]


def test_names_in_another_normal_form(warmer):
    """Columns are found by their names in every normal form of Unicode, also those with commas."""
    Path("t.csv").write_text('"Gr\u00f6\u00dfe, cm",y\n1,2\n3,4\n', encoding="utf-8")
    features = ("--features", "Gro\u0308\u00dfe, cm")

    result = warmer("train", "alpha-scaled", "t.csv", "--target", "y", *features, "--json")

    assert list(result.json["coefficients"]) == ["Gr\u00f6\u00dfe, cm"]
