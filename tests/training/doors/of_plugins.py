"""The doors of plugins: finding them, checking them, and their formulas."""

import attrs

import warmer
from tests.training.doors.given import INTS, NAMES, NETWORK, NUMBERS, WRONG, Doors


@attrs.frozen(eq=False)
class Own:
    """A rule."""

    @warmer.hookimpl
    def learn(self, weight: float) -> float:
        return weight


PLUGINS: Doors = {
    "formula": (
        warmer.formula,
        {"rule": "alpha-scaled"},
        {
            "rule": "", **NETWORK, "weights": f"nothing {INTS}", "inputs": f"nothing {INTS}",
            "alpha": NUMBERS,
        },
    ),
    "rule": (
        lambda **arguments: warmer.rule(arguments.pop("what"), **arguments),
        {"what": "alpha-scaled"},
        {"what": "", "registry": "nothing", "alpha": NUMBERS},
    ),
    "network": (
        warmer.network,
        {"rule": "alpha-scaled"},
        {"rule": "", **NETWORK, "alpha": NUMBERS},
    ),
    "check_comparison": (
        warmer.check_comparison,
        {"compare": "squared-error"},
        {"compare": "", "registry": "nothing"},
    ),
    "param": (
        warmer.param,
        {"default": 1.0},
        {
            "default": " ".join(WRONG), "choices": f"empty dict {NAMES}",
            "help": "text numpy_text",
            **dict.fromkeys(
                ("above", "below", "at_least", "at_most"),
                f"nothing {NUMBERS} minus inf",
            ),
        },
    ),
    "Registry": (warmer.Registry, {}, {"allowed": f"nothing empty dict {NAMES}"}),
    "Registry.register": (
        lambda **arguments: warmer.Registry().register(**arguments),
        {"name": "own", "plugin": Own},
        {"name": "text numpy_text", "plugin": "", "kind": ""},
    ),
    "Registry.plugins": (warmer.Registry().plugins, {}, {"kind": "nothing"}),
    "Registry.misnamed": (warmer.Registry().misnamed, {}, {"kind": "nothing"}),
    "Registry.find": (warmer.Registry().find, {"name": "alpha-scaled"}, {"name": "", "kind": ""}),
    "Registry.hint": (
        warmer.Registry().hint, {"name": "x"}, {"name": "text numpy_text", "kind": "nothing"}
    ),
}  # fmt: skip
