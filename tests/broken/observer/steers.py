"""An observer that wants to learn."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'learn' is no hook of a observer",
    "it implements none of the hooks of a observer: run_started, steps_taken, run_ended",
]
