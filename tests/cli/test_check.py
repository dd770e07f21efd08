"""`warmer check`: the verdict on a plugin, and its exit code."""

import pytest

from warmer.testing import kit

RIGHT = """
    import attrs, warmer

    @attrs.frozen(eq=False)
    class Mine:
        '''Take a tenth.'''

        share: float = warmer.param(0.1, above=0, help="share of weight_delta to take")

        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return weight - self.share * weight_delta
"""


@pytest.fixture
def one_law(monkeypatch):
    """`learns` is the one law that is checked."""
    monkeypatch.setattr(kit, "LAWS", [law for law in kit.LAWS if law.name == "learns"])


def test_right(warmer, install):
    """What is right is said to be right, by its name, in lines of 80 columns; the code is 0."""
    install("tried-pack", RIGHT, rules={"mine": "Mine"})

    result = warmer("check", "mine")

    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "mine, a rule: right"
    assert [line.split()[0] for line in lines[1:4]] == ["contract", "repeatable", "fast"]
    assert "0 failed" not in result.out
    assert all(len(line) <= 80 for line in lines)


def test_named(warmer, install, one_law):
    """The same plugin has the same report, however it is named."""
    install("tried-pack5", RIGHT, rules={"mine": "Mine"})

    result = warmer("check", "mine")

    assert (result.code, result.err) == (0, "")
    assert warmer("check", "tried-pack5/mine", "--kind", "rule") == result


def test_wrong(warmer, install, one_law):
    """What is wrong is told with the remedy, and the code is 1; --json says the same."""
    install("tried-pack2", RIGHT.replace("-", "+"), rules={"mine": "Mine"})

    text, data = warmer("check", "mine"), warmer("check", "mine", "--json")

    assert (text.code, data.code) == (1, 1)
    assert "learns: after 300 steps" in text.out
    assert "is a sign wrong" in " ".join(text.out.split())
    assert data.json["passed"] is False
    assert data.json["verdict"]["contract"].startswith("not kept: ")
    failed = [check["law"] for check in data.json["checks"] if check["status"] == "failed"]
    assert "learns" in failed


def test_unchecked(warmer, tmp_path):
    """Of what cannot be loaded nothing is known: not its kind, nor whether it is repeatable."""
    (tmp_path / "mine.py").write_text("raise RuntimeError('no')", encoding="utf-8")

    text, data = (warmer("check", f"{tmp_path}/mine.py:Mine", *more) for more in ([], ["--json"]))

    assert (text.code, data.code) == (1, 1)
    assert text.out.startswith("Mine, a plugin: not right\n")
    assert data.json["verdict"] == {
        "contract": "not kept: keeps-the-contract", "repeatable": "not known", "fast": "not known",
    }  # fmt: skip


def test_expected(warmer, install, one_law):
    """A failure that is expected is no failure."""
    install("tried-pack3", RIGHT.replace("- self", "+ 0 * self"), rules={"mine": "Mine"})

    assert warmer("check", "mine").code == 1
    assert warmer("check", "mine", "--expect-failure", "learns").code == 0


def test_what_prints(warmer, install):
    """Stdout is the report's alone."""
    install(
        "tried-pack4", RIGHT.replace("return", "print('noise'); return"), rules={"mine": "Mine"}
    )

    assert "noise" not in warmer("check", "mine").out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("alpha-scalde", "did you mean 'alpha-scaled'?"),
        ("alpha-scaled --kind predictor", "no predictor is called 'alpha-scaled'"),
        ("alpha-scaled --kind ruel", "did you mean 'rule'?"),
        ("alpha-scaled --expect-failure learn", "did you mean 'learns'?"),
        ("nowhere.py:Class", "nowhere.py: no such file"),
        ("", "PLUGIN is missing"),
    ],
)
def test_misused(warmer, arguments, said):
    """What cannot be checked is one line, and the code is 2."""
    result = warmer("check", *arguments.split())

    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert said in result.err


def test_broken(warmer, install):
    """A package that cannot be imported has a report: what it raised, and where."""
    install("tried-bad-pack", "raise RuntimeError('no such luck')", rules={"bad": "Rule"})

    result = warmer("check", "bad")

    assert (result.code, result.err) == (1, "")
    assert "RuntimeError: no such luck" in " ".join(result.out.split())
