"""A field that nobody checks."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    alpha: float = 0.1

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'alpha' is not declared with warmer.param(...)",
]
