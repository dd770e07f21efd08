"""The page on model files is enough to read one, in plain Python and in JavaScript."""

import hashlib
import json
import re
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

import warmer

PAGE = Path(__file__).parents[2] / "docs" / "models.md"
WIDE = "size,colour,price\n1,red,3.5\n2,blue,1\n3,red,7\n4,green,2\n5,blue,6\n"


def read_model(path: Path) -> tuple[dict[str, Any], dict[str, tuple[float, ...]]]:
    """Read a model as the page says, without warmer and without NumPy."""
    data = path.read_bytes()
    if data[:8] != b"WARMER1\n":
        raise ValueError("no model of warmer")
    if hashlib.sha256(data[:-32]).digest() != data[-32:]:
        raise ValueError("damaged")
    (length,) = struct.unpack("<Q", data[8:16])
    header = json.loads(data[16 : 16 + length].decode("utf-8"))
    at, arrays = 16 + length, {}
    for name, shape in header["arrays"]:
        count = 1
        for each in shape:
            count *= each
        arrays[name] = struct.unpack(f"<{count}d", data[at : at + 8 * count])
        at += 8 * count
    if header["format"] != 1 or at != len(data) - 32:
        raise ValueError("of another format")
    return header, arrays


def predict(header: dict[str, Any], arrays: dict[str, Any], row: dict[str, Any]) -> float:
    """Predict a row of the linear network."""
    table, inputs = header["table"], []
    for column in table["columns"]:
        raw = [row[column["name"]]]
        if column["levels"]:
            levels = column["levels"][table["bias"] :]
            raw = [float(row[column["name"]] == word) for word in levels]
        shifts = zip(raw, column["centre"], column["spread"], strict=True)
        inputs += [(x - centre) / spread for x, centre, spread in shifts]
    inputs += [1.0] if table["bias"] else []
    return sum(x * w for x, w in zip(inputs, arrays["weights"], strict=True))


@pytest.fixture
def model(tmp_path: Path) -> tuple[Path, list[dict[str, Any]], list[float]]:
    """A model of numbers and words, rows, and what warmer predicts of them."""
    data = tmp_path / "t.csv"
    data.write_text(WIDE, encoding="utf-8")
    table = warmer.read_table(data)
    prepared = warmer.prepare(table, "price", categories="one-hot")
    run = warmer.train(prepared.inputs, prepared.targets[:, 0], "alpha-scaled", steps=200)
    path = tmp_path / "m.warmer"
    warmer.save(run.model(prepared), path)
    cells = zip(table.numbers("size").tolist(), table.texts("colour"), strict=True)
    rows = [{"size": size, "colour": colour} for size, colour in cells]
    return path, rows, warmer.load(path).predict(table).tolist()


def test_in_plain_python(model) -> None:
    """Thirty lines read a model and predict the same."""
    path, rows, expected = model
    header, arrays = read_model(path)
    assert [predict(header, arrays, row) for row in rows] == pytest.approx(expected, rel=1e-12)
    assert header["plugins"]["rule"]["name"] == "alpha-scaled"


NODE = shutil.which("node")

if NODE:  # where there is no node, nothing of JavaScript can be shown: the page is still there

    def test_in_javascript(model, tmp_path) -> None:
        """The program on the page, as it stands there."""
        path, rows, expected = model
        (program,) = re.findall(
            r"`read_model.js`:\n\n```text\n(.*?)```", PAGE.read_text("utf-8"), re.S
        )
        (tmp_path / "read_model.js").write_text(program, encoding="utf-8")
        done = subprocess.run(
            [NODE, tmp_path / "read_model.js", path, json.dumps(rows)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert json.loads(done.stdout) == pytest.approx(expected, rel=1e-12)


def test_every_key_is_on_the_page(model, tmp_path) -> None:
    """And every array, of models and of checkpoints."""
    path, _, _ = model
    data = {"inputs": [[1.0], [2.0], [3.0]], "targets": [1.0, 2.0, 4.0]}
    warmer.train(
        **data, rule="alpha-scaled", steps=9, batch_size=1, checkpoint=tmp_path / "c.warmer",
        valid=(data["inputs"], data["targets"]),
        start=warmer.train(**data, rule="alpha-scaled", steps=1),
    )  # fmt: skip
    page = PAGE.read_text(encoding="utf-8").partition("## The files")[2]
    named = {word for row in re.findall(r"^\| ([^|]*) \|", page, re.M) for word in row.split("`")}
    for file in (path, tmp_path / "c.warmer"):
        header, _ = read_model(file)
        assert {*header} <= named
        assert {name for name, _ in header["arrays"]} <= named
