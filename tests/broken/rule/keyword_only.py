"""pluggy passes nothing to a keyword-only argument."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def learn(self, weight, *, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'learn' takes weight_delta, which never receives anything (name the evidence)",
]
