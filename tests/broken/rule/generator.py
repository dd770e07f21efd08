"""A rule that yields."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def learn(self, weight):
        yield weight


FAULTS = [
    "'learn' has a yield, which only a modifier may have (return the answer)",
]
