"""Two parameters that the command line cannot tell apart."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    lambda_: float = warmer.param(0.1)
    lambda__: float = warmer.param(0.1)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'lambda_' and 'lambda__' would be one option (rename one of them)",
]
