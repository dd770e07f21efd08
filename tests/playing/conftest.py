"""What the tests of pages share: a browser, pages that are opened in it, and a table."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import warmer

OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking "
    "--disable-component-update --disable-sync --no-first-run"
).split()


class Opened:
    """A page in the browser."""

    def __init__(self, driver: Any):
        self.driver = driver

    def run(self, script: str, *values: Any) -> Any:
        """Run a script in the page; answers what it returns, once the page is drawn."""
        drawn = "const done = arguments[arguments.length - 1]; const given = [...arguments];"
        then = "requestAnimationFrame(() => requestAnimationFrame(() => done(value)));"
        wrapped = f"{drawn} const value = (() => {{ {script} }})(); {then}"
        return self.driver.execute_async_script(wrapped, *values)

    def text(self, selector: str) -> str:
        """The text of an element."""
        return str(self.run("return document.querySelector(given[0]).textContent", selector))

    def click(self, selector: str) -> None:
        """Click as a mouse does."""
        self.driver.find_element("css selector", selector).click()
        self.run("")

    def press(self, *keys: str) -> None:
        """Press keys, in what has the focus."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()
        self.run("")

    def put(self, selector: str, value: object) -> None:
        """Type a number into a field, or move a slider."""
        self.run(
            "const field = document.querySelector(given[0]); field.value = given[1];"
            "field.dispatchEvent(new Event('input')); ",
            selector,
            str(value),
        )

    def rows(self, side: int = 0) -> list[list[float | None]]:
        """The table of steps, the last first, to the last bit."""
        found = self.run(
            "return [...document.querySelectorAll('article')[given[0]].querySelectorAll('tr')]"
            ".slice(1).map((row) => [...row.cells].map((cell) => cell.title))",
            side,
        )
        return [[_number(cell) for cell in row] for row in found]

    def look(self, width: int, height: int, dark: bool = False) -> None:
        """See it at a size, in the dark or the light."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.run("")

    def complaints(self) -> list[str]:
        """What the browser says of the page since it was asked last."""
        return [entry["message"] for entry in self.driver.get_log("browser")]


def _number(text: str) -> float | None:
    return None if text == "undefined" else float(text.replace("Infinity", "inf"))


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A headless Chromium with a profile of its own."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for option in (*OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.binary_location = _found("chromium")
    service = webdriver.ChromeService(_found("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    try:
        yield driver
    finally:
        driver.quit()


def _found(name: str) -> str:
    path = shutil.which(name)
    assert path, f"there is no {name}: apt-get install chromium chromium-driver"
    return path


@pytest.fixture
def open_page(driver: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open a page (or a text of HTML) as a file; in the end the browser has nothing to complain."""
    opened = Opened(driver)

    def open_(page: Any, address: str = "") -> Opened:
        path = tmp_path / "page.html"
        path.write_text(getattr(page, "html", page), encoding="utf-8")
        driver.get("about:blank")
        driver.get(f"{path.as_uri()}#{address}")
        opened.run("")
        return opened

    yield open_
    assert opened.complaints() == []


@pytest.fixture
def table() -> warmer.Prepared:
    """A table of one input, with its bias."""
    return warmer.prepare(warmer.data("norris"), ["y"])
