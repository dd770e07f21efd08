"""The pictures of a comparison are its numbers."""

import re

import numpy as np
import pytest

import warmer
from warmer.comparing.report_panels import error_over_cost, profile

RULES = ["alpha-scaled:alpha=0.02,0.1,50"]


@pytest.fixture(scope="module")
def found(tables):
    """Three rules, one of which diverges."""
    return warmer.compare(RULES, tables, "y", seeds=3, budget="2e3-predictions")


def test_lines_are_medians(found):
    """The line of a rule is the median of its runs where they were looked at."""
    (panel,) = error_over_cost(found, "t2").panels
    for series in [each for each in panel.series if not each.style.area]:
        rule = series.name.partition(" (")[0]
        runs = [e for e in found.runs if (e.cell.rule, e.cell.data) == (rule, "t2")]
        if rule.endswith("=50"):
            assert series.name.endswith("(3 of 3 lost)")
            continue
        assert series.x.tolist() == [look[1] for look in runs[0].looks[1:]]
        errors = np.median([[look[3] for look in each.looks[1:]] for each in runs], axis=0)
        assert series.y.tolist() == errors.tolist()
        assert series.y[-1] == np.median([each.error for each in runs])


def test_bands_hold_their_lines(found):
    """The band of a rule goes from one quartile to the other, and its line lies within."""
    (panel,) = error_over_cost(found, "t2").panels
    pairs = list(zip(panel.series, panel.series[1:], strict=False))
    bands = [(band, line) for band, line in pairs if band.style.area]
    assert len(bands) >= 2
    for band, line in bands:
        half = len(band.x) // 2
        lower, upper = band.y[:half], band.y[half:][::-1]
        middle = line.y[: len(lower)]
        assert (lower <= middle).all()
        assert (middle <= upper).all()


def test_what_diverges_leaves_room_for_the_others(found):
    """A rule whose errors explode does not make the lines of the others flat."""
    (panel,) = error_over_cost(found, "t2").panels
    others = [s.y for s in panel.series if not s.style.area and "lost" not in s.name]
    top, seen = panel.y.limits[1], np.nanmax(np.concatenate(others))
    assert top < 20 * seen


def test_the_profile(found):
    """Each line of the profile says on what share of the tables a rule was near at that cost."""
    (panel,) = profile(found).panels
    assert [series.name for series in panel.series] == [*found.rules]
    for series in panel.series:
        cost = {
            name: {each.rule: each.cost for each in standings}
            for name, standings in found.ranking.by_data.items()
        }
        ratios = np.array([own[series.name] / min(own.values()) for own in cost.values()])
        assert series.y[-1] == np.mean(np.isfinite(ratios))
        assert series.y[0] == np.mean(ratios <= 1)
        assert (np.diff(series.y) >= 0).all()


def test_no_profile_of_few_tables(tables):
    """Fewer than four tables have no profile."""
    few = {name: tables[name] for name in list(tables)[:3]}
    assert profile(warmer.compare("alpha-scaled", few, "y", seeds=1, budget="20-steps")) is None


def test_bands_are_tinted(found):
    """An area is a closed path without a line, in SVG and on axes."""
    picture = error_over_cost(found, "t2")
    areas = re.findall(r'<path d="(M[^"]*)" fill="#\w+" fill-opacity="0.15"/>', picture.svg())
    assert len(areas) >= 2
    assert all(each.endswith("z") and each.count("M") == 1 for each in areas)
    filled = []

    class Axes:
        def fill(self, x, y, **_look):
            filled.append(len(x))

        def __getattr__(self, name):
            return lambda *_args, **_more: None

    picture.draw(Axes())
    assert len(filled) == len(areas)


def test_names_are_text(tables):
    """Whatever a table is called, the report shows it as text."""
    found = warmer.compare(
        "alpha-scaled", {"<b>&\x1b[0m": tables["t1"]}, "y", seeds=1, budget="20-steps"
    )
    page = found.report()
    assert "<h2>&lt;b&gt;&amp;\\x1b[0m</h2>" in page
    assert "<b>" not in page
