"""The compiler: LLVM's text in, a function pointer out, with llvmlite alone.

No fast-math and no contraction: what the text says is what the machine computes.
"""

import ctypes
from functools import lru_cache
from typing import Any

import attrs
import llvmlite.binding as llvm


@attrs.frozen(eq=False)
class Compiled:
    """A compiled function `void steps(words)`, and the engine that owns its memory."""

    call: Any
    owner: Any


@lru_cache(maxsize=256)
def compile_text(text: str) -> Compiled:
    """Compile a module that has a function `steps` (each text once per process)."""
    machine = _machine()
    module = llvm.parse_assembly(text)
    module.verify()
    tuning = llvm.create_pipeline_tuning_options(speed_level=2)
    tuning.loop_vectorization = False
    tuning.slp_vectorization = False
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)
    owner = llvm.create_mcjit_compiler(module, machine)
    owner.finalize_object()
    signature = ctypes.CFUNCTYPE(None, ctypes.c_void_p)  # lets go of the interpreter lock
    return Compiled(signature(owner.get_function_address("steps")), owner)


def _machine() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    features = llvm.get_host_cpu_features().flatten()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=2, jit=True
    )
