"""The command line. Whatever goes wrong is one line on stderr, and an exit code.

    0        done
    1        a fault in a plugin or in warmer
    2        the command or the data are not right
    3        the run diverged
    128 + n  ended by signal n: Ctrl-C is 130, a closed pipe 141

With the environment variable `WARMER_DEBUG` set, the traceback is shown as well.

This module imports nothing that Python has not imported already, so that a Ctrl-C is heard from the
start.
"""

import os
import sys

TYPE_CHECKING = False  # as `typing` has it
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO


def main() -> None:
    """Run the command that the process was started with, and end the process."""
    # No engine uses BLAS, and its threads would spin for longer than many runs take.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if sys.stdout is not None and sys.stderr is not None:
        _keep_stdout()
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            _let_go(stream)
    sys.exit(code)


def run(arguments: "Sequence[str]") -> int:
    """Run one command and return its exit code; nothing is raised."""
    try:
        from warmer.cli.command import run_command

        return run_command(arguments)
    except KeyboardInterrupt:  # while this was imported
        if sys.stderr is not None:  # click, which writes elsewhere, may not be imported yet
            sys.stderr.write("warmer: interrupted\n")
        return 130


def _keep_stdout() -> None:
    """Keep stdout for the result: what a plugin writes to file descriptor 1 goes to stderr."""
    kept = open(  # noqa: SIM115 - as long as the process lasts
        os.dup(1), "w", encoding=sys.stdout.encoding, errors="backslashreplace", closefd=False
    )
    os.dup2(2, 1)
    # who prints to sys.__stdout__ by that name must be kept away as well
    sys.stdout = sys.__stdout__ = kept  # type: ignore[misc] # final in typeshed


def _let_go(stream: "TextIO") -> None:
    """Keep Python, when it exits, from trying again to write what cannot be written."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
