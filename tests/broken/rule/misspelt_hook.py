"""A hook that does not exist."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def lern(self, weight):
        return weight


FAULTS = [
    "there is no hook 'lern' (did you mean 'learn'?)",
    "it implements none of the hooks of a rule: learn",
]
