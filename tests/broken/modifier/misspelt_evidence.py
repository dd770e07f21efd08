"""A modifier is checked like a rule."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl(wrapper=True)
    def compare(self, predicted):
        return (yield)


FAULTS = [
    "'compare' asks for 'predicted' (did you mean 'prediction'?); "
    "there is prediction, log_odds, target",
]
