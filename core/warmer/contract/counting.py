"""Counting: a predictor may say how many weights it has, and what is wrong where it does."""

import inspect
from collections.abc import Iterator

import attrs


def has_weight_count(cls: type) -> bool:
    """Whether a predictor says how many weights it has."""
    return inspect.isfunction(inspect.getattr_static(cls, "weight_count", None))


def weight_count_faults(cls: type, kind: str, predicts: bool) -> Iterator[str]:
    """Say why the `weight_count` of a class cannot be asked.

    Parameters:
        predicts: whether the class answers predict.
    """
    named = inspect.getattr_static(cls, "weight_count", None)
    if named is None or (attrs.has(cls) and "weight_count" in attrs.fields_dict(cls)):
        return
    if not predicts or kind not in ("rule", "predictor"):
        yield "it has 'weight_count', which only the plugin that answers 'predict' is asked for"
    elif not inspect.isfunction(named):
        yield "'weight_count' is no plain method (say `def weight_count(self, inputs)`)"
    elif list(inspect.signature(named).parameters)[1:] != ["inputs"]:
        found = inspect.signature(named)
        yield f"'weight_count' takes {found}, and is asked as weight_count(self, inputs)"
