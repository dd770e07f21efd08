"""Finished runs of a comparison in a folder: they come back, and nothing runs twice."""

import io
import json
import os

import pytest

import warmer
from warmer.comparing import compare_rules
from warmer.comparing.keeping_cells import FILE

RULES = ["alpha-scaled:alpha=0.01,0.1", "hot-and-cold:step-amount=0.05"]
SMALL = {"seeds": 2, "budget": "2e3-predictions", "batch_size": 5, "weights": "random"}


NAMED = """
    import attrs
    import warmer


    @attrs.frozen(eq=False)
    class {name}:
        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return weight - {share} * weight_delta
"""


def some(tables, count=2):
    return {name: tables[name] for name in list(tables)[:count]}


class TestKept:
    """Finished runs in a folder."""

    def test_nothing_runs_twice(self, tables, numbers, tmp_path, monkeypatch):
        """What is kept is not run again, and comes back to the bit; more rules add their own."""
        first = warmer.compare(RULES[:1], some(tables), "y", **SMALL, keep=str(tmp_path))
        told = []
        again = warmer.compare(
            RULES, some(tables), "y", **SMALL, keep=str(tmp_path), progress=told.append
        )
        assert sum(each.seconds_left is None for each in told) == 2  # known, before one is run
        lines = (tmp_path / FILE).read_text(encoding="utf-8").splitlines()
        keys = [json.loads(line)["key"] for line in lines]
        assert len(keys) == len(set(keys)) == again.total
        monkeypatch.setattr(compare_rules, "run_cell", None)
        last = warmer.compare(RULES[:1], some(tables), "y", **SMALL, keep=str(tmp_path))
        assert numbers(last) == numbers(first)

    @pytest.mark.parametrize(
        "change", [{"budget": "3e3-predictions"}, {"seeds": [3, 4]}, {"batch_size": 4},
                   {"weights": 0.0}, {"scale": "none"}, {"rules": "alpha-scaled:alpha=0.2"}],
        ids=str,
    )  # fmt: skip
    def test_another_run_is_another(self, tables, tmp_path, change):
        """A run that anything is different for is run."""
        asked = {"rules": "alpha-scaled", "data": some(tables, 1), "target": "y", **SMALL}
        warmer.compare(**asked, keep=str(tmp_path))
        warmer.compare(**{**asked, **change}, keep=str(tmp_path))
        assert len((tmp_path / FILE).read_bytes().splitlines()) == 4

    def test_another_source(self, tables, tmp_path, written):
        """A rule whose file has changed runs again."""
        code = """
            import attrs
            import warmer


            @attrs.frozen(eq=False)
            class Mine:
                @warmer.hookimpl
                def learn(self, weight, weight_delta):
                    return weight - 0.1 * weight_delta
        """
        errors = []
        for each in (code, code.replace("0.1", "0.25"), code):
            rule = written("mine.py", each) + ":Mine"
            found = warmer.compare(rule, some(tables, 1), "y", **SMALL, keep=str(tmp_path))
            errors.append([run.error for run in found.runs])
        assert errors[0] == errors[2] != errors[1]
        assert len((tmp_path / FILE).read_bytes().splitlines()) == 4

    @pytest.mark.parametrize("rest", [b'{"format": 1, "key": "ab', b"no JSON\n", b"[]\n", b"\n"])
    def test_a_line_that_is_not_whole(self, tables, numbers, tmp_path, rest):
        """What a killed process was writing is no run, and is in nobody's way."""
        asked = ["alpha-scaled", some(tables, 1), "y"]
        first = warmer.compare(*asked, **SMALL, keep=str(tmp_path))
        path = tmp_path / FILE
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(lines[0] + rest)
        again = warmer.compare(*asked, **SMALL, keep=str(tmp_path))
        assert numbers(again) == numbers(first)
        last = path.read_bytes().splitlines()[-1]
        assert json.loads(last)["key"] == json.loads(lines[1])["key"]

    @pytest.mark.parametrize(
        "key, value",
        [("error", "text"), ("steps", 1.5), ("looks", [[1]]), ("looks", 3), ("more", 1),
         ("figures", {"r2": None})],
    )  # fmt: skip
    def test_a_line_that_was_changed(self, tables, numbers, tmp_path, key, value):
        """A line that holds something else than a finished run is no run."""
        asked = ["alpha-scaled", some(tables, 1), "y"]
        first = warmer.compare(*asked, **SMALL, keep=str(tmp_path))
        path = tmp_path / FILE
        entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        entries[0]["cell"][key] = value
        path.write_text("".join(json.dumps(each) + "\n" for each in entries), encoding="utf-8")
        again = warmer.compare(*asked, **SMALL, keep=str(tmp_path))
        assert numbers(again) == numbers(first)

    @pytest.mark.parametrize("factor", [2.0, 0.5])
    def test_other_units_are_other_rows(self, tables, numbers, tmp_path, factor):
        """Rows in other units may be the same numbers, but a start in their units is another."""
        rows = [[value] for value in (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)]
        told = {"seeds": 2, "budget": "1-steps", "weights": 3.0}
        first, other = (
            warmer.read_table(io.StringIO("x,y\n" + "".join(f"{x * f},{x * x}\n" for (x,) in rows)))
            for f in (1.0, factor)
        )
        warmer.compare("raw-gradient", {"t": first}, "y", **told, keep=str(tmp_path))
        kept = warmer.compare("raw-gradient", {"t": other}, "y", **told, keep=str(tmp_path))
        assert numbers(kept) == numbers(warmer.compare("raw-gradient", {"t": other}, "y", **told))

    @pytest.mark.sampled(
        2,
        jobs=[1, 2],
        change=[
            ({"share": 0.2}, "was changed while it was compared"),
            ({"name": "Yours"}, "there is no class 'Mine'"),
            ({"share": ""}, "SyntaxError"),
        ],
    )
    def test_a_plugin_changed_meanwhile(self, tables, numbers, written, tmp_path, jobs, change):
        """Runs of another code than the comparison began with have failed, and are not kept."""
        other, why = change
        usual = {"name": "Mine", "share": 0.1}
        code = NAMED.format(**usual)
        path = written("mine.py", code)
        rule = path + ":Mine"

        def changed(_progress):
            os.replace(written("other.py", NAMED.format(**{**usual, **other})), path)

        asked = [[rule], some(tables, 1), "y"]
        told = {**SMALL, "seeds": 12, "keep": str(tmp_path / "kept")}
        found = warmer.compare(*asked, **told, progress=changed, jobs=jobs)
        assert {each.status for each in found.runs} == {"budget", "failed"}
        assert why in found.notes[0] or "was changed" in found.notes[0]  # while it was read
        written("mine.py", code)
        again = warmer.compare(*asked, **told)
        assert numbers(again) == numbers(warmer.compare(*asked, **{**told, "keep": None}))

    def test_two_at_once(self, tables, tmp_path):
        """Two comparisons never write into one folder at the same time."""

        def meanwhile(_progress):
            with pytest.raises(warmer.UsageError, match="another run is writing"):
                warmer.compare("alpha-scaled", some(tables, 1), "y", keep=str(tmp_path))

        warmer.compare(
            "alpha-scaled", some(tables, 1), "y", **SMALL, keep=str(tmp_path), progress=meanwhile
        )
