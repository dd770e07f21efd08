"""A rule that could keep state."""

import attrs

import warmer


@attrs.define(eq=False)
class Broken:
    alpha: float = warmer.param(0.1)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "it is not frozen (decorate it with @attrs.frozen(eq=False))",
]
