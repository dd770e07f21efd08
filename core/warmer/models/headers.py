"""What the headers of models and checkpoints hold: every key, and its type."""

from typing import Any

from warmer.storing.schema import NUMBER, PLAIN, Listed, Maybe, Named

PLUGIN = {
    "name": str,
    "distribution": (str, None),
    "version": (str, None),
    "parameters": Named(PLAIN),
    "hooks": Listed(str),
}
PLUGINS = {"rule": PLUGIN, "predictor": PLUGIN, "comparison": PLUGIN, "modifiers": Listed(PLUGIN)}
OUTCOME = {"status": str, "reason": str, "steps": int}

TABLE = Maybe(Named((str, bool, list)))  # what was done to it, as `Recipe.to_dict` says

COMMAND = {  # how the command line reads the table again
    "data": (str, None),
    "shipped": (str, None),
    "how": {
        "targets": Listed(str),
        "features": Maybe(Listed(str)),
        "bias": bool,
        "scale": str,
        "categories": (str, None),
        "missing": str,
        "without": Listed(str),
    },
    "table": TABLE,  # None where it was learned from the table itself
    "test": (*NUMBER, None),
    "valid": (*NUMBER, None),
}

SCORES = Maybe(Named(Named(Named((*NUMBER, None)))))  # by target column, part and figure

BOTH: dict[str, Any] = {
    "format": int,
    "kind": str,
    "warmer": str,  # the version that wrote it
    "plugins": PLUGINS,
    "memory": Listed(str),  # the fields that each weight remembers
    "step": int,  # steps taken
    "single": bool,  # whether one target has no axis of its own
}

MODEL: dict[str, Any] = {
    **BOTH,
    "inputs": int,  # how many the network has
    "rows": int,  # how many it has learned from
    "outcome": OUTCOME,
    "columns": Maybe(Listed(str)),  # the names of the inputs, where they came in a frame
    "table": TABLE,
    "scores": SCORES,
}

CHECKPOINT: dict[str, Any] = {
    **BOTH,
    "task": {
        "first": int,  # steps that were taken before this run
        "steps": int,  # the number of the last step
        "batch_size": int,
        "tolerance": (*NUMBER, None),
        "seed": (int, None),
        "patience": (int, None),  # None without rows to stop by
        "every": (int, None),
    },
    "data": str,  # a hash of the arrays
    "outcome": Maybe(OUTCOME),  # null while the run goes on
    "ended": bool,  # whether no step is left to take
    "command": Maybe(COMMAND),
}
