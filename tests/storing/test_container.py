"""The container: what is read is what was written, or it is refused; and no code runs from it."""

import hashlib
import json
import os
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import warmer
from warmer.storing.container import decode, encode

HEADER = {"kind": "model", "numbers": [1, 2.5, 0.1], "name": "a"}
ARRAYS = {"weights": np.array([[1.0], [-0.0], [5e-324]]), "memory": np.empty((0, 3, 1))}


def data() -> bytes:
    return b"".join(encode(HEADER, ARRAYS))


def signed(header: bytes, numbers: bytes = b"", length: int | None = None) -> bytes:
    """A container of any header, whose hash is right."""
    size = len(header) if length is None else length
    whole = b"WARMER1\n" + size.to_bytes(8, "little") + header + numbers
    return whole + hashlib.sha256(whole).digest()


def test_there_and_back() -> None:
    """Headers and numbers come back to the bit, infinities and nan as well."""
    arrays = {**ARRAYS, "odd": np.array([np.inf, -np.inf, np.nan])}
    header, found = decode("f", b"".join(encode(HEADER, arrays)))
    assert header == {"format": 1, **HEADER}
    for name, array in arrays.items():
        assert (found[name].shape, found[name].tobytes()) == (array.shape, array.tobytes())


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """A copy with bytes changed, cut, doubled or put in."""
    place, way = chance.randrange(len(whole)), chance.randrange(5)
    if way == 0:
        return whole[:place]
    if way == 1:
        other = whole[place] ^ (1 << chance.randrange(8))
        return whole[:place] + bytes([other]) + whole[place + 1 :]
    if way == 2:
        return whole[:place] + chance.randbytes(3) + whole[place:]
    if way == 3:
        return whole[:place] + whole[place + chance.randrange(1, 9) :]
    return whole + whole[place:]


def test_damaged_copies(tmp_path: Path) -> None:
    """1,000 damaged copies of a model and a checkpoint are refused: never other numbers."""
    model, kept = tmp_path / "m.warmer", tmp_path / "c.warmer"
    run = warmer.train([1.0, 2.0], [3.0, 6.0], "alpha-scaled", steps=3, checkpoint=kept)
    warmer.save(run, model)
    chance, copy = random.Random(1), tmp_path / "copy.warmer"
    for source, read in (
        (model, warmer.load), (kept, lambda path: warmer.resume(path, [1.0, 2.0], [3.0, 6.0])),
    ):  # fmt: skip
        whole = source.read_bytes()
        for _ in range(500):
            worse = damaged(whole, chance)
            copy.write_bytes(worse)
            try:
                same = read(copy)
            except warmer.DataError:
                continue
            assert worse == whole or same.weights.tobytes() == run.weights.tobytes()


BAD = {
    "not_json": b"{",
    "no_object": b"[]",
    "twice": b'{"format":1,"format":1,"arrays":[]}',
    "nan": b'{"format":1,"a":NaN,"arrays":[]}',
    "infinity": b'{"format":1,"a":-Infinity,"arrays":[]}',
    "beyond": b'{"format":1,"a":1e999,"arrays":[]}',
    "digits": b'{"format":' + b"1" * 9000 + b',"arrays":[]}',
    "deep": b"[" * 100_000,
    "not_utf8": b'{"format":1,"\xff":1,"arrays":[]}',
    "newer": b'{"format":2,"arrays":[]}',
    "no_format": b'{"arrays":[]}',
    "no_arrays": b'{"format":1}',
    "arrays": b'{"format":1,"arrays":{}}',
    "shape": b'{"format":1,"arrays":[["a",[-1]]]}',
    "real": b'{"format":1,"arrays":[["a",[1.0]]]}',
    "truth": b'{"format":1,"arrays":[["a",[true]]]}',
    "lying": b'{"format":1,"arrays":[["a",[1099511627775,1099511627775]]]}',
    "named_twice": b'{"format":1,"arrays":[["a",[0]],["a",[0]]]}',
}


