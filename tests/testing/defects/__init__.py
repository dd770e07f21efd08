"""Plugins with a planted defect each, and what is to be said of it: the fault and the remedy.

`DEFECTS` has them by a name that says the defect: (kind, class, words that must be told).
"""

import attrs

import warmer

DEFECTS: dict[str, tuple[str, type, tuple[str, ...]]] = {}
frozen = attrs.frozen(eq=False)


def defect(*words, kind="rule"):
    """Put a class into the table."""

    def add(cls):
        DEFECTS[cls.__name__] = kind, cls, words
        return cls

    return add


class Base:
    """Learns as it should; what derives from it plants a defect elsewhere."""

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 0.1 * weight_delta
