"""A default outside of its own range."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    alpha: float = warmer.param(0.0, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "its defaults do not make an object: alpha must be a number above 0, got 0.0",
]
