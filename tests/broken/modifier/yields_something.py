"""A modifier that hands a value to nobody."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl(wrapper=True)
    def learn(self, weight):
        learned = yield weight
        return learned


FAULTS = [
    "'learn' yields a value, which nobody receives (say answer = yield, and no more)",
]
