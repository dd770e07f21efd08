"""A rule that looks at nothing."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def learn(self):
        return 1.0


FAULTS = [
    "'learn' asks for no evidence, so it cannot learn (name weight, say)",
]
