"""One command: it is run, and whatever goes wrong is told in one line."""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Sequence

import click
from click.exceptions import Exit
from click.shell_completion import shell_complete

from warmer.cli.messages import in_options, in_words, say
from warmer.cli.root import warmer
from warmer.exceptions import WarmerError, blame
from warmer.wording import visible

COMPLETE = "_WARMER_COMPLETE"
OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def run_command(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing is raised."""
    if sys.stdout is None:  # it was closed before the process began
        return _failed("there is no standard output to write to", 1)
    try:
        code = _run(arguments)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt as error:
        place = _raised_at(error)
        if place:
            return _failed(f"a plugin raised KeyboardInterrupt ({place})", 1)
        signals = [each for each in error.args if isinstance(each, int)]  # while a table was read
        return _failed("interrupted", 128 + (*signals, signal.SIGINT)[0])
    except BrokenPipeError:
        return 141  # whoever read the output has seen enough
    except click.ClickException as error:
        return _failed(in_words(error), 2)
    except WarmerError as error:
        return _failed(in_options(error), error.exit_code)
    except MemoryError:
        return _failed("there is not enough memory for this", 1)
    except OSError as error:
        return _failed(f"cannot write the output: {error.strerror or error}", 1)
    except SystemExit:
        return _failed("a plugin asked Python to exit", 1)
    except BaseException as error:  # noqa: BLE001 - the last line of defence
        what = blame(error)
        return _failed(f"this is a fault in warmer ({what}); WARMER_DEBUG=1 shows where", 1)


def _run(arguments: Sequence[str]) -> int:
    """Run one command, or complete a word for a shell."""
    asked = os.environ.get(COMPLETE)
    if asked:
        return shell_complete(warmer, {}, "warmer", COMPLETE, asked)
    try:
        with warmer.make_context("warmer", list(arguments)) as context:
            return int(warmer.invoke(context) or 0)
    except Exit as done:  # --help, --version
        return done.exit_code


def _raised_at(error: BaseException) -> str | None:
    """Say where somebody's `raise` raised an error; None where a signal did, as Ctrl-C does."""
    import dis

    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return None
    code = trace.tb_frame.f_code
    raised = code.co_code[trace.tb_lasti] == dis.opmap["RAISE_VARARGS"]
    ours = code.co_filename.startswith(OURS)  # a second signal
    return f"{code.co_filename}:{trace.tb_lineno}" if raised and not ours else None


def _failed(message: object, code: int) -> int:
    with contextlib.suppress(OSError, ValueError, AttributeError):  # full, closed, or none
        if os.environ.get("WARMER_DEBUG"):
            click.echo("\n".join(map(visible, traceback.format_exc().splitlines())), err=True)
        sys.stdout.flush()
    say(message)
    return code
