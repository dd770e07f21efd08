"""Whether formulas can be compiled here."""

import sys
from importlib.util import find_spec

from warmer.engines.native.forking import COMPILER
from warmer.exceptions import PLUGIN_ERRORS, said

INSTALL = "pip install 'warmer[fast]'"
MISSING = "llvmlite is not installed"


def compiler_trouble() -> str | None:
    """Say why nothing can be compiled here; None where it can."""
    if "llvmlite" not in sys.modules and find_spec("llvmlite") is None:
        return MISSING
    try:
        with COMPILER:
            from warmer.engines.native.engine import try_compiler

            try_compiler()
    except MemoryError:
        return "there is too little memory to compile"
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS as error:  # a damaged installation may raise anything
        why = said(error).partition(". ")[0]
        return f"llvmlite does not work here: {why or type(error).__name__}"
    return None
