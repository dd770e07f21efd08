"""A rule whose method forgets `self`: the rule itself is taken for the weight."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def learn(weight, weight_delta):  # noqa: N805
        return weight - weight_delta


FAULTS = [
    "'learn' lacks `self`, the first argument of a method",
]
