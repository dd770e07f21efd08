"""`warmer rules NAME`: the formula of a plugin of any kind."""

import textwrap

import pytest

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

    @attrs.frozen(eq=False)
    class ClipsAll:
        @warmer.hookimpl(wrapper=True)
        def learn(self, weights):
            return (yield)

    @attrs.frozen(eq=False)
    class Halves:
        @warmer.hookimpl
        def adjust(self, weight_delta):
            return weight_delta / 2

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
        ("Forgets", "modifier", [
            "# no formula: modifier kinds.py:Forgets asks for memory, and raw-gradient",
            "remembers nothing",
        ]),
        ("ClipsAll", "modifier", [
            "# no formula: learn of kinds.py:ClipsAll asks for all weights at once",
            "(weights)",
        ]),
        ("Halves", "modifier", ["weight_delta = weight_delta / 2"]),
        ("Watches", "observer", None),
    ],
)  # fmt: skip
def test_every_kind(warmer, tmp_path, plugin, kind, formula):
    """A plugin of any kind shows the formula of the hooks that it answers; of a class in a file,
    the hooks say its kind."""
    (tmp_path / "kinds.py").write_text(textwrap.dedent(KINDS), encoding="utf-8")
    name = plugin if plugin.islower() else f"kinds.py:{plugin}"

    document, page = warmer("rules", name, "--json").json, warmer("rules", name)

    told = document["formula"]
    assert document["kind"] == kind
    assert " ".join(told or ()) == " ".join(formula or ())
    assert page.code == 0
    shown = [line.strip() for line in page.out.splitlines() if line.startswith("    ")]
    assert " ".join(shown).startswith(" ".join(formula or []))
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
