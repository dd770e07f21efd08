"""One grammar: `NAME:parameter=value:parameter=value`, wherever a plugin is named."""

import re

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import given

import warmer
import warmer.testing
from warmer.plugins.naming import find, find_each


@attrs.frozen(eq=False)
class Base:
    """Parameters of every type."""

    share: float = warmer.param(0.5, above=0, help="a number")
    rounds_made: int = warmer.param(3, help="a whole number")
    text: str = warmer.param("plain", help="any text")
    kind: str = warmer.param("plain", choices=("plain", "fancy"), help="a word")
    loud: bool = warmer.param(False, help="a truth value")
    lambda_: float = warmer.param(0.0, help="a keyword of Python")


@attrs.frozen(eq=False)
class Learns(Base):
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - self.share * weight_delta


@attrs.frozen(eq=False)
class Predicts(Base):
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return self.share * warmer.dot(weights, inputs)


@attrs.frozen(eq=False)
class Compares(Base):
    @warmer.hookimpl
    def compare(self, prediction, target):
        miss = prediction - target
        return warmer.Comparison(self.share * miss * miss, self.share * miss)


@attrs.frozen(eq=False)
class Adjusts(Base):
    @warmer.hookimpl
    def adjust(self, weight_delta):
        return self.share * weight_delta


@attrs.frozen(eq=False)
class Watches(Base):
    @warmer.hookimpl
    def steps_taken(self, step):
        raise warmer.Stop(f"share is {self.share}")


REGISTRY = warmer.Registry()
PLUGINS = {
    "rule": Learns, "predictor": Predicts, "comparison": Compares, "modifier": Adjusts,
    "observer": Watches,
}  # fmt: skip
for _kind, _cls in PLUGINS.items():
    REGISTRY.register(_kind, _cls, _kind)


def read(text, kind="rule"):
    """Read a name with parameters; answers its object."""
    return find(text, kind, REGISTRY).chosen({}).plugin


FREE = st.text().filter(lambda text: not re.search(r":[A-Za-z_][A-Za-z0-9_-]*=", text))
VALUES = st.fixed_dictionaries({}, optional={
    "share": st.floats(min_value=0, exclude_min=True, allow_infinity=False),
    "rounds_made": st.integers(),
    "text": FREE,
    "kind": st.sampled_from(("plain", "fancy")),
    "loud": st.booleans(),
    "lambda_": st.floats(allow_nan=False, allow_infinity=False),
})  # fmt: skip


@given(VALUES, st.permutations([*attrs.fields_dict(Base)]), st.booleans())
def test_what_is_written_is_read(values, order, dashed) -> None:
    """Every value comes back to the bit, in any order, with `-` or `_`; what is not said is the
    default."""
    text = "rule"
    for name in order:
        if name in values:
            word = name.strip("_").replace("_", "-") if dashed else name
            value = values[name]
            text += f":{word}={str(value).lower() if isinstance(value, bool) else value}"

    plugin = read(text)

    assert repr(plugin) == repr(Learns(**values))


WRONG = {
    ":share=0.1:share=0.1": "share is given twice",
    ":rounds-made=1:rounds_made=1": "rounds_made is given twice",
    ":shore=1": r"has no parameter 'shore' \(did you mean 'share'\?\); its parameters are share, ",
    ":share=": "share must be a number: nothing is given",
    ":share= ": "share must be a number: nothing is given",
    ":share=nan": "'nan' is not a finite number",
    ":share=1e400": "'1e400' is too large",
    ":share=1,2": "'1,2' is not a number",
    ":share==1": "'=1' is not a number",
    ":share=1:": "'1:' is not a number",
    ":share=1:loud": "'1:loud' is not a number",
    ":share=0": "share must be a number above 0",
    ":rounds-made=1.5": "rounds_made must be a whole number",
    ":loud=yes": "loud must be true or false, got 'yes'",
    ":loud=True": "loud must be true or false, got 'True'",
    ":kind=fancier": "did you mean 'fancy'",
    ":": "is called '[a-z]+:'",
    ":share": r"is called '[a-z]+:share'.* as NAME:parameter=value",
    "::share=1": "is called '[a-z]+:'",
    ":=1": "is called '[a-z]+:=1'",
}
ARGUMENTS = {"predictor": "predict", "comparison": "compare", "modifier": "modifiers",
             "observer": "observers"}  # fmt: skip


