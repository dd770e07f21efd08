"""A wrapper of the old kind, which sees pluggy's result object."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl(hookwrapper=True)
    def learn(self, weight):
        yield


FAULTS = [
    "'learn' of a modifier wraps: @warmer.hookimpl(wrapper=True) and one yield",
]
