"""Pages as people use them, in a browser."""

import pytest

import warmer
from tests.playing.pages import play, steps_equal, train

pytestmark = pytest.mark.port("browser")


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
