"""JAX and optax: `warmer.optax.transformation`, of any learning rule with a formula.

>>> import jax.numpy, optax, warmer.optax
>>> rule = warmer.optax.transformation("alpha-scaled", alpha=0.5)
>>> weights = jax.numpy.ones(2)
>>> moves, state = rule.update(weights, rule.init(weights))
>>> optax.apply_updates(weights, moves).tolist()
[0.5, 0.5]
"""

try:
    from warmer.ports.transformation import transformation
except ModuleNotFoundError as error:
    if error.name not in ("jax", "optax"):
        raise
    raise ModuleNotFoundError(
        f"warmer.optax needs JAX and optax, and {error.name} is not installed: "
        "pip install 'warmer[jax]'",
        name=error.name,
    ) from None

__all__ = ["transformation"]
