"""An observer that wants to learn."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'learn' is no hook of an observer (leave it out)",
    "it implements none of the hooks of an observer: run_started, steps_taken, run_ended",
]
