"""pluggy tells plugins apart with ==."""

import attrs

import warmer


@attrs.frozen
class Broken:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "it compares by value, and pluggy tells plugins apart with == (say eq=False)",
]
