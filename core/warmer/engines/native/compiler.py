"""The compiler: LLVM's text in, a function pointer out, with llvmlite alone.

No fast-math and no contraction: what the text says is what the machine computes.
"""

import ctypes
import mmap
from functools import cache
from typing import Any

import attrs
import llvmlite.binding as llvm

from warmer.engines.native.forking import COMPILER

ROOM = 64_000_000
"""Bytes that must be free before anything is compiled: without memory, LLVM aborts the process."""


class _Code:
    """Machine code; its memory is freed with the last reference to it."""

    def __init__(self, owner: Any):
        self._owner = owner
        self._lock = COMPILER  # this module's names may be gone when the process ends

    def __del__(self) -> None:
        with self._lock:
            del self._owner


@attrs.frozen(eq=False)
class Compiled:
    """A compiled function `void steps(words)`, the code that it runs, and its size in bytes."""

    call: Any
    code: Any
    size: int


@cache
def try_compiler() -> None:
    """Load the compiler; raises whatever is wrong with it here."""
    _ask_for_memory(2 * ROOM)  # twice as much as later, so that a run that starts can go on
    with COMPILER:
        _pass_builder(_machine())


def compile_text(text: str) -> Compiled:
    """Compile a module that has a function `steps`.

    Only the code is kept: everything else that LLVM makes for it is twenty times as large.

    Raises:
        MemoryError: there is too little memory to compile anything.
    """
    _ask_for_memory(ROOM)
    with COMPILER:
        code = _object_code(text, _machine())
        owner = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
        owner.add_object_file(llvm.ObjectFileRef.from_data(code))
        owner.finalize_object()
        signature = ctypes.CFUNCTYPE(None, ctypes.c_void_p)  # releases the GIL
        return Compiled(signature(owner.get_function_address("steps")), _Code(owner), len(code))


def _ask_for_memory(size: int) -> None:
    try:
        mmap.mmap(-1, size).close()
    except OSError as error:
        raise MemoryError(f"{size} bytes to compile") from error


def _object_code(text: str, machine: Any) -> bytes:
    module = llvm.parse_assembly(text, llvm.create_context())
    module.verify()
    builder = _pass_builder(machine)
    builder.getModulePassManager().run(module, builder)
    code: bytes = machine.emit_object(module)
    return code


def _pass_builder(machine: Any) -> Any:
    tuning = llvm.create_pipeline_tuning_options(speed_level=2)
    tuning.loop_vectorization = False
    tuning.slp_vectorization = False
    return llvm.create_pass_builder(machine, tuning)


def _machine() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    features = llvm.get_host_cpu_features().flatten()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=2, jit=True
    )
