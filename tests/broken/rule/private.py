"""A private field, whose keyword is another name."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    _alpha: float = warmer.param(0.1)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'_alpha' is given as 'alpha' (call the field alpha)",
]
