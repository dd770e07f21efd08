"""No file runs code: shipped modules have no way to, and an audit hook sees none."""

import ast
import pickle
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import warmer
import warmer_rules

SOURCES = [
    path
    for package in (warmer, warmer_rules)
    for path in Path(package.__file__).parent.rglob("*.py")
]
FORBIDDEN = {"pickle", "cPickle", "dill", "shelve", "marshal", "joblib", "cloudpickle"}
CALLS = {"eval", "exec", "compile", "__import__"}
WORDS = re.compile("|".join([*FORBIDDEN, *CALLS, r"\bload"]))


TEXTS = {path: path.read_text(encoding="utf-8") for path in SOURCES}


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if WORDS.search(TEXTS[path])], ids=lambda path: path.stem
)
def test_nothing_that_runs_data(path: Path) -> None:
    """No module imports pickle or its like, or calls eval or exec; numpy.load refuses objects.

    Modules in whose text no such word stands do not.
    """
    for node in ast.walk(ast.parse(TEXTS[path])):
        if isinstance(node, ast.Import):
            assert not {alias.name.partition(".")[0] for alias in node.names} & FORBIDDEN
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] not in FORBIDDEN
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            assert name not in CALLS
            if isinstance(node.func, ast.Attribute) and node.func.attr == "load":
                keywords = {k.arg: ast.unparse(k.value) for k in node.keywords}
                assert keywords.get("allow_pickle", "False") == "False"


WATCH = """
import contextlib, encodings.utf_8_sig, sys, warmer
import warmer.models.saving, warmer.training.resuming, warmer.tables.reading, numpy.lib.format
seen = []
def hook(event, arguments):
    if event in ("pickle.find_class", "exec", "os.system", "subprocess.Popen",
                 "os.exec", "os.posix_spawn", "marshal.loads", "ctypes.dlopen"):
        seen.append(event)
numpy.savez("good.npz", x=[1.0])  # whatever is imported late is imported now
READERS = (warmer.load, lambda p: warmer.resume(p, [1.0], [1.0]), warmer.read_table)
for read in READERS:
    with contextlib.suppress(warmer.WarmerError):
        read("good.npz")
sys.addaudithook(hook)
for path in sys.argv[1:]:
    for read in READERS:
        before = len(seen)
        try:
            read(path)
        except warmer.WarmerError as error:
            assert "\\n" not in str(error), error
        else:
            print("taken:", path)
        if len(seen) > before:
            print(path, seen[before:])
"""


class Evil:
    """Asks whoever unpickles it to run a program."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        import os

        return os.system, ("touch ran",)


def test_pickles_under_any_name(tmp_path: Path) -> None:
    """Under ten names, bare or as an array of objects, they are refused, and nothing runs."""
    names = [f"p{index}.{end}" for index, end in enumerate(
        "warmer pkl pickle npy npz csv json jsonl parquet tsv".split()
    )]  # fmt: skip
    for index, name in enumerate(names):
        with (tmp_path / name).open("wb") as file:
            pickle.dump([Evil()], file, protocol=2 + index % 4)
    objects = np.array([Evil()], dtype=object)
    np.save(tmp_path / "objects.npy", objects, allow_pickle=True)
    np.savez(tmp_path / "objects.npz", x=objects)
    (tmp_path / "class.warmer").write_text('{"class": "os:system", "args": ["touch ran"]}', "utf-8")
    names += ["objects.npy", "objects.npz", "class.warmer"]
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *names], cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("", "")
    assert not (tmp_path / "ran").exists()
