"""A parameter that no option of a command line can be."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    alphas: list = warmer.param(0.1)  # noqa: RUF009 - the fault itself

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'alphas' must be annotated float, int, bool or str, not <class 'list'>",
]
