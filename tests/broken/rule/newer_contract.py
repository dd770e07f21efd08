"""Written for a contract that this warmer does not know yet, with what only that one has."""

from typing import ClassVar

import attrs

import warmer

FAULTS = [
    f"it is written for contract 99, and this warmer {warmer.__version__} offers "
    f"{warmer.CONTRACT}: upgrade warmer"
]


@attrs.frozen(eq=False)
class Broken:
    contract: ClassVar[int] = 99

    @warmer.hookimpl
    def learn(self, weight, weight_delta, not_yet_known):
        return weight
