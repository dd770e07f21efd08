"""An observer that wraps the others."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl(wrapper=True)
    def run_started(self, task):
        return (yield)


FAULTS = [
    "'run_started' of an observer answers and does not wrap (leave out wrapper=True)",
]
