"""The text of a file; what is no text, or has no end, is refused and named."""

import io
import os
import re
import stat
import sys
import time
from typing import IO, Any

from warmer.contract.arguments import shown
from warmer.exceptions import DataError, ParameterError

HEAD = 65536  # bytes that are read to find out what the file is
PATIENCE = 5.0  # seconds to wait for somebody who writes to a named pipe
_LINE_END = re.compile(rb"\r\n|\r|\n")
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_EXPORT = "save the table as CSV"
_UNPACK = "unpack it first"
_UTF8 = "save it as UTF-8"
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
    (rb"PAR1[^\t\n\r -~]", "a Parquet file", _EXPORT),
    (rb"(ARROW1|FEA1)[^\t\n\r -~]", "an Arrow file", _EXPORT),
    (rb"\x89HDF\r\n\x1a\n", "an HDF5 file", _EXPORT),
    (rb"\x93NUMPY", "an array saved by NumPy", _EXPORT),
    (rb"SQLite format 3\x00", "an SQLite database", _EXPORT),
    (rb"%PDF-", "a PDF document", _EXPORT),
    (rb"\{\\rtf", "a document in rich text", _EXPORT),
    (rb"\xff\xfe\x00\x00|\x00\x00\xfe\xff", "text in UTF-32", _UTF8),
    (rb"\xff\xfe|\xfe\xff", "text in UTF-16", _UTF8),
    (rb"version https://git-lfs\.github\.com/", "a pointer of Git LFS", "fetch it: git lfs pull"),
    (rb"(\xef\xbb\xbf)?\s*(?i:<!doctype html|<html)", "a web page", "download the table itself"),
    (rb"(\xef\xbb\xbf)?\s*<\?xml", "an XML file", _EXPORT),
    (rb"(\xef\xbb\xbf)?\s*(\{\s*\"|\[\s*[\[{])", "JSON", _EXPORT),
)


def source_of(path: Any) -> str:
    """Say how errors are to name a file, given as to `read_text`.

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


def read_text(source: str, path: str | bytes | os.PathLike[Any] | IO[Any]) -> str:
    """Read a text file in UTF-8, without the blank lines at its end.

    Parameters:
        source: how errors name the file.
        path: the file; `"-"` is standard input. Or an open file, of text or of bytes.

    Raises:
        DataError: it cannot be read, has no end, is no text, or holds nothing.
    """
    data = _read_open(source, path) if hasattr(path, "read") else _read_bytes(source, path)
    try:
        text = data.decode("utf-8-sig").rstrip(" \t\r\n")
    except UnicodeDecodeError as error:
        place = f"{source}:{_line(error.object[: error.start])}"
        byte = error.object[error.start]
        raise DataError(f"{place}: byte 0x{byte:02x} is not UTF-8; {_UTF8}") from None
    if not text:
        raise DataError(f"{source}: the file is empty")
    return text


def _read_open(source: str, file: Any) -> bytes:
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
    return _read_all(source, stream)


def _read_bytes(source: str, path: str | bytes | os.PathLike[Any]) -> bytes:
    """Read the whole file, or say in a few words why not."""
    try:
        if path not in ("-", b"-"):
            with open(path, "rb", opener=_at_once) as file:
                return _read_all(source, file)
        stream = getattr(sys.stdin, "buffer", None)  # None where the host has closed it
        if stream is None:
            raise OSError("there is no standard input")
        return _read_all(source, stream)
    except DataError:
        raise
    except FileNotFoundError:
        why = "no such file"
    except IsADirectoryError:
        why = "is a directory, not a file"
    except PermissionError:
        why = "no permission to read it"
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path, a closed stream
        why = getattr(error, "strerror", None) or str(error)
    raise DataError(f"{source}: {why}")


def _at_once(path: Any, flags: int) -> int:
    """Open without waiting: a named pipe would wait here until somebody writes to it."""
    return os.open(path, flags | _NONBLOCK)


def _read_all(source: str, file: IO[bytes]) -> bytes:
    """Read to the end; a source without an end, or that is no text, is refused at once."""
    try:
        first = _begin(source, file.fileno())
    except io.UnsupportedOperation:  # a stream that somebody put there
        first = b""
    head = first + file.read(HEAD)
    for pattern, kind, advice in _KINDS:
        if re.match(pattern, head):
            raise DataError(f"{source}: this is {kind}; {advice}")
    data = head if b"\0" in head else head + file.read()
    if b"\0" in data:
        line = _line(data[: data.index(b"\0")])
        raise DataError(f"{source}:{line}: a NUL byte; this is not a text file in UTF-8")
    return data


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


def _line(before: bytes) -> int:
    """Return the number of the line that follows these bytes."""
    return len(_LINE_END.findall(before)) + 1
