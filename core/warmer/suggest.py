"""Suggestions for misspelt names."""

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)` for the closest known word, or nothing.

    Dashes before a word, and capitals, do not count.

    >>> did_you_mean("alpha-scald", ["alpha-scaled", "raw-gradient"])
    " (did you mean 'alpha-scaled'?)"
    """
    from difflib import get_close_matches  # only misspelt words pay for it

    plain = {_bare(name): name for name in known}
    close = get_close_matches(_bare(word), list(plain), n=1, cutoff=0.6)
    return f" (did you mean {plain[close[0]]!r}?)" if close else ""


def _bare(word: str) -> str:
    return word.casefold().lstrip("-")
