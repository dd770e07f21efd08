"""`warmer rules`: what is installed, from where; and one plugin in full."""

import sys

import pytest

import warmer as api

SHIPPED = [
    ("rule", "alpha-scaled"),
    ("rule", "hot-and-cold"),
    ("rule", "raw-gradient"),
    ("predictor", "linear"),
    ("comparison", "squared-error"),
]
MINE = """
    import attrs, warmer

    @attrs.frozen(eq=False)
    class Mine:
        '''Stand still. (Nobody, 2024)'''

        share: float = warmer.param(0.5, above=0, at_most=1, help="share to keep")
        rounds: int = warmer.param(3, at_least=1)
        kind: str = warmer.param("plain", choices=("plain", "fancy"), help="how it looks")
        loud: bool = warmer.param(False, help="whether it shouts")
        lambda_: float = warmer.param(0.0, help="a Greek letter")

        @warmer.hookimpl
        def learn(self, step, weight):
            return weight
"""


def test_list(warmer):
    """Every plugin with kind, name, distribution and version, within 80 columns."""
    out = warmer("rules").out

    rows = [tuple(line.split()) for line in out.splitlines()]
    assert rows[0] == ("kind", "name", "distribution", "version")
    assert set(rows[1:]) >= {(*plugin, "warmer", api.__version__) for plugin in SHIPPED}
    assert all(len(line) <= 80 for line in out.splitlines())


def test_list_as_data(warmer):
    """--json lists the same, with the source of each."""
    plugins = warmer("rules", "--json").json

    expected = {
        "kind": "rule",
        "name": "alpha-scaled",
        "distribution": "warmer",
        "version": api.__version__,
        "source": "warmer_rules.alpha_scaled:AlphaScaled",
        "notes": [],
    }
    assert expected in plugins
    assert {tuple(plugin) for plugin in plugins} == {tuple(expected)}


@pytest.mark.parametrize(
    ("value", "seen"), [(None, True), ("", False), ("mine-pack", True), ("other", False)]
)
def test_filter(warmer, install, monkeypatch, value, seen):
    """WARMER_PLUGINS decides what is listed beside warmer's own."""
    install("mine-pack", MINE, rules={"mine": "Mine"})
    if value is not None:
        monkeypatch.setenv("WARMER_PLUGINS", value)

    names = [plugin["name"] for plugin in warmer("rules", "--json").json]

    assert ("mine" in names) is seen
    assert {name for _, name in SHIPPED} <= set(names)
    assert (warmer("rules", "mine").code == 0) is seen


def test_a_name_that_is_no_name(warmer, install):
    """What is left out for its name is told: on stderr, in the document, and when asked for."""
    install("odd-pack", "raise RuntimeError", rules={"Jump": "Rule", "good": "Rule"})
    reason = "rule 'Jump' of odd-pack 1.0 cannot be named: a name has lower-case letters"

    text, data = warmer("rules"), warmer("rules", "--json")

    assert (text.code, data.code) == (0, 0)
    assert "Jump" not in text.out
    assert text.err == data.err
    assert text.err.startswith(f"warmer: warning: {reason}")
    assert text.err.count("\n") == 1
    told = [plugin for plugin in data.json if plugin["notes"]]
    assert [(plugin["name"], plugin["distribution"]) for plugin in told] == [("Jump", "odd-pack")]
    assert [f"warmer: warning: {note}\n" for note in told[0]["notes"]] == [text.err]
    for command in ("rules Jump", "rules odd-pack/Jump", "rules jump", "knob Jump", "train Jump"):
        asked = warmer(*command.split())
        assert (asked.code, asked.out, asked.err.count("\n")) == (2, "", 1)
        assert reason in asked.err
    assert "odd_pack" not in sys.modules


@pytest.mark.parametrize(("kind", "name"), SHIPPED)
def test_one(warmer, kind, name):
    """Any plugin is found by its bare name and by its qualified one."""
    bare, qualified = warmer("rules", name), warmer("rules", f"warmer/{name}")

    assert bare == qualified
    assert bare.code == 0
    assert kind in bare.out
    assert all(len(line) <= 80 for line in bare.out.splitlines())
    assert warmer("rules", name, "--json").json["kind"] == kind


