"""warmer as scikit-learn estimators: `WarmerRegressor` and `WarmerClassifier`.

>>> from warmer.sklearn import WarmerRegressor
>>> model = WarmerRegressor("alpha-scaled", parameters={"alpha": 0.5}, steps=100)
>>> model.fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]).predict([[3.0]]).round(6).tolist()
[7.0]
"""

try:
    from warmer.ports.estimators import WarmerClassifier, WarmerRegressor
except ImportError as error:
    if not (error.name or "").startswith("sklearn"):
        raise
    raise ImportError(
        "warmer.sklearn needs scikit-learn 1.6 or newer: pip install 'warmer[sklearn]'",
        name=error.name,
    ) from None

__all__ = ["WarmerClassifier", "WarmerRegressor"]
