"""Squeezing: a script and a style without comments, spaces and long names; a page is small."""

import itertools
import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator

TOKEN = re.compile(r'//[^\n]*|"(?:\\.|[^"\\])*"|\s+|[\w$]+|=>|\+\+|--|\.{3}|.', re.S)
TEXT = re.compile(r"[^`$\\]+|\\.|\$\{|.", re.S)  # within a template
JOINS = re.compile(r"[\w$]{2}|\+\+|--")  # letters that a space keeps apart
SHORT = 2  # letters of a name that is short enough


def squeezed(script: str) -> str:
    r"""Leave out what a script does not need, and call its constants by short names.

    It holds for scripts that end every statement with a semicolon or a brace, and that have neither
    regular expressions nor texts in single quotes.

    >>> print(squeezed('const total = "b  c"; // said\nreturn `${ total + 1 }  px`;'))
    let a="b  c";return`${a+1} px`;
    """
    words = list(_words(script))
    code = iter(_renamed([word for word, is_code in words if is_code]))
    called = [(next(code) if is_code else word, is_code) for word, is_code in words]
    found = ""
    for word, is_code in _joined(called):
        apart = is_code and word != "${" and JOINS.fullmatch(found[-1:] + word[:1])
        found += (" " if apart else "") + word
    return found


def _renamed(words: list[str]) -> list[str]:
    """The words with short names, but where one is a property's."""
    short = _short_names(words)
    return [
        word if _is_property(before, after) else short.get(word, word)
        for before, word, after in _triples(words)
    ]


def _triples(words: list[str]) -> Iterator[tuple[str, str, str]]:
    """Each word with the one before it and the one after it."""
    return zip(["", *words], words, [*words[1:], ""], strict=False)


def _is_property(before: str, after: str) -> bool:
    """Whether a name between two words is that of a property alone."""
    return before == "." or (before in ("{", ",") and after == ":")


def _joined(words: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """Make one declaration of several that follow one another; no `;` or `,` before a bracket ends.

    Nothing is assigned to a constant, so that `let` says the same in fewer letters.
    """
    declaring = [False]  # whether the statement that goes on, or has just ended, declares; by depth
    held: str | None = None  # a `;` or `,` that is not written yet
    for word, is_code in words:
        if not is_code:
            if held:
                yield held, True
            held = None
            yield word, False
            continue
        if held == ";" and word == "const" and declaring[-1]:
            held = None
            yield ",", True
            continue
        if held and word not in ("}", "]", ")"):
            yield held, True
        if held == ";":
            declaring[-1] = False
        held = word if word in (";", ",") else None
        if word in ("{", "[", "(", "${"):
            declaring.append(False)
        elif word in ("}", "]", ")") and len(declaring) > 1:
            declaring.pop()
        if word == "const":
            declaring[-1] = True
        if not held:
            yield ("let" if word == "const" else word), True
    if held:
        yield held, True


def _words(script: str) -> Iterator[tuple[str, bool]]:
    """The words of a script, without comments and spaces; and whether each is code, or text."""
    depths: list[int] = []  # of braces, in each template that is open
    at, in_text = 0, False
    while at < len(script):
        found = (TEXT if in_text else TOKEN).match(script, at)
        assert found
        at, word = found.end(), found[0]
        if in_text:
            yield re.sub(r"\s+", " ", word), word == "${"
            in_text = word not in ("${", "`")
            if word == "`":
                depths.pop()
        elif not (word.isspace() or word.startswith("//")):
            yield word, not word.startswith('"')
            if word == "`":
                depths.append(0)
                in_text = True
            elif depths and word == "}":
                in_text = depths[-1] == 0
                depths[-1] -= not in_text
            elif depths and word == "{":
                depths[-1] += 1


def _short_names(words: list[str]) -> dict[str, str]:
    """Short names for constants and arguments, but for those that are a property's in one word.

    A name is called the same in the whole script, whatever its scope.
    """
    declared, both = set[str](), set[str]()
    within = ["{"]  # the brackets that are open
    for at, (before, word, after) in enumerate(_triples(words)):
        if word in ("(", "[", "{", "${"):
            within.append("(" if word == "${" else word)
            if before in ("const", "let") or word == "(":
                declared |= _arguments(words, at, before)
        elif word in ")]}":
            within.pop()
        elif before in ("const", "let") or (before + after == ",=" and within[-1] == "{"):
            declared.add(word)
        if within[-1] == "{" and before in ("{", ",") and after in (",", "}"):
            both.add(word)
    uses = Counter(words)
    wanted = [w for w in declared - both if w.isidentifier() and len(w) > SHORT]
    wanted.sort(key=lambda word: (-len(word) * uses[word], word))
    letters = string.ascii_letters
    free = (
        name for name in (*letters, *map("".join, itertools.product(letters, letters)))
        if name not in uses and name not in ("do", "if", "in", "of")
    )  # fmt: skip
    return dict(zip(wanted, free, strict=False))


def _arguments(words: list[str], start: int, before: str) -> set[str]:
    """The names that a bracket declares: after `const`, or before an arrow."""
    depth = 0
    for at in range(start, len(words)):
        depth += (words[at][-1] in "([{") - (words[at] in ")]}")
        if depth == 0:
            arrow = words[at + 1 : at + 2] == ["=>"]
            known = arrow or before in ("const", "let")
            return {words[i] for i in range(start, at) if known and words[i - 1] != "="}
    return set()


def squeezed_style(style: str) -> str:
    """Leave out the spaces that a style sheet does not need.

    >>> squeezed_style("a:hover,  b { margin: 0 auto; }")
    'a:hover,b{margin:0 auto}'
    """
    single = re.sub(r"\s+", " ", style).strip()
    return re.sub(r" ?([{};,]) ?|(?<=\w): ", lambda found: found[1] or ":", single).replace(
        ";}", "}"
    )
