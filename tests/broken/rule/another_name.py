"""A hook under another name."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl(specname="learn")
    def move(self, weight):
        return weight


FAULTS = [
    "'learn' is said with specname (call the method learn)",
]
