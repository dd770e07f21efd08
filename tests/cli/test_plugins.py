"""Somebody's package on the command line: found, named, kept off stdout, harmless when broken."""

import sys

import pytest

RULE = """
    import attrs, warmer
    {first}

    @attrs.frozen(eq=False)
    class Rule:
        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            {then}
            return weight - weight_delta / 10
"""
BROKEN = {
    "raises": "raise RuntimeError('no such\\nluck')",
    "exits": "import sys; sys.exit(0)",
    "syntax": "def",
    "missing": "import there_is_no_such_module",
    "hooks": "class Rule: pass",
}


def rule(first: str = "", then: str = "pass") -> str:
    return RULE.format(first=first, then=then)


@pytest.fixture
def complete(warmer, monkeypatch):
    """Ask for the last word as bash does."""

    def ask(*words: str) -> list[str]:
        monkeypatch.setenv("_WARMER_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", " ".join(["warmer", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        result = warmer()
        assert (result.code, result.err) == (0, "")
        return [line.partition(",")[2] for line in result.out.split("\n") if line]

    return ask


@pytest.mark.parametrize("group", ["knob", "train"])
def test_listed(warmer, install, group):
    """A group's help lists rules with where they are from, from metadata alone."""
    install("far-away", "raise RuntimeError", version="2.3", rules={"roll": "Rule"})

    result = warmer(group, "--help")

    assert result.code == 0
    assert "roll" in result.out
    assert "from far-away 2.3" in result.out
    assert "from warmer " in result.out
    assert "far_away" not in sys.modules


@pytest.mark.parametrize("code", BROKEN.values(), ids=BROKEN)
def test_broken(warmer, install, code):
    """A broken package, when it is named, is one line and exit code 1; it harms nobody else."""
    name = f"broken-{abs(hash(code))}"
    install(name, code, rules={"broken": "Rule"})

    for command in (("knob", "broken"), ("train", "broken", "--help"), ("rules", "broken")):
        result = warmer(*command)
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith("warmer: ")
        assert result.err.count("\n") == 1
        assert name in result.err
    for command in (("--help",), ("knob", "--help"), ("rules",), ("knob", "raw-gradient")):
        assert warmer(*command).code == 0


def test_one_name_twice(warmer, install):
    """A name in two distributions is listed qualified and refused bare, naming both."""
    for name in ("north", "south"):
        install(f"{name}-pole", rule(), rules={"pole": "Rule"})

    listed = warmer("train", "--help").out
    bare = warmer("knob", "pole")
    qualified = warmer("knob", "south-pole/pole", "--json")

    assert "north-pole/pole" in listed
    assert "south-pole/pole" in listed
    assert bare.code == 2
    assert "north-pole/pole or south-pole/pole" in bare.err
    assert qualified.json["rule"]["distribution"] == "south-pole"


@pytest.mark.parametrize(
    ("first", "then"), [("print('loaded')", "pass"), ("", "print('running')")], ids=["load", "run"]
)
def test_prints(warmer, install, first, then):
    """What a plugin prints goes to stderr; the document alone is on stdout."""
    install(f"chatty-{'load' if first else 'run'}", rule(first, then), rules={"chatty": "Rule"})

    result = warmer("knob", "chatty", "--steps", "3", "--json")

    assert result.json["outcome"]["steps"] == 3
    assert ("loaded" if first else "running") in result.err


PICKY = """
    import attrs, warmer

    @attrs.frozen(eq=False)
    class Picky:
        low: float = warmer.param(0.0)
        high: float = warmer.param(1.0)

        def __attrs_post_init__(self):
            if self.low > self.high:
                raise {error}("low must be\\nbelow high")

        @warmer.hookimpl
        def learn(self, weight):
            return min(max(weight, self.low), self.high)
"""


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        ("ValueError", 2, "rule picky does not take low=3.0, high=1.0: low must be below high"),
        ("TypeError", 2, "rule picky does not take low=3.0, high=1.0: low must be below high"),
        (
            "KeyError",
            1,
            "rule picky fails with low=3.0, high=1.0: KeyError: low must be below high",
        ),
    ],
)
def test_own_check(warmer, install, error, code, said):
    """What a plugin's own check refuses is a fault of the command; a check that fails, of it."""
    install(f"picky-{error.lower()}", PICKY.format(error=error), rules={"picky": "Picky"})

    for command in (("knob", "picky"), (*"train picky norris.csv --target y --json".split(),)):
        assert warmer(*command, "--low", "3") == (code, "", f"warmer: {said}\n")
        assert warmer(*command, "--low", "0.5").code == 0


@pytest.mark.parametrize("then", ["1 / 0", "import sys; sys.exit(0)"], ids=["raises", "exits"])
def test_fails_in_the_run(warmer, install, then):
    """A rule that fails while it runs is one line and exit code 1."""
    name = "exits" if "exit" in then else "raises"
    install(f"failing-{name}", rule(then=then), rules={"failing": "Rule"})

    result = warmer("knob", "failing")

    assert (result.code, result.out) == (1, "")
    assert result.err.count("\n") == 1


def test_debug(warmer, install, monkeypatch):
    """With WARMER_DEBUG the traceback is shown, for authors of plugins."""
    monkeypatch.setenv("WARMER_DEBUG", "1")
    install("failing-debug", rule(then="1 / 0"), rules={"failing": "Rule"})

    assert "ZeroDivisionError" in warmer("knob", "failing").err


def test_file(warmer, tmp_path):
    """`path/to/file.py:Class` is a rule like any other; the file is run once."""
    (tmp_path / "own.py").write_text(
        "print('read')\n"
        "import attrs, warmer\n"
        "@attrs.frozen(eq=False)\n"
        "class Own:\n"
        "    rate: float = warmer.param(0.1, above=0, help='how fast')\n"
        "    @warmer.hookimpl\n"
        "    def learn(self, weight, weight_delta):\n"
        "        return weight - self.rate * weight_delta\n",
        encoding="utf-8",
    )

    own = warmer("knob", "own.py:Own", "--rate", "4", "--json")
    same = warmer("knob", "alpha-scaled", "--alpha", "4", "--json")

    assert own.err == "read\n"
    assert own.json["history"] == same.json["history"]
    assert own.json["rule"] == {
        "name": "own.py:Own",
        "distribution": None,
        "version": None,
        "parameters": {"rate": 4.0},
    }
    assert "how fast; above 0" in warmer("train", "./own.py:Own", "--help").out
    assert "did you mean 'Own'" in warmer("knob", "own.py:Onw").err


def test_completion(complete, install):
    """A shell is told commands, rules, options and words; broken rules are names like any other."""
    install("broken-complete", "raise RuntimeError", rules={"alpha-broken": "Rule"})

    commands = "knob play train tune compare predict show resume rules check new"
    assert complete("") == commands.split()
    assert complete("train", "al") == ["alpha-broken", "alpha-scaled"]
    assert "squared-error" in complete("rules", "")
    assert "--alpha" in complete("train", "alpha-scaled", "--")
    assert complete("train", "raw-gradient", "--scale", "") == ["standard", "none"]
    assert complete("train", "alpha-broken", "--s") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(warmer, monkeypatch, shell):
    """Each shell has its script."""
    monkeypatch.setenv("_WARMER_COMPLETE", f"{shell}_source")
    result = warmer()

    assert result.code == 0
    assert "_WARMER_COMPLETE" in result.out
