"""How many weights, as a number."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    weight_count = 3

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return warmer.dot(weights[:1], inputs)


FAULTS = [
    "'weight_count' is no plain method (say `def weight_count(self, inputs)`)",
]
