"""A file, opened and told by its content; what is no table, or has no end, is refused and named."""

import gzip
import io
import os
import re
import stat
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any, NamedTuple, cast

from warmer.contract.arguments import shown
from warmer.exceptions import DataError, ParameterError, WarmerError
from warmer.tables.allowed import half_of_memory

HEAD = 65536  # bytes that are read to find out what the file is
PATIENCE = 5.0  # seconds to wait for somebody who writes to a named pipe
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_EXPORT = "save the table as CSV"
_UNPACK = "unpack it first"
UTF8 = "save it as UTF-8"
_UNPACKED = 1032  # times as large at most is what gzip packs

Told = Callable[[int, int], None]
"""What is told how many bytes of a file are read, and of how many."""

_KINDS = (
    (rb"PK\x03\x04(?s:.*)xl/", "an Excel workbook", _EXPORT),
    (rb"PK\x03\x04(?s:.){26}mimetypeapplication/vnd\.oasis", "an OpenDocument file", _EXPORT),
    (rb"PK\x03\x04", "a zip archive", _UNPACK),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook", _EXPORT),
    (rb"\x1f\x8b", "compressed by gzip", _UNPACK),
    (rb"BZh[1-9]1AY&SY", "compressed by bzip2", _UNPACK),
    (rb"\xfd7zXZ\x00", "compressed by xz", _UNPACK),
    (rb"\x28\xb5\x2f\xfd", "compressed by zstd", _UNPACK),
    (rb"\x04\x22\x4d\x18", "compressed by lz4", _UNPACK),
    (rb"\x1f\x9d", "compressed by compress", _UNPACK),
    (rb"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (rb"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (rb"(ARROW1|FEA1)[^\t\n\r -~]", "an Arrow file", _EXPORT),
    (rb"\x89HDF\r\n\x1a\n", "an HDF5 file", _EXPORT),
    (rb"SQLite format 3\x00", "an SQLite database", _EXPORT),
    (rb"%PDF-", "a PDF document", _EXPORT),
    (rb"\{\\rtf", "a document in rich text", _EXPORT),
    (rb"\xff\xfe\x00\x00|\x00\x00\xfe\xff", "text in UTF-32", UTF8),
    (rb"\xff\xfe|\xfe\xff", "text in UTF-16", UTF8),
    (rb"version https://git-lfs\.github\.com/", "a pointer of Git LFS", "fetch it: git lfs pull"),
    (rb"(\xef\xbb\xbf)?\s*(?i:<!doctype html|<html)", "a web page", "download the table itself"),
    (rb"(\xef\xbb\xbf)?\s*<\?xml", "an XML file", _EXPORT),
)
_JSON = rb"(\xef\xbb\xbf)?\s*\{\s*[\"}]"
_JSON_LIST = rb"(\xef\xbb\xbf)?\s*\[\s*[\[{]"
_GZIP = b"\x1f\x8b"
_NAMES = {
    "npy": "an array saved by NumPy",
    "npz": "a file of arrays saved by NumPy",
    "parquet": "a Parquet file",
}
_ENDINGS = {
    ".csv": "text", ".tsv": "text", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".npy": "npy", ".npz": "npz", ".parquet": "parquet",
}  # fmt: skip


def source_of(path: Any) -> str:
    """Say how errors are to name a file, given as to `opened`.

    Raises:
        ParameterError: it is none.
    """
    if hasattr(path, "read"):
        name = getattr(path, "name", None)
        name = name if isinstance(name, str) else "<open file>"
    else:
        try:
            name = os.fsdecode(path)
        except Exception:  # noqa: BLE001 - somebody's __fspath__ may raise anything
            raise ParameterError(
                f"path must be the name of a file, '-' or an open file, got {shown(path)}"
            ) from None
        name = "<stdin>" if name == "-" else name
    return name if name and name.isprintable() else repr(name)


class Opened(NamedTuple):
    """An open file.

    Parameters:
        stream: its bytes from the start, to be read as often as needed.
        format: what it is.
        longest: how many bytes there are at most, once unpacked.
    """

    stream: IO[bytes]
    format: str
    longest: int


class _Told(io.FileIO):
    """A file that tells how far it is read."""

    def __init__(self, path: Any, told: Told):
        super().__init__(path, "rb", opener=_at_once)
        self._told, self._size = told, os.fstat(self.fileno()).st_size

    def readinto(self, buffer: Any) -> int | None:
        """Read into a buffer."""
        count = super().readinto(buffer)
        if self._size:  # else it is a pipe
            self._told(self.tell(), self._size)
        return count


@contextmanager
def opened(
    source: str, path: str | bytes | os.PathLike[Any] | IO[Any], told: Told | None = None
) -> Iterator[Opened]:
    """Open a file that holds a table; pipes, standard input and open files are read to their end.

    Parameters:
        source: how errors name the file.
        path: the file; `"-"` is standard input. Or an open file, of text or of bytes.
        told: is told how far a file on the disk is read.

    Raises:
        DataError: it cannot be read, has no end, is no table, or holds nothing.
    """
    with ExitStack() as stack:
        try:
            if hasattr(path, "read"):
                stream: IO[bytes] = _rest_of(source, path)
                name = source
            else:
                stream = _open(source, path, stack, told)
                name = "" if path in ("-", b"-") else source
            yield _told(source, name, stream)
        except (WarmerError, MemoryError):
            raise
        except FileNotFoundError:
            raise DataError(f"{source}: no such file") from None
        except IsADirectoryError:
            raise DataError(f"{source}: is a directory, not a file") from None
        except PermissionError:
            raise DataError(f"{source}: no permission to read it") from None
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise DataError(f"{source}: is damaged, or not whole ({error})") from None
        except OSError as error:
            raise DataError(f"{source}: {error.strerror or error}") from None


def _rest_of(source: str, file: Any) -> IO[bytes]:
    """Read the rest of a file that is open."""
    try:
        try:
            data = file.read()
        except UnicodeDecodeError as error:  # opened as text, which it is not: look at its bytes
            data = error.object
        stream = io.BytesIO(data.encode() if isinstance(data, str) else memoryview(data))
    except Exception as error:  # somebody's file may raise anything
        why = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise DataError(f"{source}: cannot be read ({why})") from error
    return stream


def _open(source: str, path: Any, stack: ExitStack, told: Told | None) -> IO[bytes]:
    """Open a file by its name; what cannot be read twice is read into memory."""
    if path in ("-", b"-"):
        file = getattr(sys.stdin, "buffer", None)  # None where the host has closed it
        if file is None or file.closed:
            raise OSError("there is no standard input")
    else:
        try:
            file = stack.enter_context(_opened(path, told))
        except ValueError as error:  # a NUL in the path
            raise OSError(str(error)) from None
    try:
        descriptor = file.fileno()
    except io.UnsupportedOperation:  # a stream that somebody put there
        return _in_memory(source, b"", file)
    first = _begin(source, descriptor)
    if stat.S_ISREG(os.fstat(descriptor).st_mode) and path not in ("-", b"-"):
        return cast("IO[bytes]", file)
    return _in_memory(source, first, file)


def _opened(path: Any, told: Told | None) -> Any:
    if told is None:
        return open(path, "rb", opener=_at_once)
    return io.BufferedReader(_Told(path, told))


def _in_memory(source: str, first: bytes, file: IO[bytes]) -> IO[bytes]:
    """Keep what follows in memory; of what is no text, and no format of its own, only the start."""
    kept = io.BytesIO()
    kept.write(first + file.read(HEAD))
    head = kept.getvalue()
    if b"\0" not in head or _format_of(head) not in ("text", "jsonl"):
        while block := file.read(1 << 20):
            kept.write(block)
            if kept.tell() > MOST:
                raise DataError(
                    f"{source}: is longer than {MOST >> 20} MB and has not ended; save it as a file"
                )
    return _from_start(kept)


MOST = half_of_memory()


def _told(source: str, name: str, file: IO[bytes]) -> Opened:
    """Say what a file is, by its first bytes; its name must not say otherwise."""
    longest = file.seek(0, io.SEEK_END)
    head = _from_start(file).read(HEAD)
    if head.startswith(_GZIP) and name.endswith(".gz"):
        name = name.removesuffix(".gz")
        file = cast("IO[bytes]", gzip.GzipFile(fileobj=_from_start(file), mode="rb"))
        head, longest = file.read(HEAD), longest * _UNPACKED
        if _format_of(head) not in ("text", "jsonl"):
            raise DataError(f"{source}: holds no text; {_UNPACK}")
    elif name.endswith(".gz") and head:
        raise DataError(f"{source}: is named .gz, and is not compressed by gzip")
    ending = os.path.splitext(name)[1].lower()
    named, found = _ENDINGS.get(ending), _format_of(head)
    if found not in ("text", "jsonl") and named not in (None, found):
        raise DataError(f"{source}: this is {_NAMES[found]}; name it .{found}")
    if found in ("text", "jsonl") and named in _NAMES:
        raise DataError(f"{source}: is named {ending}, and is not {_NAMES[named]}")
    if found in ("text", "jsonl"):
        _check_text(source, head, named)
        found = named or found
    return Opened(_from_start(file), found, longest)


def _check_text(source: str, head: bytes, named: str | None) -> None:
    """Refuse what is no table of text, and say what it is."""
    if not head:
        raise DataError(f"{source}: the file is empty")
    for pattern, kind, advice in _KINDS:
        if re.match(pattern, head):
            raise DataError(f"{source}: this is {kind}; {advice}")
    if named == "text" and re.match(_JSON, head):
        raise DataError(f"{source}: this is JSON; {_EXPORT}, or name it .jsonl")
    if named != "jsonl" and re.match(_JSON_LIST, head):
        raise DataError(f"{source}: this is JSON; write a line for each row, or {_EXPORT}")


def _format_of(head: bytes) -> str:
    """Return the format that the first bytes of a file tell."""
    if head.startswith(b"\x93NUMPY"):
        return "npy"
    if re.match(rb"PAR1[^\t\n\r -~]", head):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        length = int.from_bytes(head[26:28], "little")
        return "npz" if head[30 : 30 + length].endswith(b".npy") else "text"
    return "jsonl" if re.match(_JSON, head) else "text"


def _from_start(file: IO[bytes]) -> IO[bytes]:
    file.seek(0)
    return file


def _at_once(path: Any, flags: int) -> int:
    """Open without waiting: a named pipe would wait here until somebody writes to it."""
    return os.open(path, flags | _NONBLOCK)


def _begin(source: str, descriptor: int) -> bytes:
    """Refuse a device without an end, and a pipe that nobody writes to.

    Answers what was read already; from then on, reading waits for what is still to be written.
    """
    status = os.fstat(descriptor)
    ends = os.isatty(descriptor) or os.path.samestat(status, os.stat(os.devnull))
    mode = status.st_mode
    if (stat.S_ISCHR(mode) and not ends) or stat.S_ISBLK(mode):
        raise DataError(f"{source}: is a device, not a file")
    if not _NONBLOCK or os.get_blocking(descriptor):
        return b""
    first = _first_of_pipe(source, descriptor) if stat.S_ISFIFO(mode) else b""
    os.set_blocking(descriptor, True)
    return first


def _first_of_pipe(source: str, descriptor: int) -> bytes:
    """Wait a little for somebody who writes; answers what was written by then."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            first = os.read(descriptor, HEAD)
        except BlockingIOError:  # somebody is there, and has not written yet
            return b""
        if first:
            return first
        time.sleep(0.01)  # nobody is there
    raise DataError(f"{source}: is a pipe that nobody writes to; waited {PATIENCE:g} s")
