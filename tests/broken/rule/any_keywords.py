"""pluggy passes nothing to *rest and **more."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def learn(self, weight, *rest, **more):
        return weight


FAULTS = [
    "'learn' takes *rest, which never receives anything (name the evidence)",
    "'learn' takes **more, which never receives anything (name the evidence)",
]
