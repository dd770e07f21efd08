"""The command line. Whatever goes wrong is one line on stderr, and an exit code.

    0        done
    1        a fault in a plugin or in warmer
    2        the command or the data are not right
    3        the run diverged
    128 + n  ended by signal n: Ctrl-C is 130, a closed pipe 141

With the environment variable `WARMER_DEBUG` set, the traceback is shown as well.
"""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import TextIO

import click
from click.exceptions import Exit
from click.shell_completion import shell_complete

from warmer.cli.messages import in_words, say
from warmer.cli.root import warmer
from warmer.exceptions import WarmerError

COMPLETE = "_WARMER_COMPLETE"


def main() -> None:
    """Run the command that the process was started with, and end the process."""
    # No engine uses BLAS, and its threads would spin for longer than many a run takes.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            _let_go(stream)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing is raised."""
    if sys.stdout is None:  # it was closed before the process began
        return _failed("there is no standard output to write to", 1)
    try:
        code = _run(arguments)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _failed("interrupted", 128 + signal.SIGINT)
    except BrokenPipeError:
        return 141  # whoever read the output has seen enough
    except click.ClickException as error:
        return _failed(in_words(error), 2)
    except WarmerError as error:
        return _failed(str(error), error.exit_code)
    except MemoryError:
        return _failed("there is not enough memory for this", 1)
    except OSError as error:
        return _failed(f"cannot write the output: {error.strerror or error}", 1)
    except SystemExit:
        return _failed("a plugin asked Python to exit", 1)
    except Exception as error:  # noqa: BLE001 - the last line of defence
        what = f"{type(error).__name__}: {error}"
        return _failed(f"this is a fault in warmer ({what}); WARMER_DEBUG=1 shows where", 1)


def _run(arguments: Sequence[str]) -> int:
    """Run one command, or answer a shell that asks how a word goes on."""
    asked = os.environ.get(COMPLETE)
    if asked:
        return shell_complete(warmer, {}, "warmer", COMPLETE, asked)
    try:
        with warmer.make_context("warmer", list(arguments)) as context:
            return int(warmer.invoke(context) or 0)
    except Exit as done:  # --help, --version
        return done.exit_code


def _failed(message: str, code: int) -> int:
    if os.environ.get("WARMER_DEBUG"):
        traceback.print_exc()
    with contextlib.suppress(OSError, AttributeError):  # it is full, or there is none
        sys.stdout.flush()
    say(message)
    return code


def _let_go(stream: TextIO) -> None:
    """Keep Python from writing what cannot be written once more when it ends."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
