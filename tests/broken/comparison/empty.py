"""A comparison that compares nothing."""

import attrs


@attrs.frozen(eq=False)
class Broken:
    pass


FAULTS = [
    "it implements none of the hooks of a comparison: compare",
]
