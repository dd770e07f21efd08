"""`warmer rules`: what is installed, from where; and one plugin in full."""

import sys
import textwrap

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


KINDS = """
    import attrs, warmer

    @attrs.frozen(eq=False)
    class Learns:
        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return weight - weight_delta / 2

    @attrs.frozen(eq=False)
    class Predicts:
        @warmer.hookimpl
        def predict(self, weights, inputs):
            return warmer.dot(weights, inputs) + weights[0]

    @attrs.frozen(eq=False)
    class Compares:
        @warmer.hookimpl
        def compare(self, prediction, target):
            miss = target - prediction
            return warmer.Comparison(miss * miss, -miss)

    @attrs.frozen(eq=False)
    class Clips:
        most: float = warmer.param(1.0, above=0)

        @warmer.hookimpl(wrapper=True)
        def learn(self):
            learned = yield
            return learned._replace(weight=min(learned.weight, self.most))

        @warmer.hookimpl(wrapper=True)
        def predict(self):
            return 2 * (yield)

    @attrs.frozen(eq=False)
    class Forgets:
        @warmer.hookimpl(wrapper=True)
        def learn(self, memory):
            return (yield)

    class Watches:
        @warmer.hookimpl
        def run_ended(self):
            pass

    @attrs.frozen(eq=False)
    class Nothing:
        pass
"""
LINEAR = ["prediction = dot(weights, inputs)", "weight_delta = delta * input"]
SQUARED = ["delta = prediction - target", "error = delta * delta"]


@pytest.mark.parametrize(
    ("plugin", "kind", "formula"),
    [
        ("linear", "predictor", LINEAR),
        ("squared-error", "comparison", SQUARED),
        ("Learns", "rule", [LINEAR[0], *SQUARED, LINEAR[1], "weight = weight - weight_delta / 2"]),
        ("Predicts", "predictor", [
            "# for 2 weights",
            "prediction = dot(weights, inputs) + weights[0]",
            "weight_deltas[0] = delta * input + delta",
            "weight_deltas[1] = delta * input",
        ]),
        ("Compares", "comparison", [
            "delta = -(target - prediction)",
            "error = (target - prediction) * (target - prediction)",
        ]),
        ("Clips", "modifier", [
            "# around linear",
            "prediction = 2 * dot(weights, inputs)",
            "# around raw-gradient",
            "weight = min(weight - weight_delta, most)",
        ]),
        ("Forgets", "modifier", None),
        ("Watches", "observer", None),
    ],
)  # fmt: skip
def test_every_kind(warmer, tmp_path, plugin, kind, formula):
    """A plugin of any kind shows the formula of the hooks that it answers; of a class in a file,
    the hooks say its kind."""
    (tmp_path / "kinds.py").write_text(textwrap.dedent(KINDS), encoding="utf-8")
    name = plugin if plugin.islower() else f"kinds.py:{plugin}"

    document, page = warmer("rules", name, "--json").json, warmer("rules", name)

    assert (document["kind"], document["formula"]) == (kind, formula)
    assert page.code == 0
    shown = [line.strip() for line in page.out.splitlines() if line.startswith("    ")]
    assert shown[: len(formula or [])] == (formula or [])
    assert f"kind    {kind}" in page.out.splitlines()


@pytest.mark.parametrize("name", ["linear", "logistic", "absolute-error", "log-loss"])
def test_formula_of_what_is_shipped(warmer, name):
    """Whatever warmer ships beside its rules shows its formula."""
    found = warmer("rules", name, "--json").json["formula"]

    assert any(line.startswith(("prediction = ", "delta = ")) for line in found)
    assert not [line for line in found if line.startswith("#")]


def test_a_class_of_no_kind(warmer, tmp_path):
    """A class in a file that implements no hook is asked to be a rule."""
    (tmp_path / "kinds.py").write_text(textwrap.dedent(KINDS), encoding="utf-8")
    result = warmer("rules", "kinds.py:Nothing")

    assert (result.code, result.out) == (1, "")
    assert "it implements none of the hooks of a rule: learn" in result.err


def test_a_formula_that_is_too_long(warmer, tmp_path):
    """The page says how long it is, and the document has all of it."""
    (tmp_path / "long.py").write_text(
        "import attrs, warmer\n"
        "@attrs.frozen(eq=False)\n"
        "class Long:\n"
        "    @warmer.hookimpl\n"
        "    def learn(self, weight, weight_delta):\n"
        "        for _ in range(5):\n"
        "            weight = weight / 2 if weight > weight_delta else weight + 0.1\n"
        "        return weight\n",
        encoding="utf-8",
    )
    page = warmer("rules", "long.py:Long").out
    lines = warmer("rules", "long.py:Long", "--json").json["formula"]

    assert f"# learn: too long to read ({len(lines) - 4} lines, " in page
    assert lines[-1].startswith("weight = ")
    assert len(page.splitlines()) < 15


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
    """, modifiers={"clip": "Clip"}, observers={"watch": "Watch"})  # fmt: skip

    assert warmer("rules", "clip").out.startswith("clip: a modifier\n")
    assert warmer("rules", "watch").out.startswith("watch: an observer\n")


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
