"""A parameter without a default."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    alpha: float = attrs.field()

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'alpha' is not declared with warmer.param(...)",
    "'alpha' has no default (say warmer.param(0.1, ...), with yours)",
]
