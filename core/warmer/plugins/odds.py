"""The log odds of a prediction, where its predictor does not give them itself."""

import math

import attrs

from warmer.contract.hookspecs import hookimpl
from warmer.exceptions import UsageError


@attrs.frozen(eq=False)
class LogOdds:
    """Take `log(p / (1 - p))` of the prediction p."""

    @hookimpl
    def log_odds(self, prediction: float) -> float:
        """Answer the log odds of a prediction between 0 and 1."""
        if prediction < 0 or prediction > 1:
            raise UsageError(
                f"log odds need predictions between 0 and 1, got {prediction!r} (predict: logistic)"
            )
        if prediction == 0 or prediction == 1:
            raise OverflowError(f"those of {prediction!r} have no end; predict: logistic")
        return math.log(prediction) - math.log1p(-prediction)
