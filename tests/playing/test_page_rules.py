"""Pages of rules of every kind, in a browser: two at once, modified, or without a formula."""

import attrs
import numpy as np
import pytest

import warmer
from tests.playing.pages import column, play, play_table, steps_equal, train

pytestmark = pytest.mark.port("browser")


def test_against(open_page):
    """Two rules walk side by side, each as it would alone."""
    page = open_page(play(against="hot-and-cold:step_amount=0.02"), "step=20")

    assert steps_equal(page.rows(0), train())
    other = train("hot-and-cold:step_amount=0.02")
    assert column(page.rows(1), 1) == [*other.history.weights[:, 0], other.weights[0]]
    page.put("[id='against.step_amount'] + input", 0.05)
    assert steps_equal(page.rows(0), train())
    assert page.rows(1)[0][1] == train("hot-and-cold", step_amount=0.05).weights[0]


def test_modifiers(open_page):
    """Modifiers stand between compare and learn, with sliders of their own."""
    page = open_page(play(modifiers=["clip:most=0.5", "decoupled-decay"]), "step=20")

    run = train(modifiers=["clip:most=0.5", "decoupled-decay"])
    assert page.rows()[0][1] == run.weights[0]
    page = open_page(play(modifiers=["clip:most=0.5"]), "step=1")
    assert "min(max(2.2, -0.5), 0.5)" in page.text("dl")
    page.put("[id='rule.most'] + input", 0.25)
    assert page.rows()[0][1] == train(modifiers=["clip:most=0.25"], steps=1).weights[0]


def test_whole_numbers(open_page):
    """A whole number that a formula can have as a symbol is turned as well, by whole numbers."""
    page = open_page(play(modifiers=["schedule:kind=inverse", "average"]), "step=20&rule.start=1.5")

    page.put("[id='rule.warm_up'] + input", 5)
    page.put("[id='rule.start']", 150)
    run = train(modifiers=["schedule:kind=inverse:warm_up=5", "average:start=3"])
    assert page.rows()[0][1] == run.weights[0]
    page.put("[id='rule.warm_up'] + input", 2.5)
    assert page.rows()[0][1] == run.weights[0]


def test_recorded(open_page, table):
    """A rule without a formula walks as Python recorded it; nothing of it can be turned."""

    @attrs.frozen(eq=False)
    class Solved:
        """Jump to the bottom."""

        @warmer.hookimpl
        def learn(self, weights, inputs, deltas):
            return weights - 0.5 * np.linalg.lstsq(inputs, deltas, rcond=None)[0]

    page = open_page(play_table(table, Solved), "step=20")
    run = warmer.train(table.inputs, table.targets[:, 0], Solved, steps=20)

    assert page.rows()[0][1:3] == run.weights.tolist()
    assert column(page.rows(), 3) == [*run.history.error.tolist(), run.error]
    assert page.run("return document.querySelectorAll('.slider').length") == 0
    assert "asks for all weights at once" in page.text("article")
    page.click("#back")
    assert len(page.rows()) == 20


@pytest.mark.parametrize("view", ["one", "two", "all"])
def test_nothing_but_a_record(open_page, table, view):
    """Where nothing has a formula there is still the walk, in every view, beside another."""

    @attrs.frozen(eq=False)
    class Opaque:
        """Do it all with arrays."""

        @warmer.hookimpl
        def predict(self, weights, inputs):
            return float(np.dot(weights, inputs))

        @warmer.hookimpl
        def learn(self, weights, inputs, deltas):
            return weights - 0.1 * (inputs * deltas[:, np.newaxis]).mean(axis=0)

    page = open_page(play_table(table, Opaque, against="alpha-scaled"), f"step=20&view={view}")

    run = warmer.train(table.inputs, table.targets[:, 0], Opaque, steps=20)
    assert page.rows(0)[0][1] == run.weights[0]
    assert page.rows(1)[0][1] == pytest.approx(run.weights[0])
    assert page.run("return document.querySelectorAll('.walk')[0].textContent.length") > 5


def test_the_end_of_the_floats(open_page):
    """A run that diverges ends before the step that Python would not take, and says why."""
    page = open_page(play("raw-gradient", steps=2000), "step=2000&input=4")

    run = warmer.train([4.0], [0.8], "raw-gradient", weights=1.0, steps=2000)
    assert run.outcome.status == "diverged"
    assert page.rows()[0][0] == run.outcome.steps
    assert f"the error is Infinity at step {run.outcome.steps + 1}" in page.text("#where")
    assert page.rows()[0][1] == run.weights[0]


def test_no_step(open_page):
    """A page whose error is beyond the floats from the start says so, and draws what there is."""
    page = open_page(warmer.play([1e308], [0.8], "alpha-scaled", weights=1))

    assert "error Infinity · alpha-scaled: the error is Infinity at step 1" in page.text("#where")
    page.put("#input + input", 1)
    assert page.text("#where").startswith("step 0 of 100 · error 0.04")
