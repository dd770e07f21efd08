"""Nothing that a package, a table or a word on the command line says steers the terminal."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmer.wording import visible

RED = "\x1b[31m\x9b\u202e\u2066\x07\r\x7f"
OBEYED = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]")
SITE = Path("site") / f"evil{RED}"
SOURCE = f"""
import typing, attrs, warmer
RED = {RED!r}

class Bad(Exception):
    pass
Bad.__name__ = "Bad" + RED

class Memory(typing.NamedTuple):
    speed: float

@attrs.frozen(eq=False)
class Good:
    __doc__ = "Summary" + RED
    alpha: float = warmer.param(0.1, help="help" + RED)
    word: str = warmer.param("default" + RED, help="word")
    kind: str = warmer.param("one" + RED, choices=("one" + RED, "two"))
    limit: float = warmer.param(1.0, above=0)
    says: str = warmer.param("no", choices=("no", "refuse", "fail", "data", "raise", "answer"))

    def __attrs_post_init__(self):
        if self.says == "refuse":
            raise ValueError("refused" + RED)
        if self.says == "fail":
            raise Bad("failed" + RED)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        if self.says == "data":
            raise warmer.DataError("data" + RED)
        if self.says == "raise":
            raise Bad("raised" + RED)
        if self.says == "answer":
            return "answer" + RED
        return weight - self.alpha * weight_delta

@attrs.frozen(eq=False)
class Contract:
    @warmer.hookimpl
    def learn(self, weight):
        return weight
    @warmer.hookimpl(specname="red" + RED)
    def odd(self):
        return 1

@attrs.frozen(eq=False)
class Compares:
    __doc__ = "Compares" + RED

    @warmer.hookimpl
    def compare(self, prediction, target):
        if target > 2:
            raise Bad("compared" + RED)
        return warmer.Comparison(abs(prediction - target), -1.0)

class Observes:
    __doc__ = "Observes" + RED

    @warmer.hookimpl
    def run_started(self):
        raise Bad("observed" + RED)
