"""What a comparison leaves in a folder: its runs, its table and its report."""

import csv
import io
import os
from collections.abc import Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from warmer.exceptions import WarmerError
from warmer.storing.atomic import write

if TYPE_CHECKING:
    from warmer.comparing.compared import Compared


def save(compared: "Compared", folder: str) -> list[str]:
    """Write the files of a comparison into a folder, which is made where there is none.

    Returns:
        Their paths.

    Raises:
        WarmerError: one cannot be written.
    """
    files = {
        "runs.csv": _csv(compared),
        "table.txt": "\n".join([*compared.text(), ""]),
        "report.html": compared.report(),
    }
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise WarmerError(f"{folder}: {error.strerror or error}") from error
    paths = [_put(folder, name, [content.encode()]) for name, content in files.items()]
    if find_spec("pyarrow"):
        paths.insert(1, _put(folder, "runs.parquet", [_parquet(compared)]))
    return paths


def _put(folder: str, name: str, parts: Iterable[bytes]) -> str:
    path = os.path.join(folder, name)
    try:
        write(path, parts)
    except OSError as error:
        raise WarmerError(f"{path}: {error.strerror or error}") from error
    return path


def _csv(compared: "Compared") -> str:
    columns = compared.columns()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(
        ["" if cell is None else repr(cell) if isinstance(cell, float) else cell for cell in row]
        for row in zip(*columns.values(), strict=True)
    )
    return text.getvalue()


def _parquet(compared: "Compared") -> bytes:
    from pyarrow import BufferOutputStream, parquet

    buffer = BufferOutputStream()
    parquet.write_table(compared.frame("pyarrow"), buffer)
    return bytes(buffer.getvalue().to_pybytes())
