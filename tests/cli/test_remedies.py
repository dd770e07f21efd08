"""What helps against a fault of a table is named as whoever made the call can write it."""

import shlex

import pytest

import warmer as api

WORDS = "\n".join(["name,kind,x,y", *(f"n{row},{'ab'[row % 2]},{row}, {row}" for row in range(30))])
FAULTS = {
    "hole": ("x,y\n1,2\n,3\n4,7\n", {}),
    "hole of a target": ("x,y\n1,2\n3,\n4,7\n", {}),
    "hole of a word": ("x,y\na,2\n,3\nb,7\n", {"categories": "one-hot"}),
    "a hole in each row": ("x,z,y\n1,,2\n,2,3\n", {"missing": "drop"}),
    "a hole in each row, one of a target": ("x,y\n,2\n2,\n", {"missing": "drop"}),
    "words": (WORDS, {}),
    "too many words": (WORDS, {"categories": "one-hot"}),
    "classes": ("x,y\n1,1a\n2,2a\n3,1a\n", {}),
    "squares": ("x,y\n1e200,1\n3e200,2\n", {}),
    "a name with a blank": ("x 1,y\n1e200,1\n3e200,2\n", {}),
    "many names": (
        f"{','.join(f'x{n}' for n in range(12))},y\n{'a,' * 12}1\n{'b,' * 12}2\n", {},
    ),
}  # fmt: skip


def option(keyword, value):
    """The words of an option."""
    return [f"--{keyword}", value if isinstance(value, str) else ",".join(value)]


def fault_of(**asked):
    """Prepare the table; answers what is wrong, or None."""
    try:
        api.prepare(api.read_table("t.csv"), "y", **asked)
    except api.DataError as error:
        return error
    return None


@pytest.mark.parametrize("fault", FAULTS)
def test_remedies(warmer, fault, tmp_path):
    """The API names arguments of `prepare`, the command line its options; each of them helps."""
    text, asked = FAULTS[fault]
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    error = fault_of(**asked)
    words = [word for each in asked.items() for word in option(*each)]
    command = ["train", "alpha-scaled", "t.csv", "--target", "y", "--steps", "1", *words]
    said = warmer(*command).err

    assert error.remedies
    assert "--" not in str(error)
    for keyword, value, effect in error.remedies:
        assert f"{keyword}={value!r} {effect}" in str(error)
        typed = option(keyword, value)
        assert f"{shlex.join(typed)} {effect}" in said
        if "..." in value:
            continue
        assert str(fault_of(**{**asked, keyword: value})) != str(error)
        assert warmer(*command, *typed).err != said
