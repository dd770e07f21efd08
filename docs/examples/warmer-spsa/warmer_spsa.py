"""SPSA: two errors tell where to go, however many weights there are. (Spall, 1992)"""

import attrs

import warmer


@attrs.frozen(eq=False)
class Spsa:
    """Look both ways along a random direction, and take a share of the slope between them."""

    alpha: float = warmer.param(0.1, above=0, help="share of the slope to take")
    reach: float = warmer.param(0.01, above=0, help="how far to look each way")

    @warmer.hookimpl
    def learn(self, weights, error_at_all, rng):
        way = rng.choice([-1.0, 1.0], size=len(weights))
        rise = error_at_all(weights + self.reach * way) - error_at_all(weights - self.reach * way)
        return weights - self.alpha * rise / (2 * self.reach) * way
