"""What is said on stderr stands in the document as well, under `notes`."""

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
    "nothing": ("knob alpha-scaled", []),
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
    install("wrong-pack", CODE, comparisons={"wrong": "Wrong"})
    command, beginnings = NOTED[case]
    result = warmer(*command.split(), "--json")
    notes = result.json["notes"]

    assert len(notes) == len(beginnings)
    assert all(note.startswith(start) for note, start in zip(notes, beginnings, strict=True))
    place = -1
    for note in notes:
        assert not note.startswith(("warning", "note"))
        place = result.err.index(note, place + 1)
