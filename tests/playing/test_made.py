"""Pages as files: how large they are, what they admit, and what is refused."""

import json
import re
import runpy
import sys
from itertools import product
from pathlib import Path

import attrs
import numpy as np
import pytest

import warmer
from warmer.playing.sliding import slider_of
from warmer.playing.squeezing import squeezed

DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.S)
SHIPPED = {
    kind: [plugin.name for plugin in warmer.Registry(allowed=[]).plugins(kind)]
    for kind in ("rule", "predictor", "comparison", "modifier")
}


def data_of(page):
    return json.loads(DATA.search(page.html)[1])


BESIDE = [
    *({"predict": p, "compare": c}
      for p, c in product(SHIPPED["predictor"], SHIPPED["comparison"])),
    *({"modifiers": [each], **more}
      for each in SHIPPED["modifier"]
      for more in ({}, *({"against": other} for other in SHIPPED["rule"]))),
]  # fmt: skip


@pytest.mark.sampled(3, rule=SHIPPED["rule"], beside=BESIDE)
def test_size(rule, beside):
    """A page has at most 30 kB beside the data, whatever that ships stands beside the rule, and
    with a second rule."""
    try:
        page = warmer.play([2.0], [0.8], rule, **beside)
    except warmer.ContractError:  # a modifier adjusts what this rule does not ask for
        return
    assert len(DATA.sub("", page.html).encode()) <= 30_000


def test_rows_cost_what_they_are():
    """More rows make the data longer and nothing else."""
    few, many = (
        warmer.play(np.ones((rows, 2)), np.ones(rows), "alpha-scaled") for rows in (2, 500)
    )
    assert DATA.sub("", few.html) == DATA.sub("", many.html)


def test_policy():
    """The page may run its own script and use its own style, and fetch nothing."""
    html = warmer.play([2.0], [0.8], "alpha-scaled").html
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"https?:|src=|href=|@import|url\(|eval|new Function| on\w+=\"", html)


@attrs.frozen(eq=False)
class Hostile:
    """</script><script>alert(1)</script> <!-- ` ${alert(2)} \\"""  # fmt: skip

    new: float = warmer.param(0.1, above=0, help="</script><b> ` ${alert(3)}")

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - self.new * weight_delta


def test_hostile_words():
    """Whatever a plugin or a table is called, it stays a text."""
    names = ["</script>", "a`${b}"]
    page = warmer.play(np.ones((3, 2)), np.ones(3), Hostile, names=names)
    assert page.html.count("</script>") == 2
    assert page.html.count("<script") == 2
    found = data_of(page)
    assert found["task"]["names"] == names
    (side,) = found["sides"]
    assert side["about"].startswith("</script><script>alert(1)")
    assert side["parameters"][0]["help"] == "</script><b> ` ${alert(3)}"


def test_numbers_come_back():
    """Inputs, targets and weights in a page are those that were given, to the bit."""
    chance = np.random.default_rng(1)
    inputs, targets, weights = (
        chance.normal(size=(9, 3)),
        chance.normal(size=9),
        chance.normal(size=3),
    )
    task = data_of(warmer.play(inputs, targets, "alpha-scaled", weights=weights))["task"]
    assert task["inputs"] == inputs.tolist()
    assert task["targets"] == targets.tolist()
    assert task["weights"] == weights.tolist()


