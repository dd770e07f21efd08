"""A method without self."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def learn(weight, weight_delta):  # noqa: N805
        return weight - weight_delta


FAULTS = [
    "'learn' lacks self (say def learn(self, weight, weight_delta), "
    "with no decorator but warmer's)",
]
