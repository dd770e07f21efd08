"""A constructor of its own, that takes other names."""

import attrs

import warmer


@attrs.frozen(eq=False, init=False)
class Broken:
    alpha: float = warmer.param(0.1)

    def __init__(self, share=0.1):
        self.__attrs_init__(alpha=share)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "it does not take its parameters by name: Broken.__init__() got an unexpected keyword "
    "argument 'alpha' (leave __init__ to attrs)",
]
