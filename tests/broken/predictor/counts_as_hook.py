"""How many weights, marked as a hook."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def weight_count(self, inputs):
        return inputs

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return warmer.dot(weights, inputs)


FAULTS = [
    "'weight_count' is no hook (leave out @warmer.hookimpl)",
]
