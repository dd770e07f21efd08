"""One weight and all of them at once."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def learn(self, weight, weight_delta, rng, deltas):
        return weight


FAULTS = [
    "'learn' mixes evidence for one weight (weight, weight_delta) "
    "and for all of them (deltas, rng): choose one kind",
]
