"""A class that is not attrs is read for its other faults all the same."""

import warmer


class Broken:
    @warmer.hookimpl
    def lern(self, weight):
        return weight


FAULTS = [
    "Broken is not an attrs class (decorate it with @attrs.frozen(eq=False))",
    "there is no hook 'lern' (did you mean 'learn'?)",
    "it implements none of the hooks of a rule: learn",
]
