"""What a page shows, in a browser: of a table, of a step, at every size."""

import pytest

import warmer
from tests.playing.pages import column, play, play_table

pytestmark = pytest.mark.port("browser")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 768, 1600])
def test_sizes_and_themes(open_page, table, width, dark):
    """At every size nothing stands outside of the page; its colours follow the reader's theme."""
    long = play_table(table, names=["of a long_winded_name", '<b>of "another"</b>, no shorter'])
    for made in (play(against="hot-and-cold"), long, play(modifiers=["schedule"])):
        page = open_page(made, "step=9")
        page.look(width, 900, dark)
        assert page.run("return document.documentElement.scrollWidth") <= width
        paper = page.run("return getComputedStyle(document.body).backgroundColor")
        assert paper == ("rgb(22, 24, 29)" if dark else "rgb(255, 255, 255)")
        sliders = "return [...document.querySelectorAll('[type=range]')].map((e) => e.clientWidth)"
        assert min(page.run(sliders)) > 60
    page.look(1200, 900)


@pytest.mark.parametrize("batch", [36, 10])
def test_table(open_page, table, batch):
    """On a table the weights walk as in `warmer.train`, in batches as well."""
    page = open_page(play_table(table), f"step=20&batch={batch}")

    run = warmer.train(
        table.inputs, table.targets[:, 0], "alpha-scaled", steps=20, batch_size=batch
    )
    assert page.rows()[0][1:3] == run.weights.tolist()
    assert column(page.rows(), 3)[:20] == run.history.error.tolist()


def test_full_batch(open_page, table):
    """A full batch is called all, by whatever it is chosen; another number is a number of rows."""
    page = open_page(play_table(table), "step=3")
    look = "const f = document.querySelector('#batch + input'); return [f.value, f.placeholder]"
    said = "return document.querySelector('#batch').ariaValueText"
    full = page.rows()

    assert (page.run(look), page.run(said)) == (["", "all"], "all")
    page.put("#batch", 0)
    assert (page.run(look), page.run(said)) == (["1", "all"], "1")
    for field, value in (("#batch", 1000), ("#batch + input", ""), ("#batch + input", 36)):
        page.put("#batch + input", 9)
        assert page.rows() != full
        page.put(field, value)
        assert page.rows() == full
        assert page.run(said) == "all"


@pytest.mark.parametrize("alpha", [0.1, 1e-9])
@pytest.mark.parametrize("step", [0, 1, 20])
def test_ticks(open_page, table, step, alpha):
    """No two ticks of an axis say the same: before the first step, and where little changes."""
    page = open_page(play_table(table, alpha=alpha), f"step={step}&view=one")
    ticks = page.run(
        "const told = (svg, of) => [...svg.querySelectorAll(`g g text.${of}`)].map((each) =>"
        " each.textContent); return [...document.querySelectorAll('.walk, .descent')].flatMap("
        "(svg) => [told(svg, 'end'), told(svg, 'middle')])"
    )
    assert len(ticks) == 4
    for axis in ticks:
        assert len(axis) >= 2
        assert len({*axis}) == len(axis)
    if step == 0:
        assert ticks[2][0] == "0"  # the learning curve begins at no error


def test_views_of_a_table(open_page, table):
    """Two weights are a contour whose handle moves both, one weight a curve, all of them bars."""
    from selenium.webdriver.common.keys import Keys

    page = open_page(play_table(table), "step=4")
    assert page.run("return document.querySelectorAll('.ring-line').length") > 5
    page.run("document.querySelector('.handle').focus()")
    page.press(Keys.ARROW_UP)
    page.press(Keys.ARROW_RIGHT)
    ((_, x, bias, *_),) = page.rows()
    run = warmer.train(table.inputs, table.targets[:, 0], "alpha-scaled", steps=4)
    assert [x, bias] > run.weights.tolist()

    page = open_page(play_table(table), "step=4&view=all")
    bars = "return document.querySelectorAll('.walk rect').length"
    assert page.run(bars) == 2
    page = open_page(play_table(table), "step=4&view=one&x=1")
    assert page.text("figcaption") == "error over bias"
    assert page.rows()[0][1] == run.weights[1]


def test_numbers_of_a_step(open_page):
    """The next step is written out with its numbers, of the side of a branch that is taken."""
    page = open_page(play(), "step=1")
    said = " ".join(page.text("dl").split())
    assert "weight = weight - alpha * weight_delta = 0.76 - 0.1 * 1.44 = 0.616" in said
    assert "delta = prediction - target = 1.52 - 0.8 = 0.72" in said

    page = open_page(play("hot-and-cold"))
    said = " ".join(page.text("dl").split())
    assert "else weight = 1 - 0.001 = 0.999" in said
