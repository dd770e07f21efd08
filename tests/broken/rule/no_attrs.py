"""A plain class."""

import warmer


class Broken:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "Broken is not an attrs class (decorate it with @attrs.frozen(eq=False))",
]
