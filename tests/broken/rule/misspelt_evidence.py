"""Evidence that does not exist."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def learn(self, weight, wieght_delta):
        return weight - wieght_delta


FAULTS = [
    "'learn' asks for 'wieght_delta' (did you mean 'weight_delta'?); "
    "there is weight, weight_delta, error_at, memory, error, step, steps, passes, weight_norm, "
    "weight_delta_norm, weights, weight_deltas, inputs, deltas, error_at_all, rng",
]
