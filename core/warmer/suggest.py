"""Suggestions for misspelt names."""

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)` for the closest known word, or nothing.

    >>> did_you_mean("alpha-scald", ["alpha-scaled", "raw-gradient"])
    " (did you mean 'alpha-scaled'?)"
    """
    from difflib import get_close_matches  # only misspelt words pay for it

    plain = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), list(plain), n=1, cutoff=0.6)
    return f" (did you mean {plain[close[0]]!r}?)" if close else ""
