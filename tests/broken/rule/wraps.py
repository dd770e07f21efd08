"""A rule that wraps itself round another."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl(wrapper=True)
    def learn(self, weight):
        return (yield)


FAULTS = [
    "'learn' of a rule answers and does not wrap (leave out wrapper=True)",
]
