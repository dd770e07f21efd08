"""A team: threads that share the blocks of a batch, and then all take the same step.

Every thread runs the whole kernel on weights of its own. Of a batch it sums only its share of the
blocks, writes their sums to a shared buffer, and waits at a barrier for the others. Then each adds
up all blocks in order, so that all come to the same weights, to the bit, however many they are.
There is one barrier for every pass over a batch's rows, and two buffers, used by turns: when a
thread writes to one again, all have reached the barrier after it and so have read it.
"""

import os
import platform

from warmer.engines.native.emitter import Emitter
from warmer.formulas.sums import LANES

LINE = 16
"""Words of each thread, so that no two write to one cache line: how many barriers it has reached,
and for either buffer whether something went wrong in its share."""

PAUSE = "llvm.x86.sse2.pause" if platform.machine().lower() in ("x86_64", "amd64") else None
"""The x86 instruction for a loop that waits: it leaves the core to its other hardware thread."""

POLLS = 1_000 if PAUSE else 20_000
"""How often a thread polls the others, for some 10 us, before it sleeps: the one that it waits for
may be waiting for its core."""

SLEEP = ("void", "Sleep", 1) if os.name == "nt" else ("i32", "usleep", 10)
"""How it sleeps then, for a millisecond or for 10 us: a function of the C library."""


def width(weights: int) -> int:
    """How many numbers the sums of one block take, for sums over so many weights."""
    return -(-weights // LANES) * LANES


class Team:
    """Writes how the threads of a team share a batch.

    Parameters:
        stride: numbers that the sums of one block take at most.
    """

    def __init__(self, emitter: Emitter, stride: int):
        self._emitter = emitter
        self._stride = stride
        self._barriers = emitter.variable("i64", "0")

    def share(self, blocks: str) -> tuple[str, str]:
        """The first of this thread's blocks, and the one after its last."""
        emitter = self._emitter
        following = emitter.let("add i64 %thread, 1")
        first, stop = (
            emitter.let(f"udiv i64 {emitter.let(f'mul i64 {blocks}, {thread}')}, %threads")
            for thread in ("%thread", following)
        )
        return first, stop

    def place(self, block: str, ahead: int) -> str:
        """Where the sums of a block lie.

        Parameters:
            ahead: 1 for the buffer of the next barrier, 0 for that of the last one.
        """
        emitter = self._emitter
        number = emitter.let(f"load i64, ptr {self._barriers}")
        turn = emitter.let(f"and i64 {emitter.let(f'add i64 {number}, {ahead}')}, 1")
        start = emitter.let(f"mul i64 {turn}, %room")
        start = emitter.let(f"add i64 {start}, {emitter.let(f'mul i64 {block}, {self._stride}')}")
        return emitter.address("%block_sums", start)

    def wait(self, fault: str) -> None:
        """Wait at a barrier; then all know whether something went wrong in anybody's share."""
        emitter = self._emitter
        number = emitter.let(f"add i64 {emitter.let(f'load i64, ptr {self._barriers}')}, 1")
        emitter.do(f"store i64 {number}, ptr {self._barriers}")
        wrong = emitter.let(f"add i64 1, {emitter.let(f'and i64 {number}, 1')}")
        mine = self._line("%thread")
        found = emitter.let(f"zext i1 {emitter.let(f'load i1, ptr {fault}')} to i64")
        emitter.do(f"store i64 {found}, ptr {self._word(mine, wrong)}")
        emitter.do(f"store atomic i64 {number}, ptr {mine} release, align 8")
        with emitter.loop("0", "%threads", "member") as thread:
            other = self._line(thread)
            self._wait_for(other, number)
            found = emitter.let(f"load i64, ptr {self._word(other, wrong)}")
            emitter.raise_flag(fault, emitter.let(f"icmp ne i64 {found}, 0"))

    def _wait_for(self, other: str, number: str) -> None:
        emitter = self._emitter
        type_, function, time = SLEEP
        emitter.declarations.add(f"declare {type_} @{function}(i32)")
        look, again, sleep, come = map(emitter.label, ("look", "again", "sleep", "come"))
        polls = emitter.variable("i64", "0")
        emitter.jump(look)
        emitter.place(look)
        reached = emitter.let(f"load atomic i64, ptr {other} acquire, align 8")
        emitter.branch(emitter.let(f"icmp sge i64 {reached}, {number}"), come, again)
        emitter.place(again)
        if PAUSE:
            emitter.declarations.add(f"declare void @{PAUSE}()")
            emitter.do(f"call void @{PAUSE}()")
        count = emitter.let(f"add i64 {emitter.let(f'load i64, ptr {polls}')}, 1")
        emitter.do(f"store i64 {count}, ptr {polls}")
        emitter.branch(emitter.let(f"icmp sgt i64 {count}, {POLLS}"), sleep, look)
        emitter.place(sleep)
        emitter.do(f"call {type_} @{function}(i32 {time})")
        emitter.jump(look)
        emitter.place(come)

    def _line(self, thread: str) -> str:
        return self._word("%team", self._emitter.let(f"mul i64 {thread}, {LINE}"))

    def _word(self, line: str, index: str) -> str:
        return self._emitter.let(f"getelementptr i64, ptr {line}, i64 {index}")
