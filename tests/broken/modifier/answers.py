"""A modifier that answers in the rule's place."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'learn' of a modifier wraps: @warmer.hookimpl(wrapper=True) and one yield",
]
