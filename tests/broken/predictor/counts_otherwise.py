"""How many weights, asked for something else."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    def weight_count(self, rows, columns):
        return columns

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return warmer.dot(weights, inputs)


FAULTS = [
    "'weight_count' takes (self, rows, columns), and is asked as weight_count(self, inputs)",
]
