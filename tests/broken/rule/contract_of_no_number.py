"""A contract is a number, and this one is its release."""

import attrs

import warmer

FAULTS = ["'contract' must be the number of a contract, from 1, not '0.1'"]


@attrs.frozen(eq=False)
class Broken:
    contract = "0.1"

    @warmer.hookimpl
    def learn(self, weight):
        return weight