@pytest.mark.parametrize("name", BAD)
def test_bad_headers(name: str) -> None:
    """Whatever a header says, even under a right hash, it is read strictly or refused."""
    with pytest.raises(warmer.DataError, match="^f: "):
        decode("f", signed(BAD[name]))


@pytest.mark.parametrize("length", [2**63, 2**64 - 1, 1 << 25, 3, 500])
def test_a_lying_length(length: int) -> None:
    """No room is made for a header that is longer than the file."""
    with pytest.raises(warmer.DataError):
        decode("f", signed(b'{"format":1,"arrays":[]}', length=length))


@pytest.mark.parametrize("what", ["empty", "folder", "fifo", "text", "missing", "device"])
def test_other_files(what: str, tmp_path: Path) -> None:
    """What is no container is refused in a line, and nothing waits for a pipe."""
    path = tmp_path / "x.warmer"
    if what == "folder":
        path.mkdir()
    elif what == "fifo":
        os.mkfifo(path)
    elif what in ("empty", "text"):
        path.write_text("" if what == "empty" else "x,y\n1,2\n", encoding="utf-8")
    elif what == "device":
        path = Path("/dev/zero")
    with pytest.raises(warmer.DataError) as told:
        warmer.load(path)
    assert str(told.value).startswith(f"{path}: ")


def change(path: Path, edit: Any) -> None:
    """Change the header of a file, and sign it anew."""
    whole = path.read_bytes()
    size = int.from_bytes(whole[8:16], "little")
    header = json.loads(whole[16 : 16 + size])
    edit(header)
    path.write_bytes(signed(json.dumps(header).encode(), whole[16 + size : -32]))


EDITS: dict[str, Any] = {
    "unknown": lambda h: h.update(code="import os"),
    "lacking": lambda h: h.pop("plugins"),
    "deeper": lambda h: h["plugins"]["rule"].update({"module": "os:system"}),
    "path": lambda h: h["plugins"]["predictor"].update(name="evil.py:Evil"),
    "distribution": lambda h: h["plugins"]["predictor"].update(distribution="./evil.py:Evil"),
    "parameter": lambda h: h["plugins"]["predictor"]["parameters"].update(x=[1]),
    "strange": lambda h: h["plugins"]["predictor"]["parameters"].update(x=1.0),
    "step": lambda h: h.update(step=-1),
    "half": lambda h: h.update(step=1.5),
    "truth": lambda h: h.update(single=1),
    "memory": lambda h: h["memory"].append("velocity"),
    "inputs": lambda h: h.update(inputs=7),
    "kind": lambda h: h.update(kind="pickle"),
    "absent": lambda h: h["plugins"]["predictor"].update(name="neural", distribution="warmer-x"),
    "array": lambda h: h["arrays"][0].__setitem__(0, "weight"),
}


@pytest.mark.parametrize("name", EDITS)
def test_signed_lies(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A header that somebody has changed and signed is refused in a line, and runs nothing."""
    monkeypatch.chdir(tmp_path)
    Path("evil.py").write_text("open('ran', 'w')\nclass Evil: pass\n", encoding="utf-8")
    run = warmer.train([1.0, 2.0], [3.0, 6.0], "alpha-scaled", steps=3)
    path = tmp_path / "m.warmer"
    warmer.save(run, path)
    change(path, EDITS[name])
    with pytest.raises(warmer.WarmerError) as told:
        warmer.load(path).predict([1.0])
    assert "\n" not in str(told.value)
    assert not Path("ran").exists()


def test_a_missing_plugin_is_named(tmp_path: Path) -> None:
    """With its distribution and version."""
    path = tmp_path / "m.warmer"
    warmer.save(warmer.train([1.0], [3.0], "alpha-scaled", steps=3), path)
    change(path, lambda h: h["plugins"]["predictor"].update(name="deep", distribution="dnn",
                                                            version="2.1"))  # fmt: skip
    with pytest.raises(warmer.DataError, match=r"m\.warmer: needs predictor deep of dnn 2\.1: no "):
        warmer.load(path).predict([1.0])
