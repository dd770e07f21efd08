"""Wording: the nearest name, escapes for control characters, lines of 80 columns."""

import re
from collections.abc import Iterable
from itertools import pairwise

WIDTH = 80
EARLY = 0.4  # share of a line: a break before this leaves too much of it empty
WORD = re.compile(r"\([^()]*:\d+\)\S*|\S+")  # a place in a file is one word, spaces and all
STRENGTH = {
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), 1),
    **dict.fromkeys("+-", 2),
    **dict.fromkeys(("*", "/", "//", "%"), 3),
    "**": 4,
}
NEVER, BEST = 9, -1
OBEYED = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)` for the closest known word, or nothing.

    Dashes before a word, and capitals, do not count.

    >>> did_you_mean("alpha-scald", ["alpha-scaled", "raw-gradient"])
    " (did you mean 'alpha-scaled'?)"
    """
    from difflib import get_close_matches  # loaded for misspelt words only

    plain = {_bare(name): name for name in known}
    close = get_close_matches(_bare(word), list(plain), n=1, cutoff=0.6)
    return f" (did you mean {plain[close[0]]!r}?)" if close else ""


def _bare(word: str) -> str:
    return word.casefold().lstrip("-")


def visible(text: str) -> str:
    r"""Escape what a terminal obeys instead of showing: control characters, changes of direction.

    >>> visible("\x1b[31mred\n")
    '\\x1b[31mred\\n'
    """
    return OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def wrapped(text: str, width: int = WIDTH, first: str = "", rest: str = "") -> list[str]:
    """Break a text into lines, at spaces alone.

    A break stands outside of parentheses where it can, after an operator and not before it,
    before `if` and `else` and not after them, at the operator that binds least; and of equal ones
    it is the last. A word that is longer than a line stays whole.

    Parameters:
        text: a sentence or a formula.
        width: how long a line may be.
        first, rest: what the first line begins with, and the others.

    >>> for line in wrapped("weight - alpha * mean / (sqrt(second / (1 - beta)) + 1e-08)", 40):
    ...     print(line)
    weight - alpha * mean /
    (sqrt(second / (1 - beta)) + 1e-08)
    """
    lines, start = [], first
    words = WORD.findall(text)
    while words:
        count = _fitting(words, width - len(start))
        lines.append(start + " ".join(words[:count]))
        words, start = words[count:], rest
    return lines


def _fitting(words: list[str], room: int) -> int:
    """Say how many words to put into a line."""
    breaks: list[tuple[int, int, int, int]] = []  # depth, cost, -words: the least is the best
    depth, length = 0, -1
    for count, (word, following) in enumerate(pairwise([*words, ""]), start=1):
        length += len(word) + 1
        if length > room:
            break
        if not following:
            return count
        depth += word.count("(") - word.count(")")
        breaks.append((depth, _cost(word, following), -count, length))
    late = [each for each in breaks if each[-1] > EARLY * room]
    return -min(late or breaks, default=(0, 0, -1, 0))[2]


def _cost(word: str, following: str) -> int:
    """Say how unwelcome a break between two words is."""
    if word in ("if", "else") or following in STRENGTH:
        return NEVER
    if following == "else":
        return BEST
    return STRENGTH.get(word, 0)
