"""Pictures on the axes of another library are those of the SVG."""

import numpy as np
import pytest

import warmer
from tests.pictures.runs import RUNS, train


class Recorder:
    """Axes that take note of what is asked of them."""

    def __init__(self):
        self.lines, self.calls = [], {}

    def plot(self, x, y, **look):
        self.lines.append((x, y, look))

    def __getattr__(self, name):
        return lambda *given, **more: self.calls.setdefault(name, given)


@pytest.mark.parametrize("name", ["diverged", "rows one by one", "one step", "no step at all"])
def test_axes_get_the_same(name):
    """On axes the same numbers are drawn as in the SVG, with the same scales."""
    run, axes = RUNS[name], [Recorder(), Recorder()]
    panels = run.plot(ax=axes).panels

    for ax, panel in zip(axes, panels, strict=True):
        assert len(ax.lines) == len(panel.series)
        for (x, y, look), series in zip(ax.lines, panel.series, strict=True):
            assert np.array_equal(x, series.x, equal_nan=True)
            assert np.array_equal(y, series.y, equal_nan=True)
            assert bool(look["marker"]) == bool(series.style.marker)
        assert ("set_yscale" in ax.calls) == panel.y.log
        assert ax.calls["set_xlim"] == panel.x.limits
        assert all(map(np.isfinite, ax.calls["set_ylim"]))


def test_one_axes():
    """A single one gets the error over steps, or what was asked for; others have to be as many."""
    ax = Recorder()
    train().plot(ax=ax)
    assert ax.calls["set_xlabel"] == ("steps taken",)
    ax = Recorder()
    train().plot(ax=ax, of="walk")
    assert ax.calls["set_xlabel"] == ("weight",)
    with pytest.raises(warmer.UsageError, match="2 panels .* got 3"):
        train().plot(ax=[Recorder()] * 3)
