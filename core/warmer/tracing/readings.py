"""Readings: the formula of a network, or of one of its hooks."""

from warmer.plugins.network import Network
from warmer.tracing.network_formula import Comparing, Formula, Learning, Prediction
from warmer.tracing.reader import Reader


def trace_network(network: Network, weights: int) -> Formula:
    """Read a whole network for a number of weights.

    Raises:
        UntraceableError: something in it cannot be said by a formula; the message names the
            hook, the reason and the line.
    """
    reader = Reader(network, ("predict", "log_odds", "compare", "learn"))
    fields = getattr(network.memory, "_fields", ())
    return Formula(weights, fields, reader.predict(weights), reader.compare(), reader.learn())


def trace_prediction(network: Network, weights: int) -> Prediction:
    """Read predict for a number of weights; raises as `trace_network` does."""
    return Reader(network, ("predict", "log_odds")).predict(weights)


def trace_compare(network: Network) -> Comparing:
    """Read compare; raises as `trace_network` does."""
    return Reader(network, ("compare",)).compare()


def trace_learn(network: Network) -> Learning:
    """Read learn; raises as `trace_network` does."""
    return Reader(network, ("learn",)).learn()
