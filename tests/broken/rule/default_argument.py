"""pluggy 1.6 ignores the default of an argument, and 1.7 honours it."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def learn(self, weight, weight_delta=0.0):
        return weight - weight_delta


FAULTS = [
    "'learn' gives 'weight_delta' a default, and evidence has none (leave it out)",
]
