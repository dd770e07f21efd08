"""Files of checkpoints: what is written over, locked, asked for again and refused."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import warmer
from tests.training.checkpointing import OPTIMIZERS, StopAt, again, table
from warmer.storing.locking import locked
from warmer.training.checkpoints import load_checkpoint


def test_an_ended_run_is_answered_as_it_ended(tmp_path) -> None:
    """And a new run may take its place."""
    path = tmp_path / "c.warmer"
    task = {**table(), "rule": "alpha-scaled", "steps": 40}
    run = warmer.train(**task, checkpoint=path)
    again_ = warmer.resume(path, **table())
    assert again_.outcome == run.outcome
    assert again_.weights.tobytes() == run.weights.tobytes()
    warmer.train(**task, checkpoint=path)


def test_nothing_unfinished_is_written_over(tmp_path) -> None:
    """Nor is any other file."""
    path = tmp_path / "c.warmer"
    task = {**table(), "rule": "alpha-scaled", "steps": 40}
    warmer.train(**task, checkpoint=path, observers=[StopAt(5)])
    before = path.read_bytes()
    with pytest.raises(warmer.UsageError, match=r"holds a run at step 5 of 40; go on with it"):
        warmer.train(**task, checkpoint=path)
    assert path.read_bytes() == before
    Path(f"{path}.previous").unlink()
    with pytest.raises(warmer.UsageError, match=r"holds a run at step 5 of 40; go on with it"):
        warmer.train(**task, checkpoint=path)
    assert path.read_bytes() == before
    other = tmp_path / "data.csv"
    other.write_text("x,y\n", encoding="utf-8")
    with pytest.raises(warmer.UsageError, match="is no model or checkpoint of warmer; name"):
        warmer.train(**task, checkpoint=other)
    warmer.save(warmer.train(**task), tmp_path / "m.warmer")
    with pytest.raises(warmer.UsageError, match="is a model, not a checkpoint"):
        warmer.train(**task, checkpoint=tmp_path / "m.warmer")
    with pytest.raises(warmer.DataError, match="is a model, not a checkpoint; go on with start="):
        warmer.resume(tmp_path / "m.warmer", **table())
    with pytest.raises(warmer.DataError, match="is a checkpoint, not a model"):
        warmer.load(path)


def test_a_damaged_one(tmp_path) -> None:
    """The one before it is taken, with a warning; it is not lost before another one is whole."""
    path = tmp_path / "c.warmer"
    task = {**table(), "rule": "alpha-scaled", "steps": 40}
    warmer.train(**task, checkpoint=warmer.Checkpoint(path, every=0), observers=[StopAt(9)])
    path.write_bytes(path.read_bytes()[:-1])
    previous = Path(f"{path}.previous").read_bytes()
    run = warmer.resume(path, **table(), observers=[StopAt(10)])
    assert "c.warmer: is damaged" in run.reports[0]
    assert "the one before it is taken" in run.reports[0]
    assert Path(f"{path}.previous").read_bytes() == previous
    run = warmer.resume(path, **table())
    assert run.reports == ()
    assert run.weights.tobytes() == warmer.train(**task).weights.tobytes()
    path.write_bytes(b"")
    Path(f"{path}.previous").write_bytes(b"x")
    with pytest.raises(warmer.DataError, match="c.warmer: is no model or checkpoint"):
        warmer.resume(path, **table())


@pytest.mark.parametrize(
    "change",
    [
        lambda d: {**d, "inputs": np.nextafter(d["inputs"], 9)},
        lambda d: {**d, "inputs": np.ascontiguousarray(d["inputs"][::-1])},
        lambda d: {**d, "targets": -d["targets"]},
        lambda d: {**d, "inputs": d["inputs"][:6], "targets": d["targets"][:6]},
        lambda d: {**d, "inputs": d["inputs"][:, :2]},
        lambda d: {**d, "targets": d["targets"].reshape(-1, 1)},
        lambda d: {**d, "valid": (d["inputs"], d["targets"])},
    ],
)
def test_other_data_are_refused(change, tmp_path) -> None:
    """Down to the last bit, and the shape."""
    path = tmp_path / "c.warmer"
    warmer.train(**table(), rule="alpha-scaled", steps=9, checkpoint=path, observers=[StopAt(5)])
    with pytest.raises(warmer.DataError, match="c.warmer"):
        warmer.resume(path, **change(table()))


def test_the_same_data_in_any_layout(tmp_path) -> None:
    """What counts are the numbers, not how they lie in memory."""
    path = tmp_path / "c.warmer"
    warmer.train(**table(), rule="alpha-scaled", steps=9, checkpoint=path, observers=[StopAt(5)])
    data = table()
    warmer.resume(path, np.asfortranarray(data["inputs"]).astype(">f8"), data["targets"].tolist())


def test_a_second_run_is_refused(tmp_path) -> None:
    """While one run writes to a checkpoint, no other does, in this process or another."""
    path = tmp_path / "c.warmer"
    warmer.train(**table(), rule="alpha-scaled", steps=9, checkpoint=path, observers=[StopAt(5)])
    with locked(os.fspath(path)):
        with pytest.raises(warmer.UsageError, match="another run is writing to it"):
            warmer.resume(path, **table())
        code = f"import warmer; warmer.resume({os.fspath(path)!r}, [1.0], [1.0])"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert "another run is writing to it" in done.stderr
    assert sorted(os.listdir(tmp_path)) == ["c.warmer", "c.warmer.previous"]
    Path(f"{path}.lock").write_text("", encoding="utf-8")  # a killed run has left it
    warmer.resume(path, **table())
    assert not Path(f"{path}.lock").exists()


def test_what_has_no_name_is_given_again(tmp_path, momentum) -> None:
    """A class is asked for; with other parameters, or beside a name, it is refused."""
    path = tmp_path / "c.warmer"
    stop = [StopAt(5)]
    warmer.train(**table(), rule=momentum, alpha=0.3, steps=9, checkpoint=path, observers=stop)
    with pytest.raises(warmer.DataError, match="rule Momentum was given as a class or a file"):
        warmer.resume(path, **table())
    with pytest.raises(warmer.UsageError, match="rule Momentum had other parameters"):
        warmer.resume(path, **table(), rule=momentum(alpha=0.1))
    with pytest.raises(warmer.UsageError, match="predict is named in the file"):
        warmer.resume(path, **table(), rule=momentum, predict="linear")
    run = warmer.resume(path, **table(), rule=momentum)
    whole = warmer.train(**table(), rule=momentum, alpha=0.3, steps=9)
    assert run.weights.tobytes() == whole.weights.tobytes()


def test_a_link_is_followed(tmp_path) -> None:
    """The checkpoint and the one before it lie where the link leads."""
    (tmp_path / "far").mkdir()
    (tmp_path / "c.warmer").symlink_to(tmp_path / "far" / "real.warmer")
    path = tmp_path / "c.warmer"
    warmer.train(**table(), rule="alpha-scaled", steps=9, checkpoint=path, observers=[StopAt(5)])
    assert warmer.resume(path, **table()).outcome.steps == 9
    assert sorted(os.listdir(tmp_path / "far")) == ["real.warmer", "real.warmer.previous"]
    assert (tmp_path / "c.warmer").is_symlink()


COMMAND = {
    "data": "t.csv", "shipped": None, "table": None, "test": None, "valid": 0.5,
    "how": {"targets": ["y"], "features": None, "bias": True, "scale": "standard",
            "categories": None, "missing": "refuse", "without": []},
}  # fmt: skip


def test_the_command_stays(tmp_path) -> None:
    """How the command line reads the table again is kept by whoever goes on."""
    path = tmp_path / "c.warmer"
    where = warmer.Checkpoint(path, command=COMMAND)
    task = {**table(), "rule": "alpha-scaled", "steps": 9}
    run = warmer.train(**task, checkpoint=where, observers=[StopAt(3)])
    for step in (5, 7):
        assert load_checkpoint(where).header["command"] == COMMAND
        run = again(run, path, observers=[StopAt(step)])
    other = {**COMMAND, "data": "u.csv"}
    again(run, warmer.Checkpoint(path, command=other))
    assert load_checkpoint(where).header["command"] == other


LIES: dict[str, Any] = {
    "before its start": lambda h: h["task"].update(first=-1),
    "after its start": lambda h: h["task"].update(first=6),
    "beyond its end": lambda h: h.update(step=10),
    "steps": lambda h: h["task"].update(steps=4),
    "no step": lambda h: h.update(step=-1),
    "memory": lambda h: h["memory"].append("velocity"),
    "other memory": lambda h: h["memory"].clear(),
    "a batch": lambda h: h["task"].update(batch_size=99),
    "an axis": lambda h: h.update(single=False),
    "a name": lambda h: h["arrays"][0].__setitem__(0, "weight"),
    "no end": lambda h: h.update(outcome={"status": "budget"}),
    "a seed": lambda h: h["task"].update(seed="1"),
    "data": lambda h: h.update(data="0" * 64),
    "ended": lambda h: h.update(ended=1),
}


@pytest.mark.parametrize("lie", LIES)
def test_signed_lies(lie, tmp_path) -> None:
    """A checkpoint that contradicts itself or the run is refused in a line that names it."""
    path = tmp_path / "c.warmer"
    rule = f"{OPTIMIZERS}:Momentum"
    run = warmer.train(**table(), rule=rule, steps=9, checkpoint=path, observers=[StopAt(5)])
    assert again(run, path, rule=rule, observers=[StopAt(5)]).outcome.steps == 6
    Path(f"{path}.previous").unlink()
    whole = path.read_bytes()
    size = int.from_bytes(whole[8:16], "little")
    header = json.loads(whole[16 : 16 + size])
    LIES[lie](header)
    text = json.dumps(header).encode()
    body = b"WARMER1\n" + len(text).to_bytes(8, "little") + text + whole[16 + size : -32]
    path.write_bytes(body + hashlib.sha256(body).digest())
    with pytest.raises(warmer.DataError, match=f"^{path}: "):
        again(run, path, rule=rule)
