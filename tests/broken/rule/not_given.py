"""A field that nobody can give a value."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    alpha: float = attrs.field(default=0.1, init=False)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'alpha' cannot be given a value (leave out init=False)",
    "'alpha' is not declared with warmer.param(...)",
]
