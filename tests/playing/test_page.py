"""Pages as people use them, in a browser."""

import attrs
import numpy as np
import pytest

import warmer

pytestmark = pytest.mark.port("browser")

TASK = {"weights": 1.0, "steps": 20}


def play(rule="alpha-scaled", **options):
    return warmer.play([2.0], [0.8], rule, **{**TASK, **options})


def train(rule="alpha-scaled", **options):
    return warmer.train([2.0], [0.8], rule, **{**TASK, "history": 1, **options})


@pytest.fixture
def table():
    return warmer.prepare(warmer.data("norris"), ["y"])


def play_table(table, rule="alpha-scaled", **options):
    told = {"names": ["x", "bias"], "steps": 20, **options}
    return warmer.play(table.inputs, table.targets[:, 0], rule, **told)


def column(rows, number):
    """A column of the table of steps, from the first step on."""
    return [row[number] for row in reversed(rows)]


def steps_equal(rows, run):
    """Whether the rows are the steps of a run of one weight, to the bit."""
    taken = len(rows) - 1
    history = run.history
    columns = history.weights[:, 0], history.error, history.prediction, history.delta
    expected = [*columns, history.weight_deltas[:, 0]]
    return all(
        column(rows, at)[:taken] == values[:taken].tolist()
        for at, values in enumerate(expected, start=1)
    )


def test_steps(open_page):
    """Each click on Step takes the next step of `warmer.train`, to the bit; Back takes one back."""
    page = open_page(play())
    assert len(page.rows()) == 1

    for _ in range(3):
        page.click("#forth")

    assert len(page.rows()) == 4
    assert steps_equal(page.rows(), train())
    assert page.text("#where").startswith("step 3 of 20 · error 0.067185")
    page.click("#back")
    assert len(page.rows()) == 3
    page.click("#reset")
    assert len(page.rows()) == 1


def test_run(open_page):
    """Run walks to the end, where the weight is the final one."""
    page = open_page(play(steps=8))

    page.click("#run")
    assert page.text("#run") == "Pause"
    page.driver.set_script_timeout(60)
    page.driver.execute_async_script(
        "const done = arguments[0]; const look = () => document.getElementById('at').value === '8'"
        " ? done() : setTimeout(look, 50); look();"
    )

    run = train(steps=8)
    assert page.rows()[0][1] == run.weights[0]
    assert page.rows()[0][2] == run.error
    assert steps_equal(page.rows(), run)


@pytest.mark.parametrize("rule", ["alpha-scaled", "hot-and-cold", "raw-gradient"])
def test_far(open_page, rule):
    """A page opens where its address says, after 1,000 steps with the bits of Python's."""
    page = open_page(play(rule, steps=1000), "step=1000&input=0.5")

    run = warmer.train([0.5], [0.8], rule, weights=1.0, steps=1000)
    assert page.rows()[0][1] == run.weights[0]


def test_sliders(open_page):
    """What is typed or slid takes its place in the formula at once, for all steps so far."""
    page = open_page(play(), "step=20")

    page.put("[id='rule.alpha'] + input", 0.4)
    assert steps_equal(page.rows(), train(alpha=0.4))
    page.put("#start + input", -0.25)
    assert steps_equal(page.rows(), train(alpha=0.4, weights=-0.25))
    page.put("#goal + input", 1.5)
    run = warmer.train([2.0], [1.5], "alpha-scaled", alpha=0.4, weights=-0.25, steps=20, history=1)
    assert steps_equal(page.rows(), run)
    page.put("[id='rule.alpha']", 0)
    alpha = float(page.run("return document.querySelector(\"[id='rule.alpha'] + input\").value"))
    assert 0 < alpha < 0.001


def test_what_is_not_admitted(open_page):
    """A number outside of the bounds is marked, and nothing else happens."""
    page = open_page(play(), "step=5")
    before = page.rows()

    page.put("[id='rule.alpha'] + input", -1)

    assert page.rows() == before
    invalid = "return document.querySelector(\"[id='rule.alpha'] + input\").ariaInvalid"
    assert page.run(invalid) == "true"


def test_address(open_page):
    """The address holds what was set, and a page that is opened with it shows the same."""
    page = open_page(play())
    page.put("[id='rule.alpha'] + input", 0.3)
    page.put("#input + input", 1.5)
    page.put("#at", 7)
    rows = page.rows()
    page.driver.execute_async_script("setTimeout(arguments[0], 400)")
    address = page.run("return location.hash.slice(1)")
    assert address == "step=7&input=1.5&rule.alpha=0.3"

    assert open_page(play(), address).rows() == rows
    page.run("location.hash = 'step=2'")
    assert len(page.rows()) == 3


@pytest.mark.parametrize(
    "address",
    ["step=-1&rule.alpha=x&steps=0&view=none&batch=3&nothing", "step=1e9", "step=1.5&start="],
)
def test_strange_addresses(open_page, address):
    """What an address says that cannot be is passed over."""
    assert len(open_page(play(), address).rows()) == 1


def test_drag(open_page):
    """The weight follows the mouse, and the run begins where it was let go."""
    from selenium.webdriver.common.action_chains import ActionChains

    page = open_page(play(), "step=3")
    handle = page.driver.find_element("css selector", ".handle")
    before = page.rows()[0][1]

    ActionChains(page.driver).drag_and_drop_by_offset(handle, 90, 0).perform()
    page.run("")

    ((taken, weight, *_),) = page.rows()
    assert taken == 0
    assert weight > before + 0.05
    page.click("#forth")
    assert steps_equal(page.rows(), train(weights=weight))


def test_keyboard_alone(open_page):
    """All that can be done is done from the keyboard, in the order of the page."""
    from selenium.webdriver.common.keys import Keys

    page = open_page(play())
    page.press(Keys.TAB)  # Back and Reset cannot be pressed at the start
    assert page.run("return document.activeElement.id") == "forth"
    page.press(Keys.ENTER)
    page.press(Keys.SPACE)
    assert len(page.rows()) == 3
    reached = []
    for _ in range(40):
        page.press(Keys.TAB)
        element = page.driver.switch_to.active_element
        if element.tag_name == "body":
            break
        reached.append(element.accessible_name)
        if element.get_attribute("class") == "handle":
            start = page.rows()[0][1]
            page.press(Keys.ARROW_LEFT)
            assert len(page.rows()) == 1
            assert page.rows()[0][1] < start
            assert page.run("return document.activeElement.ariaValueText").startswith("0.")
    assert reached[:4] == ["Run", "Reset", "steps taken", "input"]
    assert {"alpha", "alpha, as a number", "weight", "table of steps"} <= {*reached}
    assert all(reached)


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


def test_against(open_page):
    """Two rules walk side by side, each as it would alone."""
    page = open_page(play(against="hot-and-cold:step_amount=0.02"), "step=20")

    assert steps_equal(page.rows(0), train())
    other = train("hot-and-cold:step_amount=0.02")
    assert column(page.rows(1), 1) == [*other.history.weights[:, 0], other.weights[0]]
    page.put("[id='against.step_amount'] + input", 0.05)
    assert steps_equal(page.rows(0), train())
    assert page.rows(1)[0][1] == train("hot-and-cold", step_amount=0.05).weights[0]


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