def test_recorded():
    """A rule without a formula brings its run: every step of `warmer.train`, and its end."""

    @attrs.frozen(eq=False)
    class Solve:
        @warmer.hookimpl
        def learn(self, weights, weight_deltas):
            return weights - 0.1 * weight_deltas

    (side,) = data_of(warmer.play([2.0], [0.8], Solve, weights=1.0, steps=5))["sides"]
    run = warmer.train([2.0], [0.8], Solve, weights=1.0, steps=5)
    recorded = side["recorded"]
    assert [each["error"] for each in recorded["steps"]] == run.history.error.tolist()
    assert [each["weights"] for each in recorded["at"]] == [
        *run.history.weights.tolist(), run.weights.tolist()
    ]  # fmt: skip
    assert recorded["end"] == run.error
    assert recorded["why"] == "learn of Solve asks for all weights at once"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"steps": 0}, "steps must be a whole number at least 1 and at most 100000, got 0"),
        ({"against": "hot-and-cool"}, "no rule is called 'hot-and-cool'"),
        ({"targets": [[1.0, 2.0]]}, "a page shows one target, and there are 2"),
        ({"inputs": np.ones((20_001, 5)), "targets": np.ones(20_001)}, "at most 100,000 numbers"),
        ({"batch_size": 2}, "batch_size must be at most the 1 rows, got 2"),
    ],
)
def test_refused(options, said):
    """What no page can show is refused in one line."""
    asked = {"inputs": [2.0], "targets": [0.8], "rule": "alpha-scaled", **options}
    with pytest.raises(warmer.UsageError, match=re.escape(said)):
        warmer.play(**asked)


def test_unequal_sides():
    """Side by side, two rules start from the same weights, so they have as many."""

    @attrs.frozen(eq=False)
    class Own:
        def weight_count(self, inputs):
            return inputs + 1

        @warmer.hookimpl
        def predict(self, weights, inputs):
            return warmer.dot(weights[1:], inputs) + weights[0]

        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return weight - 0.1 * weight_delta

    with pytest.raises(warmer.UsageError, match="alpha-scaled has 1 weights and Own 2"):
        warmer.play([2.0], [0.8], "alpha-scaled", against=Own)


@pytest.mark.parametrize("path", ["page.txt", "", None])
def test_saved_as(path, tmp_path):
    """A page is a file that ends in .html, whole or as it was."""
    page = warmer.play([2.0], [0.8], "alpha-scaled")
    page.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page.html
    with pytest.raises(warmer.UsageError, match=r"path of a page must end in \.html"):
        page.save(path)
    with pytest.raises(warmer.WarmerError, match="No such file or directory"):
        page.save(tmp_path / "nowhere" / "page.html")
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize("kind", SHIPPED)
def test_sliders(kind):
    """The ends of every slider are values that the parameter admits, with its own between them."""
    for name in SHIPPED[kind]:
        cls = warmer.Registry(allowed=[]).plugins(kind)
        plugin = next(each for each in cls if each.name == name).load()
        from warmer.contract.parameters import parameters_of

        for parameter in parameters_of(plugin).values():
            if parameter.type is float:
                slider = slider_of(parameter, parameter.default)
                assert parameter.bounds.admit(slider["low"]), (name, parameter.name)
                assert parameter.bounds.admit(slider["high"]), (name, parameter.name)
                assert slider["low"] <= parameter.default <= slider["high"]


def test_squeezed():
    """Texts stay as they are, templates within templates too, and so do properties' names."""
    script = """
    // said
    const total = "const  x = 1; // no", other = `a  ${ total ? `b  ${ [total].length }` : "" } }`;
    const kept = { total: 1, length };
    const sum = (first, { kept }) => { return first + +kept - -first; };
    const all = [...other, kept ? sum : other, { other: sum.other }];
    """
    assert squeezed(script) == (
        'let b="const  x = 1; // no",a=`a ${b?`b ${[b].length}`:""} }`,'
        "kept={total:1,length},d=(c,{kept})=>{return c+ +kept- -c},"
        "e=[...a,kept?d:a,{other:d.other}];"
    )


def test_gallery(tmp_path, monkeypatch):
    """One command writes a page for every rule that ships, and an index that leads to all pages."""
    gallery = Path(__file__).parents[2] / "docs" / "gallery.py"
    monkeypatch.setattr(sys, "argv", [str(gallery), str(tmp_path / "pages")])
    runpy.run_path(str(gallery), run_name="__main__")

    found = {each.name for each in (tmp_path / "pages").iterdir()}
    assert {f"{rule}.html" for rule in SHIPPED["rule"]} < found
    index = (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")
    assert {*re.findall('href="([^"]*)"', index), "index.html"} == found
