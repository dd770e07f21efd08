"""A predictor that would take the rule's place."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return warmer.dot(weights, inputs)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'learn' is no hook of a predictor (leave it out)",
]
