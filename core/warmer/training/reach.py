"""Whether a predictor can reach the targets: some predictions have a limit."""

import math

import numpy as np

from warmer.contract.check import evidence_of
from warmer.exceptions import PLUGIN_ERRORS
from warmer.plugins.network import Network
from warmer.runs.task import Array

FAR = 1e3, 1e6  # a prediction that is the same for both will not move any more
NEARER = (-100.0, -10.0, -1.0, 0.0, 1.0, 10.0, 100.0)


def out_of_reach(network: Network, targets: Array) -> str | None:
    """Say that targets lie beyond what a network can predict; None where they do not.

    The predictor is asked, with one weight and the input 1. A limit is what it answers to far
    weights of one sign, where no other answer lies beyond. Where it has more weights than one for
    an input, they may reach further together, and nothing is known.

    Parameters:
        network: the chosen plugins.
        targets: shape (rows, targets).
    """
    plugin = network.predictor.plugin
    asks = evidence_of(type(plugin), "predict")

    def predict(weight: float) -> float:
        row = {"weights": (weight,), "inputs": (1.0,)}
        if network.modifiers:
            return float(network.hook.predict(**row)) + 0.0  # so that -0.0 is written as 0
        return float(plugin.predict(**{name: row[name] for name in asks})) + 0.0

    try:
        if network.weight_count(1) > 1:
            return None
        ends = [predict(sign * FAR[0]) for sign in (-1, 1)]
        still = [
            end for end, sign in zip(ends, (-1, 1), strict=True) if end == predict(sign * FAR[1])
        ]
        if not still:  # as for every linear network
            return None
        answers = [*ends, *map(predict, NEARER)]
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS:  # a run would say so
        return None
    low = min(answers) if min(answers) in still else -math.inf
    high = max(answers) if max(answers) in still else math.inf
    least, most = float(np.min(targets)), float(np.max(targets))
    if low <= least and most <= high:
        return None
    limits = [f"from {low:g}"] * (low > -math.inf) + [f"to {high:g}"] * (high < math.inf)
    told = f"run from {least:g} to {most:g}" if least < most else f"are {least:g}"
    return (
        f"targets {told}, and {network.predictor.name} predicts numbers "
        f"{' '.join(limits)}: it cannot reach what lies beyond; scale or relabel the targets"
    )
