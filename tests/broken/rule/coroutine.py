"""A rule that is not there yet."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    async def learn(self, weight):
        return weight


FAULTS = [
    "'learn' is async; hooks are plain functions",
]
