"""A predictor of log odds that predicts nothing."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def log_odds(self, weights, inputs):
        return warmer.dot(weights, inputs)


FAULTS = [
    "it has 'log_odds' and no 'predict' that they belong to (add it)",
    "it implements none of the hooks of a predictor: predict",
]
