"""A wrapper that wraps nothing."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl(wrapper=True)
    def learn(self, weight):
        return weight


FAULTS = [
    "'learn' wraps and has no yield (say answer = yield, and return an answer)",
]
