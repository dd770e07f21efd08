"""The compiler: what is compiled is let go again, and a process that forks has nothing to fear."""

import json
import subprocess
import sys
import weakref

import attrs
import pytest

import warmer
from warmer.engines.native import engine as native
from warmer.formulas.keeping import Kept

A_NEW_RULE = """
import attrs
import warmer

def rule(number):
    @attrs.frozen(eq=False)
    class New:
        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return weight - 0.1 * weight_delta * (1.0 + share)

    share = number / 1e6
    return New

def train(number):
    return warmer.train([[0.5] * 4], [0.8], rule(number), steps=10, engine="native", history=None)
"""


def new_rule(share: float) -> type:
    """A class whose formula no run has seen before."""

    @attrs.frozen(eq=False)
    class New:
        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return weight - share * weight_delta

    return New


def test_code_is_let_go(monkeypatch) -> None:
    """Machine code lives as long as it is kept or a run uses it, and no longer."""
    monkeypatch.setattr(native, "KERNELS", Kept(most=1))  # so the latest one alone
    made: list[weakref.ref] = []
    compile_text = native.compile_text

    def noted(text):
        compiled = compile_text(text)
        made.append(weakref.ref(compiled.code))
        return compiled

    class Using:
        @warmer.hookimpl
        def steps_taken(self, step):
            if step == 1:
                warmer.train([0.5], [0.8], new_rule(0.2), engine="native", history=None)
                assert [code() is None for code in made] == [False, False]

    monkeypatch.setattr(native, "compile_text", noted)
    monkeypatch.setattr(native.NativeEngine, "steps_at_first", 1)
    warmer.train(
        [0.5], [0.8], new_rule(0.1), steps=5, engine="native", history=None, observers=[Using()]
    )
    assert [code() is None for code in made] == [True, False]


FORKING = """
import os
import signal
import threading
import time

ended = threading.Event()

def compile_on() -> None:
    number = 0
    while not ended.is_set():
        number += 1
        train(number)

warmer.train([0.5], [0.8], "alpha-scaled", engine="python")  # which imports what all engines need
busy = threading.Thread(target=compile_on)
busy.start()
children = set()
for number in range(10):
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        train(10**6 + number)
        os._exit(0)
    children.add(child)
    time.sleep(0.013)  # so that forks fall into every moment of a compile
ended.set()
busy.join()
print([os.waitpid(child, 0)[1] for child in children])
"""


def test_forks_while_a_thread_compiles() -> None:
    """A child that is forked while another thread loads or uses the compiler can compile itself."""
    script = A_NEW_RULE + FORKING
    ended = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", script],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert json.loads(ended.stdout) == [0] * 10


MEASURING = """
import sys
import llvmlite.binding as llvm
from warmer.engines.native import compiler, engine

def bare(text):
    module = llvm.parse_assembly(text)
    module.verify()
    tuning = llvm.create_pipeline_tuning_options(speed_level=2)
    tuning.loop_vectorization = False
    tuning.slp_vectorization = False
    machine = compiler._machine()
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)
    owner = llvm.create_mcjit_compiler(module, machine)
    owner.finalize_object()
    owner.get_function_address("steps")
    owner.close()

def in_use():
    return int(open("/proc/self/statm").read().split()[1])

texts = []
write_kernel = engine.write_kernel
engine.write_kernel = lambda *what: texts.append(write_kernel(*what)) or texts[-1]
train(0)
(text,) = texts
for number in range(int(sys.argv[2]) + 50):
    if number == 50:
        before = in_use()
    if sys.argv[1] == "bare":
        rule(number)
        bare(f"; {number}\\n{text}")
    else:
        texts.clear()
        train(number + 1)
print(in_use() - before)
"""


@pytest.mark.nightly
def test_memory_of_many_rules() -> None:
    """3,000 rules in one process take a tenth more than the compiler library loses for itself."""
    bare, ours = (
        int(
            subprocess.run(
                [sys.executable, "-c", A_NEW_RULE + MEASURING, who, "3000"],
                capture_output=True, text=True, check=True,
            ).stdout
        )
        for who in ("bare", "ours")
    )  # fmt: skip
    assert ours <= 1.1 * bare
