"""The doors to ports: they open when they are used, and say what they need."""

import subprocess
import sys

import pytest

DOORS = {"optax": ("jax", "jax"), "sklearn": ("sklearn", "sklearn"), "torch": ("torch", "torch")}


def program(code):
    """What a program prints that runs in a process of its own."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("door", DOORS)
def test_without_its_library(door):
    """Without its library a door says what to install; `import warmer` does not look."""
    library, extra = DOORS[door]
    said = program(
        f"import sys; sys.modules[{library!r}] = None\n"
        "import warmer, warmer.training.api\n"
        f"try: warmer.{door}\n"
        "except ImportError as error: print(error)"
    )

    assert said.startswith(f"warmer.{door} needs ")
    assert said.endswith(f"pip install 'warmer[{extra}]'\n")
