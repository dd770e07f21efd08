"""A rule that wants to watch as well."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def run_started(self, task):
        pass

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'run_started' is no hook of a rule (leave it out)",
]
