"""warmer as scikit-learn estimators (extra `sklearn`).

>>> from warmer.sklearn import WarmerRegressor
>>> model = WarmerRegressor("alpha-scaled", parameters={"alpha": 0.5}, steps=100)
>>> model.fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]).predict([[3.0]]).round(6).tolist()
[7.0]
"""

from warmer.ports.estimators import WarmerClassifier as WarmerClassifier
from warmer.ports.estimators import WarmerRegressor as WarmerRegressor

__all__ = ["WarmerClassifier", "WarmerRegressor"]
