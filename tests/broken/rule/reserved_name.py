"""A parameter that `train` would take for its own."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    steps: int = warmer.param(3)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'steps' is a name that warmer uses itself (choose another)",
]
