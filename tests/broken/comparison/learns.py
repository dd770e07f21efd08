"""A comparison that would take the rule's place."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def compare(self, prediction, target):
        return warmer.Comparison(0.0, 0.0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'learn' is no hook of a comparison (leave it out)",
]
