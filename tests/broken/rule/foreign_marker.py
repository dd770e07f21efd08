"""pluggy passes over the marker of another project, and says nothing."""

import attrs
import pluggy

hookimpl = pluggy.HookimplMarker("pytest")


@attrs.frozen(eq=False)
class Broken:
    @hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "'learn' carries the marker of 'pytest', not @warmer.hookimpl",
    "it implements none of the hooks of a rule: learn",
]
