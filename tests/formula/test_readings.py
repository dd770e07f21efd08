"""A formula is read once, and again when anything that it was read from has changed."""

import importlib.util
import types
from typing import NamedTuple

import attrs
import pytest

import warmer
from warmer.symbolic.reader import Reader

FACTOR = 2.0
ITEMS = [2.0]
helper = types.SimpleNamespace(share=2.0)


class Pace(NamedTuple):
    pace: float = 0.0


class Counted(NamedTuple):
    count: float = 0.0

    def more(self):
        return self.count + FACTOR


def scaled(x):
    return x * FACTOR


def closure(factor):
    def own(self, weight, weight_delta):
        return weight - factor * weight_delta

    def change(value):
        nonlocal factor
        factor = value

    own.change = change
    return own


def by_global(self, weight, weight_delta):
    return weight - FACTOR * weight_delta


def by_helper(self, weight, weight_delta):
    return weight - scaled(weight_delta)


def by_class(self, weight, weight_delta):
    return weight - self.factor * weight_delta


def by_list(self, weight, weight_delta):
    return weight - ITEMS[0] * weight_delta


def by_object(self, weight, weight_delta):
    return weight - helper.share * weight_delta


def by_default(x, factor=2.0):
    return x * factor


def by_helpers_default(self, weight, weight_delta):
    return weight - by_default(weight_delta)


def by_three(self, weight, weight_delta):
    return weight - 3.0 * weight_delta


def by_globals(self, weight, weight_delta):
    return weight - globals().get("FACTOR") * weight_delta


def rule_of(learn, memory=None):
    body = {"learn": warmer.hookimpl(learn), "factor": 2.0, "alpha": warmer.param(0.1),
            "__annotations__": {"alpha": float}}  # fmt: skip
    if memory is not None:
        body["memory"] = memory
    return attrs.frozen(eq=False)(type("Made", (), body))


def trained(rule):
    return float(warmer.train([1.0], [0.0], rule, weights=1.0, steps=1, engine="native").weights[0])


@pytest.fixture
def readings(monkeypatch):
    """The names of the hooks that were read, as they are read."""
    seen = []
    original = Reader.learn
    monkeypatch.setattr(Reader, "learn", lambda reader: (seen.append("learn"), original(reader))[1])
    return seen


def with_memory(self, weight, weight_delta, memory):
    pace = memory.pace * 0.5 + weight_delta
    return weight - self.alpha * pace, Pace(pace)


def refusing(self, weight, weight_delta):
    if weight_delta > 1e9:
        raise ValueError("too steep")
    return weight - self.alpha * weight_delta


@pytest.mark.parametrize(
    "learn, memory",
    [(by_global, None), (by_helper, None), (by_class, None), (with_memory, Pace()),
     (refusing, None)],
)  # fmt: skip
def test_read_once(readings, learn, memory) -> None:
    """As long as nothing changes, a formula is read once, whatever its parameters are."""
    rule = rule_of(learn, memory)
    for alpha in (0.1, 0.2, 0.3):
        warmer.train([1.0], [0.0], rule, alpha=alpha, steps=1, engine="arrays")
    assert readings == ["learn"]


@pytest.mark.parametrize("name", ["alpha-scaled", "raw-gradient", "hot-and-cold"])
def test_shipped_rules_are_read_once(readings, name) -> None:
    """Shipped rules, at most once in a process."""
    for _ in range(3):
        warmer.train([1.0], [0.0], name, steps=1, engine="arrays")
    assert len(readings) <= 1


def test_a_changed_global(monkeypatch) -> None:
    """A global that a rule, or a helper of it, looks up."""
    rules = rule_of(by_global), rule_of(by_helper), rule_of(by_globals)
    assert list(map(trained, rules)) == [-1.0] * 3
    monkeypatch.setitem(globals(), "FACTOR", 3.0)
    assert list(map(trained, rules)) == [-2.0] * 3


def test_a_changed_attribute_of_the_class() -> None:
    """A constant of the class, and a method of it."""
    rule = rule_of(by_class)
    assert trained(rule) == -1.0
    rule.factor = 3.0
    assert trained(rule) == -2.0
    rule.learn = warmer.hookimpl(lambda self, weight, weight_delta: weight + weight_delta)
    assert trained(rule) == 2.0


def test_a_changed_closure() -> None:
    """What a closure holds."""
    learn = closure(2.0)
    change = learn.change
    del learn.change
    rule = rule_of(learn)
    assert trained(rule) == -1.0
    change(3.0)
    assert trained(rule) == -2.0


def test_changed_code() -> None:
    """Code and defaults of functions that are replaced in place, as reloading tools do."""
    rule, other = rule_of(by_class), rule_of(by_helpers_default)
    assert (trained(rule), trained(other)) == (-1.0, -1.0)
    code, defaults = by_class.__code__, by_default.__defaults__
    try:
        by_class.__code__ = by_three.__code__
        by_default.__defaults__ = (3.0,)
        assert (trained(rule), trained(other)) == (-2.0, -2.0)
    finally:
        by_class.__code__, by_default.__defaults__ = code, defaults


def test_what_can_change_within(monkeypatch) -> None:
    """Lists, objects, and classes with methods of their own are looked at anew."""
    rules = rule_of(by_list), rule_of(by_object)
    assert list(map(trained, rules)) == [-1.0] * 2
    monkeypatch.setattr(helper, "share", 3.0)
    ITEMS[0] = 3.0
    try:
        assert list(map(trained, rules)) == [-2.0] * 2
    finally:
        ITEMS[0] = 2.0


def test_methods_of_a_memory(monkeypatch) -> None:
    """What methods of the rule's own memory look up."""

    def learn(self, weight, weight_delta, memory):
        return weight - memory.more() * weight_delta, memory

    rule = rule_of(learn, Counted())
    assert trained(rule) == -1.0
    monkeypatch.setitem(globals(), "FACTOR", 3.0)
    assert trained(rule) == -2.0


def test_another_module(tmp_path) -> None:
    """An attribute of a module that a rule looks up by the module's name."""
    path = tmp_path / "settings.py"
    path.write_text("share = 2.0\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location("settings", path)
    settings = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(settings)

    def learn(self, weight, weight_delta):
        return weight - settings.share * weight_delta

    rule = rule_of(learn)
    assert trained(rule) == -1.0
    settings.share = 3.0
    assert trained(rule) == -2.0


@attrs.frozen(eq=False)
class Mode:
    way: str = warmer.param("down", choices=("down", "up"))
    half: bool = warmer.param(False)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        moved = weight_delta / 2 if self.half else weight_delta
        return weight - moved if self.way == "down" else weight + moved


def test_words_and_truths() -> None:
    """Another word or truth value of a parameter is another formula."""
    assert [trained(Mode(way=way, half=half)) for way in ("down", "up") for half in (0 > 1, 1 > 0)
            ] == [0.0, 0.5, 2.0, 1.5]  # fmt: skip


class Sharing:
    """A callable object behind a property."""

    share = 2.0

    def __call__(self, _rule):
        return self.share


def test_a_property_of_an_object() -> None:
    """A property that is computed by an object of some class."""
    sharing = Sharing()

    def learn(self, weight, weight_delta):
        return weight - self.twice * weight_delta

    body = {"learn": warmer.hookimpl(learn), "twice": property(sharing)}
    rule = attrs.frozen(eq=False)(type("Made", (), body))
    assert trained(rule) == -1.0
    sharing.share = 3.0
    assert trained(rule) == -2.0
