"""An adjust that wraps."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl(wrapper=True)
    def adjust(self, weight_delta):
        yield
        return weight_delta


FAULTS = [
    "'adjust' answers and does not wrap (leave out wrapper=True)",
]
