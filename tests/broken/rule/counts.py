"""How many weights, of a rule that predicts nothing."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    def weight_count(self, inputs):
        return 2 * inputs

    @warmer.hookimpl
    def learn(self, weight):
        return weight


FAULTS = [
    "it has 'weight_count', which only the plugin that answers 'predict' is asked for",
]