def doors(kind, text):
    """Every call of the API that takes the name of a plugin of a kind."""
    rows = [[1.0], [2.0]], [1.0, 2.0]
    beside = {} if kind == "rule" else {ARGUMENTS[kind]: text}
    rule = text if kind == "rule" else "rule"
    yield lambda: warmer.train(*rows, rule, steps=1, registry=REGISTRY, **beside)
    yield lambda: warmer.testing.check(text, kind=kind, registry=REGISTRY)
    if kind != "observer":
        yield lambda: warmer.steps(*rows, rule, registry=REGISTRY, **beside)
        yield lambda: warmer.network(rule, registry=REGISTRY, **beside)
        yield lambda: warmer.formula(rule, registry=REGISTRY, **beside)
        yield lambda: warmer.explain(*rows, rule, registry=REGISTRY, **beside)
    if kind == "rule":
        yield lambda: warmer.rule(text, registry=REGISTRY)
        yield lambda: warmer.diagnose(rows[0], text, registry=REGISTRY)
    if kind == "comparison":
        yield lambda: warmer.check_comparison(text, registry=REGISTRY)


@pytest.mark.parametrize("kind", PLUGINS)
def test_at_every_door(kind) -> None:
    """What is wrong is refused alike at every door that takes a plugin of this kind."""
    for text, words in WRONG.items():
        for door in doors(kind, kind + text):
            with pytest.raises(warmer.UsageError, match=words):
                door()


@pytest.mark.parametrize("kind", PLUGINS)
def test_beside_each(kind) -> None:
    """A value beside the name reaches the plugin, whatever its kind."""
    assert read(f"{kind}:share=0.25", kind).share == 0.25
    runs = [
        warmer.train(
            [[1.0], [2.0]], [1.0, 2.0], text if kind == "rule" else "rule", steps=3,
            registry=REGISTRY, **({} if kind == "rule" else {ARGUMENTS[kind]: text}),
        )
        for text in (f"{kind}:share=0.5", kind, f"{kind}:share=0.25")
    ]  # fmt: skip
    told = [(run.weights.tobytes(), run.outcome) for run in runs]
    assert told[0] == told[1] != told[2]


def test_beside_and_apart() -> None:
    """A parameter is given in one place."""
    with pytest.raises(warmer.ParameterError, match="share is given twice, beside the name and"):
        warmer.rule("rule:share=0.1", share=0.2, registry=REGISTRY)


@pytest.mark.parametrize("path", ["C:\\runs\\one.csv", "C:/x", "a:80/b", "a=b", "=", ":", "ä b"])
def test_paths(path) -> None:
    """A colon begins a parameter before a name and `=` alone, so paths keep theirs."""
    plugin = read(f"observer:text={path}:share=2", "observer")
    assert (plugin.text, plugin.share) == (path, 2.0)


def test_file(tmp_path) -> None:
    """A file whose path has colons and spaces in it is named with parameters like any other."""
    folder = tmp_path / "a: b"
    folder.mkdir()
    (folder / "mine.py").write_text(
        "import attrs, warmer\n\n@attrs.frozen(eq=False)\nclass Mine:\n"
        "    share: float = warmer.param(0.1)\n\n    @warmer.hookimpl\n"
        "    def learn(self, weight):\n        return weight * self.share\n",
        encoding="utf-8",
    )
    assert read(f"{folder}/mine.py:Mine:share=0.75").share == 0.75


@pytest.mark.parametrize(
    "said, expected",
    [
        ("", [{}]),
        (":share=0.1,0.2", [{"share": 0.1}, {"share": 0.2}]),
        (":share=0.1, 0.2:rounds-made=1,2", [
            {"share": share, "rounds_made": rounds} for share in (0.1, 0.2) for rounds in (1, 2)
        ]),
        (":text=a,b", [{"text": "a,b"}]),
        (":kind=plain,fancy:loud=true,false", [
            {"kind": kind, "loud": loud} for kind in ("plain", "fancy") for loud in (True, False)
        ]),
    ],
)  # fmt: skip
def test_several_values(said, expected):
    """Several values with commas between them name a plugin for each combination of them."""
    registry = warmer.Registry(allowed=[])
    registry.register("learns", Learns)
    assert [each.values for each in find_each(f"learns{said}", "rule", registry)] == expected


@pytest.mark.parametrize(
    "said, why",
    [
        (":share=0.1,", "share must be a number: nothing is given"),
        (":share=0.1,x", "share must be a number: 'x'"),
        (":shar=0.1,0.2", "has no parameter 'shar' (did you mean 'share'?)"),
        (":share=1,2:share=3", "share is given twice"),
    ],
)
def test_several_values_that_cannot_be(said, why):
    """A value that cannot be is named, among several as alone."""
    registry = warmer.Registry(allowed=[])
    registry.register("learns", Learns)
    with pytest.raises(warmer.ParameterError, match=re.escape(why)):
        find_each(f"learns{said}", "rule", registry)
