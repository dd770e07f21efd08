"""Lines of at most 80 columns that can be read, and copied, when they are broken."""

import random

import pytest

from warmer.wording import WIDTH, wrapped

ADAM = (
    "weight - alpha * (mean / (1 - beta1 ** step)) / (sqrt(second / (1 - beta2 ** step)) + 1e-08)"
)
PLACE = "(/home/who ever/a-very-long-name-of-a-folder/some-rules/momentum-and-more.py:24)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            ADAM,
            [
                "weight - alpha * (mean / (1 - beta1 ** step)) /",
                "(sqrt(second / (1 - beta2 ** step)) + 1e-08)",
            ],
        ),
        (
            f"no formula: learn of x/y.py:Rule: round() needs the number itself {PLACE}",
            ["no formula: learn of x/y.py:Rule: round() needs the number itself", PLACE],
        ),
        (
            "weight - step_amount * weight_delta if first_error < other_error else weight + weight",
            [
                "weight - step_amount * weight_delta if first_error < other_error",
                "else weight + weight",
            ],
        ),
        (
            "weight - alpha * weight_delta * weight_delta * weight_delta * weight + error * error",
            [
                "weight - alpha * weight_delta * weight_delta * weight_delta * weight +",
                "error * error",
            ],
        ),
        ("a " + "b" * 90 + " c", ["a", "b" * 90, "c"]),
        ("", []),
    ],
)
def test_where_a_line_breaks(text, expected):
    """Outside of parentheses, after the operator that binds least, before `else`; a place in a
    file stays whole, with its folders' spaces and hyphens, and so does a word without end."""
    assert wrapped(text) == expected


@pytest.mark.parametrize("width", [20, 40, 80])
def test_nothing_is_lost(width):
    """The lines give back the text, and none is too long unless it is one word."""
    chance = random.Random(width)
    words = "a alpha (b c) sqrt(d ) + - * / ** < if else 1e-08 e-f".split()
    for _ in range(200):
        text = " ".join(chance.choices(words, k=chance.randrange(60)))
        lines = wrapped(text, width, "x = ", "    ")
        bare = [line.removeprefix("x = ") for line in lines]
        assert " ".join(line.strip() for line in bare) == text
        assert all(len(line) <= width for line in lines)


def test_no_operator_begins_a_line():
    """A line that goes on ends with its operator, so that the eye goes on as well."""
    text = " + ".join(f"weights[{index}] * inputs[{index}]" for index in range(40))
    lines = wrapped(text)
    assert all(line.endswith(" +") for line in lines[:-1])
    assert max(map(len, lines)) <= WIDTH
