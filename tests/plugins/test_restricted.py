"""A restricted registry: no name that a program passes on runs a file."""

import json
from typing import Any

import pytest

import warmer
from warmer.cli import run

FILE = """
print("the file was run")
import attrs, warmer

@attrs.frozen(eq=False)
class Learns:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta / 10

@attrs.frozen(eq=False)
class Predicts:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return warmer.dot(weights, inputs) + 1.0

@attrs.frozen(eq=False)
class Compares:
    @warmer.hookimpl
    def compare(self, prediction, target):
        delta = prediction - target
        return warmer.Comparison(delta * delta, delta)

@attrs.frozen(eq=False)
class Changes:
    @warmer.hookimpl(wrapper=True)
    def learn(self):
        return (yield)

class Watches:
    @warmer.hookimpl
    def run_ended(self):
        pass
"""
ROLES: dict[str, dict[str, Any]] = {
    "Learns": {"rule": "mine.py:Learns"},
    "Predicts": {"rule": "raw-gradient", "predict": "mine.py:Predicts"},
    "Compares": {"rule": "raw-gradient", "compare": "./mine.py:Compares"},
    "Changes": {"rule": "raw-gradient", "modifiers": ["mine.py:Changes"]},
    "Watches": {"rule": "raw-gradient", "observers": ["mine.py:Watches"]},
}


@pytest.fixture(autouse=True)
def _place(tmp_path, monkeypatch) -> None:
    (tmp_path / "mine.py").write_text(FILE, encoding="utf-8")
    (tmp_path / "t.csv").write_text("x,y\n1,2\n3,4\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def doors(role: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Every way in for a reference."""
    data, rule, rest = ([1.0], [1.0]), role["rule"], {**role, **more}
    del rest["rule"]
    found = {"train": lambda: warmer.train(*data, rule, steps=1, **rest)}
    if "observers" not in role:
        found |= {
            "steps": lambda: list(warmer.steps(*data, rule, steps=1, **rest)),
            "explain": lambda: warmer.explain(*data, rule, **rest),
            "diagnose": lambda: warmer.diagnose(data[0], rule, **rest),
            "formula": lambda: warmer.formula(rule, **rest),
        }
    if "compare" in role:
        found["check"] = lambda: warmer.check_comparison(role["compare"], **more)
    return found


@pytest.mark.parametrize("role", ROLES.values(), ids=ROLES)
@pytest.mark.parametrize("setting", ["", "other", None])
def test_files_are_refused(monkeypatch, capsys, role, setting) -> None:
    """Where WARMER_PLUGINS or `allowed` says what may be named, every door refuses a file, and
    says why; nothing of it is run."""
    more = {}
    if setting is None:
        more["registry"] = warmer.Registry(allowed=[])
    else:
        monkeypatch.setenv("WARMER_PLUGINS", setting)
    for enter in doors(role, **more).values():
        with pytest.raises(warmer.UsageError, match="mine.py.*: files are not run where WARMER_PL"):
            enter()

    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("role", ROLES.values(), ids=ROLES)
def test_files_are_run_elsewhere(role) -> None:
    """Without such a setting they are run, and so are classes, whatever the setting."""
    for enter in doors(role).values():
        enter()
    cls = type("Stays", (), {"learn": warmer.hookimpl(lambda self, weight: weight)})
    frozen = __import__("attrs").frozen(eq=False)(cls)
    assert warmer.train([1.0], [1.0], frozen, steps=1, registry=warmer.Registry([])).weights == [
        0.0
    ]


def test_the_command_line_runs_what_its_user_types(monkeypatch, capsys) -> None:
    """On the command line the user names the files: they are run, each of them once."""
    monkeypatch.setenv("WARMER_PLUGINS", "")
    beside = ["--predict", "mine.py:Predicts", "--compare", "mine.py:Compares", "--json"]

    assert run(["knob", "mine.py:Learns", "--explain", *beside]) == 0
    told = capsys.readouterr()
    assert told.err.count("the file was run") == 3
    names = json.loads(told.out)["explanation"]["description"]
    assert names["predictor"]["name"] == "mine.py:Predicts"
    assert run(["train", "mine.py:Learns", "t.csv", "--target", "y", *beside]) == 0
    assert run(["rules", "mine.py:Predicts"]) == 0
    assert run(["train", "raw-gradient", "t.csv", "--target", "y", "--predict", "no.py:X"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "warmer: no.py: no such file"
