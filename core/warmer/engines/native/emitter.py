"""An emitter: writes one LLVM function, line by line."""

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple


class Value(NamedTuple):
    """An operand: its name and how many numbers wide it is (1 for a single number)."""

    name: str
    width: int = 1

    @property
    def type(self) -> str:
        """LLVM's type of it."""
        return double(self.width)

    def __str__(self) -> str:
        return self.name


def double(width: int) -> str:
    """LLVM's type of one number or of a vector of them."""
    return f"<{width} x double>" if width > 1 else "double"


def boolean(width: int) -> str:
    """LLVM's type of one truth value or of a vector of them."""
    return f"<{width} x i1>" if width > 1 else "i1"


def literal(number: float, width: int = 1) -> Value:
    """A constant, exact to the bit."""
    bits = f"0x{struct.unpack('>Q', struct.pack('>d', number))[0]:016X}"
    if width == 1:
        return Value(bits)
    return Value("<" + ", ".join([f"double {bits}"] * width) + ">", width)


class Emitter:
    """Collects the instructions of a function, and what it needs from outside."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.declarations: set[str] = set()
        self._variables: list[str] = []
        self._count = 0
        self.block = "entry"

    def fresh(self, prefix: str = "v") -> str:
        """Make up a name that is not taken."""
        self._count += 1
        return f"%{prefix}{self._count}"

    def do(self, instruction: str) -> None:
        """Write an instruction that has no result."""
        self.lines.append(f"  {instruction}")

    def let(self, instruction: str) -> str:
        """Write an instruction and name its result."""
        name = self.fresh()
        self.do(f"{name} = {instruction}")
        return name

    def number(self, instruction: str, width: int = 1) -> Value:
        """Write an instruction whose result is a number or a vector of numbers."""
        return Value(self.let(instruction), width)

    def place(self, label: str) -> None:
        """Begin a block (a label is written without its %)."""
        self.lines.append(f"{label}:")
        self.block = label

    def jump(self, label: str) -> None:
        """End a block by going to another."""
        self.do(f"br label %{label}")

    def branch(self, condition: str, if_true: str, if_false: str) -> None:
        """End a block by going to one of two."""
        self.do(f"br i1 {condition}, label %{if_true}, label %{if_false}")

    def label(self, prefix: str) -> str:
        """Make up a label that is not taken."""
        return self.fresh(prefix)[1:]

    def variable(self, type_: str, start: str | None = None) -> str:
        """Make a local variable (LLVM turns it into a register), with a value to start from."""
        name = self.fresh("slot")
        self._variables.append(f"  {name} = alloca {type_}")
        if start is not None:
            self.do(f"store {type_} {start}, ptr {name}")
        return name

    def load(self, type_: str, pointer: str, align: int = 8) -> str:
        """Read from memory."""
        return self.let(f"load {type_}, ptr {pointer}, align {align}")

    def store(self, type_: str, value: str, pointer: str, align: int = 8) -> None:
        """Write to memory."""
        self.do(f"store {type_} {value}, ptr {pointer}, align {align}")

    def address(self, pointer: str, index: str | int) -> str:
        """The address of a number in an array."""
        return self.let(f"getelementptr double, ptr {pointer}, i64 {index}")

    def prefetch(self, pointer: str) -> None:
        """Prefetch a line of memory; an address where there is none does no harm."""
        self.declarations.add("declare void @llvm.prefetch.p0(ptr, i32, i32, i32)")
        self.do(f"call void @llvm.prefetch.p0(ptr {pointer}, i32 0, i32 3, i32 1)")

    def add(self, variable: str, value: Value) -> None:
        """Add to the numbers at an address."""
        old = self.load(value.type, variable)
        new = self.let(f"fadd {value.type} {old}, {value}")
        self.store(value.type, new, variable)

    def call(self, function: str, operands: Sequence[Value]) -> Value:
        """Call a function of numbers; vectors are taken apart for functions of the C library."""
        width = operands[0].width
        if function.startswith("llvm."):
            type_ = double(width)
            suffix = f"v{width}f64" if width > 1 else "f64"
            name = f"@{function}.{suffix}"
            self.declarations.add(f"declare {type_} {name}({', '.join([type_] * len(operands))})")
            given = ", ".join(f"{type_} {operand}" for operand in operands)
            return self.number(f"call {type_} {name}({given})", width)
        given_types = ", ".join(["double"] * len(operands))
        self.declarations.add(f"declare double @{function}({given_types}) nobuiltin")
        if width == 1:
            given = ", ".join(f"double {operand}" for operand in operands)
            return self.number(f"call double @{function}({given}) nobuiltin")
        result = "undef"
        for lane in range(width):
            singles = [self.lane(operand, lane) for operand in operands]
            single = self.call(function, singles)
            result = self.let(
                f"insertelement {double(width)} {result}, double {single}, i32 {lane}"
            )
        return Value(result, width)

    def lane(self, vector: Value, lane: int) -> Value:
        """Take one number out of a vector."""
        if vector.width == 1:
            return vector
        return self.number(f"extractelement {vector.type} {vector}, i32 {lane}")

    def splat(self, value: Value, width: int) -> Value:
        """Make a vector of one number repeated."""
        if value.width == width:
            return value
        first = self.let(f"insertelement {double(width)} undef, double {value}, i32 0")
        return self.number(
            f"shufflevector {double(width)} {first}, {double(width)} undef, "
            f"<{width} x i32> zeroinitializer",
            width,
        )

    def shuffle(self, vector: Value, lanes: Sequence[int], other: Value | None = None) -> Value:
        """Make a vector from lanes of a vector, and of another whose lanes are numbered on."""
        if len(lanes) == 1:
            source = vector if lanes[0] < vector.width or other is None else other
            return self.lane(source, lanes[0] % vector.width)
        if vector.width == 1:
            pair = self.let(f"insertelement <2 x double> undef, double {vector}, i32 0")
            if other is not None:
                pair = self.let(f"insertelement <2 x double> {pair}, double {other}, i32 1")
            vector, other = Value(pair, 2), None
        mask = ", ".join(f"i32 {lane}" for lane in lanes)
        second = f"{other.type} {other}" if other else f"{vector.type} undef"
        return self.number(
            f"shufflevector {vector.type} {vector}, {second}, <{len(lanes)} x i32> <{mask}>",
            len(lanes),
        )

    def any(self, condition: str, width: int) -> str:
        """Say whether a condition holds in any lane."""
        if width == 1:
            return condition
        bits = self.let(f"bitcast {boolean(width)} {condition} to i{width}")
        return self.let(f"icmp ne i{width} {bits}, 0")

    def raise_flag(self, variable: str, condition: str) -> None:
        """Set a variable that is true or false, where a condition holds."""
        if condition != "false":
            either = self.let(f"or i1 {self.let(f'load i1, ptr {variable}')}, {condition}")
            self.do(f"store i1 {either}, ptr {variable}")

    @contextmanager
    def loop(self, start: str, stop: str, name: str = "loop", step: int = 1) -> Iterator[str]:
        """Repeat what is written inside, with a counter as of `range(start, stop, step)`."""
        before, head, body, done = self.block, *map(self.label, (name, f"{name}body", f"{name}end"))
        counter, following = self.fresh("i"), self.fresh("next")
        self.jump(head)
        self.place(head)
        phi = len(self.lines)
        self.do("")  # the phi, known when the end of the body is
        inside = self.let(f"icmp slt i64 {counter}, {stop}")
        self.branch(inside, body, done)
        self.place(body)
        yield counter
        self.do(f"{following} = add i64 {counter}, {step}")
        self.lines[phi] = (
            f"  {counter} = phi i64 [ {start}, %{before} ], [ {following}, %{self.block} ]"
        )
        self.jump(head)
        self.place(done)

    def function(self, signature: str) -> str:
        """The whole function as text."""
        body = "\n".join([*self._variables, *self.lines])
        return f"define {signature} {{\nentry:\n{body}\n}}\n"