def test_one_as_data(warmer, install):
    """Parameters with type, default, range and help; the evidence that each hook asks for."""
    install("mine-pack2", MINE, rules={"mine": "Mine"})

    assert warmer("rules", "mine", "--json").json == {
        "kind": "rule",
        "name": "mine",
        "distribution": "mine-pack2",
        "version": "1.0",
        "source": "mine_pack2:Mine",
        "summary": "Stand still. (Nobody, 2024)",
        "formula": [
            "prediction = dot(weights, inputs)",
            "delta = prediction - target",
            "error = delta * delta",
            "weight = weight",
        ],
        "parameters": [
            {"name": "share", "type": "float", "default": 0.5,
             "range": "above 0 and at most 1", "help": "share to keep"},
            {"name": "rounds", "type": "int", "default": 3, "range": "at least 1", "help": ""},
            {"name": "kind", "type": "str", "default": "plain", "range": "one of plain, fancy",
             "help": "how it looks"},
            {"name": "loud", "type": "bool", "default": False, "range": "",
             "help": "whether it shouts"},
            {"name": "lambda_", "type": "float", "default": 0.0, "range": "",
             "help": "a Greek letter"},
        ],
        "evidence": {"learn": ["weight", "step"]},
        "notes": [],
    }  # fmt: skip


def test_page(warmer, install):
    """For people: the options as they are typed."""
    install("mine-pack3", MINE, rules={"mine": "Mine"})

    out = warmer("rules", "mine").out

    assert out.startswith("mine: Stand still. (Nobody, 2024)\n")
    for option in ("--share", "--rounds", "--kind", "--loud", "--lambda"):
        assert f"\n{option} (" in out


def test_no_docstring(warmer, install):
    """A plugin that says nothing of itself is called by its kind, with the right article."""
    install("mute-pack", """
        import attrs, warmer

        @attrs.frozen(eq=False)
        class Clip:
            @warmer.hookimpl(wrapper=True)
            def learn(self):
                return (yield)

        class Watch:
            @warmer.hookimpl
            def run_ended(self):
                pass
    """, modifiers={"mute": "Clip"}, observers={"watch": "Watch"})  # fmt: skip

    assert warmer("rules", "mute").out.startswith("mute: a modifier\n")
    assert warmer("rules", "watch").out.startswith("watch: an observer\n")


def test_beside_the_name(warmer):
    """A value that stands beside the name is told as such; the default stays what it is."""
    asked = "alpha-scaled:alpha=0.5"

    assert "above 0; default 0.1; here 0.5" in warmer("rules", asked).out
    assert warmer("rules", asked, "--json").json["parameters"][0]["default"] == 0.1


@pytest.mark.parametrize(
    "words", ["--share 0.1 --share 0.1", "--loud --no-loud", "--lambda 1 --lambda=2"]
)
def test_given_twice(warmer, install, words):
    """A parameter that is given twice is an error; the last one does not win."""
    install("mine-pack5", MINE, rules={"mine": "Mine"})

    result = warmer("knob", "mine", *words.split())

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"warmer: {words.split()[0]} is given twice")
    assert warmer("knob", f"mine:{words.split()[0][2:]}=0.1", *words.split()).code == 2


def test_options(warmer, install):
    """Every type of parameter is an option of its own, checked, shown in --help and passed on."""
    install("mine-pack4", MINE, rules={"mine": "Mine"})
    command = ("knob", "mine", "--json")

    given = warmer(*command, *"--share 1 --rounds 1e1 --kind fancy --loud --lambda -2".split())
    default = warmer(*command)
    text = warmer("knob", "mine", "--help").out

    assert given.json["rule"]["parameters"] == {
        "share": 1.0, "rounds": 10, "kind": "fancy", "loud": True, "lambda_": -2.0,
    }  # fmt: skip
    assert default.json["rule"]["parameters"] == {
        "share": 0.5, "rounds": 3, "kind": "plain", "loud": False, "lambda_": 0.0,
    }  # fmt: skip
    for words in ("--share NUMBER", "share to keep; above 0 and at most 1", "[default: 0.5]",
                  "--loud / --no-loud", "one of plain, fancy"):  # fmt: skip
        assert words in text
    wrong = warmer(*command, "--kind", "fanzy")
    assert wrong.code == 2
    assert "did you mean 'fancy'" in wrong.err
