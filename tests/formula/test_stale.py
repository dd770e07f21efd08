"""No reading is stale: whatever a formula was read from may change, in whatever way."""

import sys
import types

import pytest

import warmer

CASES = {
    "a function in a tuple": ("F = (lambda x: K * x,); K = 2.0", "F[0](weight_delta)", "K = 3.0"),
    "a module in a tuple": ("M = (hlp,)", "M[0].share * weight_delta", "hlp.share = 3.0"),
    "a module as an attribute of the class": (
        "", "self.hlp.share * weight_delta", "hlp.share = 3.0", "hlp = hlp"
    ),
    "a class attribute of a NamedTuple": (
        "class C(NamedTuple):\n    a: float = 1.0\n    S = 2.0", "C.S * weight_delta", "C.S = 3.0"
    ),
    "a method that a NamedTuple inherits": (
        "class B(NamedTuple):\n    a: float = 1.0\n    def v(self): return K\nK = 2.0\n"
        "class C(B): pass\nc = C()",
        "c.v() * weight_delta", "K = 3.0",
    ),
    "a default of a NamedTuple": (
        "class C(NamedTuple):\n    a: float = 2.0", "C().a * weight_delta",
        "C.__new__.__defaults__ = (3.0,)",
    ),
    "a helper that says it is warmer's": (
        "K = 2.0\n@functools.wraps(warmer.dot)\ndef f(x): return K * x",
        "f(weight_delta)", "K = 3.0",
    ),
    "a builtin that gets another meaning": (
        "", "pow(weight_delta, 1) * 2.0", "def pow(x, y): return x * 1.5"
    ),
    "a name that was missing": (
        "def f():\n    try: return K\n    except NameError: return 2.0",
        "f() * weight_delta", "K = 3.0",
    ),
    "an attribute that was missing": (
        "def f():\n    try: return hlp.other\n    except AttributeError: return 2.0",
        "f() * weight_delta", "hlp.other = 3.0",
    ),
    "hasattr": ("", "(3.0 if hasattr(hlp, 'other') else 2.0) * weight_delta", "hlp.other = 3.0"),
    "getattr in a function within": (
        "", "(lambda: getattr(hlp, 'other', 2.0))() * weight_delta", "hlp.other = 3.0"
    ),
    "a call of the rule itself": (
        "K = 2.0", "self(weight_delta)", "K = 3.0", "def __call__(self, x): return K * x"
    ),
    "a special name of the class": (
        "rates = [2.0]", "self.__rates__[0] * weight_delta", "rates[0] = 3.0", "__rates__ = rates"
    ),
    "a member of an enum": (
        "K = 2.0\nclass E(enum.IntEnum):\n    A = 1\n    @property\n"
        "    def v(self): return K\ne = E.A",
        "e.v * weight_delta", "K = 3.0",
    ),
    "a float with an attribute": (
        "class Number(float): pass\nn = Number(1.0); n.k = 2.0", "n.k * weight_delta", "n.k = 3.0"
    ),
    "an exception class": (
        "class E(Exception): S = 2.0", "E.S * weight_delta", "E.S = 3.0"
    ),
    "a static method of an object": (
        "L = [2.0]\ndef g(l, x): return l[0] * x", "self.f(weight_delta)", "L[0] = 3.0",
        "f = staticmethod(functools.partial(g, L))",
    ),
    "defaults by name": (
        "def f(x, *, k=2.0): return k * x", "f(weight_delta)", "f.__kwdefaults__ = {'k': 3.0}"
    ),
    "an import within": (
        "def f():\n    import hlp\n    return hlp.share", "f() * weight_delta",
        "new = types.ModuleType('hlp'); new.share = 3.0; sys.modules['hlp'] = new",
    ),
    "another base": (
        "class One: share = 2.0\nclass Two: share = 3.0\nclass Mid(One): pass",
        "self.share * weight_delta", "Mid.__bases__ = (Two,)", "", "Mid",
    ),
    "an attribute of the metaclass": (
        "class Meta(type): share = 2.0", "type(self).share * weight_delta", "Meta.share = 3.0", "",
        "metaclass=Meta",
    ),
}  # fmt: skip

RULE = """
import enum, functools, sys, types, attrs, warmer
from typing import NamedTuple
{code}
@attrs.frozen(eq=False)
class Rule({bases}):
    {body}
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 0.1 * ({share})
"""


def weights(rule, engine="python"):
    return warmer.train([1.0], [0.0], rule, weights=1.0, steps=3, engine=engine).weights.tolist()


def weights_by_formula(rule):
    """What the formula comes to; None where there is none."""
    try:
        return weights(rule, "arrays")
    except warmer.UsageError:
        return None


@pytest.mark.parametrize("name", CASES)
def test_no_reading_is_stale(name, monkeypatch) -> None:
    """After a change the formula is the rule's own again, or there is none."""
    code, share, change, body, bases = (*CASES[name], "", "")[:5]
    hlp = types.ModuleType("hlp")
    hlp.share = 2.0
    notebook = types.ModuleType("notebook")
    monkeypatch.setitem(sys.modules, "hlp", hlp)
    monkeypatch.setitem(sys.modules, "notebook", notebook)
    space = vars(notebook)
    space["hlp"] = hlp
    exec(RULE.format(code=code, share=share, body=body or "pass", bases=bases), space)
    before = weights(space["Rule"])
    assert weights_by_formula(space["Rule"]) in (before, None)
    exec(change, space)
    after = weights(space["Rule"])
    assert after != before
    assert weights_by_formula(space["Rule"]) in (after, None)
