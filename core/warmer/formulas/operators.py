"""What Python's operators do with a symbol: arithmetic is recorded, all else is refused."""

import sys
import types
from typing import Any

UFUNCS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "true_divide": "/",
    "floor_divide": "//", "remainder": "%", "negative": "negative", "absolute": "abs",
    "less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=",
    "equal": "==", "not_equal": "!=",
}  # fmt: skip
"""NumPy's functions that are what Python's operators are, to the bit."""

LIKE = {
    "sign": "math.copysign(1, x)", "minimum": "min", "maximum": "max", "power": "**",
    "arctan": "math.atan", "arcsin": "math.asin", "arccos": "math.acos", "arctan2": "math.atan2",
    "square": "x * x", "rint": "round",
}  # fmt: skip
"""What to say for a function of NumPy that `math` calls by another name."""

ARRAYS = "arrays are plural evidence, such as weights and weight_deltas"
INSTEAD_OF_NUMPY = f"min, max, if, or a function of math; {ARRAYS}"


class Operators:
    """The operators of a node. Arithmetic makes further nodes of its graph.

    What needs the number itself (an int, an index, a text) is refused by raising an error that
    the graph also notes, so that a plugin that catches it is found out.
    """

    __slots__ = ()
    graph: Any

    def apply(self, function: str, *others: Any) -> Any:
        """Record a function of `math` applied to this node."""
        return self.graph.make(function, self, *others)

    def __add__(self, other: Any) -> Any:
        return self.graph.make("+", self, other)

    def __radd__(self, other: Any) -> Any:
        return self.graph.make("+", other, self)

    def __sub__(self, other: Any) -> Any:
        return self.graph.make("-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return self.graph.make("-", other, self)

    def __mul__(self, other: Any) -> Any:
        return self.graph.make("*", self, other)

    def __rmul__(self, other: Any) -> Any:
        return self.graph.make("*", other, self)

    def __truediv__(self, other: Any) -> Any:
        return self.graph.make("/", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self.graph.make("/", other, self)

    def __mod__(self, other: Any) -> Any:
        return self.graph.make("%", self, other)

    def __rmod__(self, other: Any) -> Any:
        return self.graph.make("%", other, self)

    def __floordiv__(self, other: Any) -> Any:
        return self.graph.make("//", self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return self.graph.make("//", other, self)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __floor__(self) -> Any:
        return self.apply("floor")

    def __ceil__(self) -> Any:
        return self.apply("ceil")

    def __trunc__(self) -> Any:
        return self.apply("trunc")

    def __pow__(self, other: Any, modulo: Any = None) -> Any:
        if modulo is not None:
            raise self._refusal("pow() of three numbers", "x ** y % z")
        return self.graph.make("**", self, other)

    def __rpow__(self, other: Any) -> Any:
        return self.graph.make("**", other, self)

    def __neg__(self) -> Any:
        return self.graph.make("negative", self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self.graph.make("abs", self)

    def __lt__(self, other: Any) -> Any:
        return self.graph.make("<", self, other)

    def __le__(self, other: Any) -> Any:
        return self.graph.make("<=", self, other)

    def __gt__(self, other: Any) -> Any:
        return self.graph.make(">", self, other)

    def __ge__(self, other: Any) -> Any:
        return self.graph.make(">=", self, other)

    def __eq__(self, other: Any) -> Any:
        return self.graph.make("==", self, other)

    def __ne__(self, other: Any) -> Any:
        return self.graph.make("!=", self, other)

    def __hash__(self) -> int:
        if self.graph.tracing:
            raise self._refusal("a set, a dictionary or a cache")
        return object.__hash__(self)

    def _refusal(self, what: str, instead: str = "") -> Any:
        say = f" (say {instead})" if instead else ""
        return self.graph.refuse(f"{what} needs the number itself{say}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise self._refusal(f".{name}", "min(max(x, low), high)" if name == "clip" else "")

    def __float__(self) -> float:
        raise self._refusal("float(), or a function of a foreign library,")

    def __int__(self) -> int:
        raise self._refusal("int()", "math.trunc")

    def __index__(self) -> int:
        raise self._refusal("an index or a range")

    def __round__(self, digits: int | None = None) -> Any:
        if digits is not None:
            raise self._refusal("round() to digits", "round(x * 100) / 100")
        return self.apply("round")

    def __and__(self, _other: Any) -> Any:
        raise self._refusal("&", "`and`")

    def __or__(self, _other: Any) -> Any:
        raise self._refusal("|", "`or`")

    __rand__, __ror__ = __and__, __or__

    def __array__(self, *_how: Any, **_more: Any) -> Any:
        raise self._refusal("NumPy", INSTEAD_OF_NUMPY)

    def __array_ufunc__(self, function: Any, method: str, *operands: Any, **how: Any) -> Any:
        name = function.__name__
        if name in UFUNCS and method == "__call__" and not how:  # arithmetic with a NumPy number
            return self.graph.make(UFUNCS[name], *operands)
        raise self._refusal(f"numpy.{name}", f"{LIKE.get(name, f'math.{name}')}; {ARRAYS}")

    def __str__(self) -> str:
        # Counts unless this way through the code ends in an error, whose message may show it.
        frame: types.FrameType | None = sys._getframe(1)
        while frame and frame.f_globals.get("__name__", "").startswith(
            ("warmer.formulas", "warmer.tracing")
        ):
            frame = frame.f_back
        error = self._refusal("printing or formatting")
        if frame:
            error.__traceback__ = types.TracebackType(None, frame, frame.f_lasti, frame.f_lineno)
        return repr(self)

    def __format__(self, _spec: str) -> str:
        return str(self)
