"""pluggy passes over a method without a marker, and says nothing."""

import attrs


@attrs.frozen(eq=False)
class Broken:
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'learn' is not marked with @warmer.hookimpl",
    "it implements none of the hooks of a rule: learn",
]
