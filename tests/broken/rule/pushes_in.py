"""A plugin that sets its own place."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl(tryfirst=True)
    def learn(self, weight):
        return weight


FAULTS = [
    "'learn' says tryfirst or trylast (plugins run in the order they are given)",
]