"""
TABLES = {
    "good.csv": f"x{RED[:-2]},y\n1,2\n3,4\n",
    "cell.csv": f"x,y\n1,{RED[:5]}\n",
    "many.csv": f"a{RED[:5]},b{RED[:5]},y\n1,2,3\n2,1,4\n",
    f"red{RED}.csv": "x,y\n1,2\n3,4\n",
    f"bad{RED}.csv": "x,y\n1,b\n",
    "title.csv": f"A title {RED[:5]}\nx,y\n1,2\n",
    "twice.csv": f"x{RED[:5]},x{RED[:5]},y\n1,2,3\n",
}
TRAIN = ("train", "alpha-scaled")
Y = ("--target", "y")
PLACES = {
    "distribution, version": ("rules",),
    "name that is none": ("rules", "--json"),
    "list of a group": ("train", "--help"),
    "list of another": ("knob", "--help"),
    "version, source, summary, help, default": ("rules", "good"),
    "help of a rule": ("knob", "good", "--help"),
    "words of a rule": ("train", "good", "--help"),
    "default in a heading": ("knob", "good", "--steps", "1"),
    "choices in a refusal": ("knob", "good", "--kind", "three"),
    "a word of the rule": ("knob", "good", "--word", f"word{RED}", "--explain"),
    "what a check refuses": ("knob", "good", "--says", "refuse"),
    "what a check raises": ("knob", "good", "--says", "fail"),
    "what a plugin says of data": ("knob", "good", "--says", "data"),
    "what a hook raises": ("knob", "good", "--says", "raise"),
    "what a hook answers": ("knob", "good", "--says", "answer"),
    "what an import raises": ("knob", "broken"),
    "a source that is none": ("knob", "nowhere"),
    "faults of a contract": ("knob", "contract"),
    "summary of a comparison": ("rules", "compares"),
    "what a comparison raises": (*TRAIN, "good.csv", *Y, "--compare", "compares"),
    "summary of an observer": ("rules", "observes"),
    "origin in a hint": ("knob", "Jump"),
    "two distributions": ("knob", "both"),
    "a column": (*TRAIN, "good.csv", *Y),
    "a column that is explained": (*TRAIN, "good.csv", *Y, "--explain"),
    "a target": (*TRAIN, "many.csv", "--target", f"b{RED[:5]}"),
    "columns in a hint": (*TRAIN, "many.csv", "--target", "z"),
    "a cell": (*TRAIN, "cell.csv", *Y),
    "a title": (*TRAIN, "title.csv", *Y),
    "a column twice": (*TRAIN, "twice.csv", *Y),
    "the name of a table": (*TRAIN, f"red{RED}.csv", *Y),
    "the name of a bad table": (*TRAIN, f"bad{RED}.csv", *Y),
    "the name of no table": (*TRAIN, f"no{RED}.csv", *Y),
    "a history": (*TRAIN, "good.csv", *Y, "--history", f"no{RED}/h.csv"),
    "features": (*TRAIN, "good.csv", *Y, "--features", f"x{RED},"),
    "a command": (f"trian{RED}",),
    "a rule": ("knob", f"rule{RED}"),
    "a plugin": ("rules", f"rule{RED}"),
    "a file": ("knob", f"file{RED}.py:Rule"),
    "a class": ("knob", f"{SITE}/red_module.py:Rule{RED}"),
    "a file's name": ("rules", f"{SITE}/red_module.py:Good"),
    "an option": ("knob", "good", f"--opt{RED}"),
    "an engine": ("knob", "good", "--engine", f"fast{RED}"),
    "one word too many": ("rules", "good", f"more{RED}"),
    "a number": ("knob", "good", "--steps", f"1{RED}"),
}


@pytest.fixture
def place(monkeypatch):
    """A package and tables that say RED wherever they can."""
    for number, name in enumerate((f"evil{RED[:5]}\u202e", f"other{RED[:5]}")):
        info = SITE / f"evil{number}-1.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 1{RED[:5]}\nSummary: a{RED[:5]}\n",
            encoding="utf-8",
        )
        own = (
            "good = red_module:Good\nbroken = red_broken:Broken\ncontract = red_module:Contract\n"
            f"nowhere = red{RED[:5]} module:X\n"
            f"Jump = red_module:Good\nred{RED[:4]} = red_module:X\n"
            "[warmer.comparisons]\ncompares = red_module:Compares\n"
            "[warmer.observers]\nobserves = red_module:Observes\n"
        )
        (info / "entry_points.txt").write_text(
            f"[warmer.rules]\nboth = red_module:Good\n{own if number == 0 else ''}",
            encoding="utf-8",
        )
    (SITE / "red_module.py").write_text(SOURCE, encoding="utf-8")
    (SITE / "red_broken.py").write_text(f"raise RuntimeError({RED!r})", encoding="utf-8")
    for name, text in TABLES.items():
        Path(name).write_bytes(text.encode())
    monkeypatch.syspath_prepend(str(SITE.absolute()))
    monkeypatch.setenv("WARMER_DEBUG", "1")


def test_there_are_many_places():
    """Thirty and more."""
    assert len(PLACES) >= 30


@pytest.mark.parametrize("command", PLACES.values(), ids=PLACES)
def test_nothing_steers_the_terminal(warmer, place, command):
    """No control character and no turn of direction is printed, on stdout or stderr, nor in a
    traceback: each is written out as an escape."""
    result = warmer(*command)

    printed = result.out + result.err
    assert not OBEYED.search(printed)
    assert "fault in warmer" not in printed
    assert "\\x1b" in printed or "\\u001b" in printed


def test_a_document_is_exact(warmer, place):
    """A document has the very characters, as JSON escapes."""
    found = warmer("rules", "good", "--json")

    assert found.json["summary"] == f"Summary{RED}".partition("\n")[0]
    assert found.json["parameters"][0]["help"] == f"help{RED}"
    assert "\\u001b" in found.out
    assert found.out.isascii()
    assert json.loads(warmer("rules", "--json").out)[0]["kind"] == "rule"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("words", ["warmer knob ", "warmer knob good --kind "])
def test_completion(warmer, place, monkeypatch, shell, words):
    """What a shell is told has no control character either, but the ends of its lines."""
    monkeypatch.setenv("_WARMER_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    result = warmer()

    assert not OBEYED.search(result.out.replace("\t", ""))
    assert result.out


@given(st.text())
def test_visible(text):
    """What is visible stays, all else is an escape that reads back, and twice is once."""
    seen = visible(text)

    assert not OBEYED.search(seen)
    assert "\n" not in seen
    assert visible(seen) == seen
    if "\\" not in text:
        escaped = seen.encode("latin-1", "backslashreplace").decode("unicode_escape")
        assert escaped == text
