"""Its own check refuses its defaults, with an error that a missing default raises as well."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    alpha: float = warmer.param(0.1)

    def __attrs_post_init__(self):
        raise TypeError("alpha must be a fraction")

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "its defaults do not make an object: alpha must be a fraction",
]
