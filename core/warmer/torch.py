"""PyTorch: `warmer.torch.Optimizer`, an optimizer of any learning rule with a formula.

>>> import torch, warmer.torch
>>> weights = torch.ones(2, requires_grad=True)
>>> optimizer = warmer.torch.Optimizer([weights], rule="alpha-scaled", alpha=0.5)
>>> (weights * weights / 2).sum().backward()
>>> optimizer.step()
>>> weights.tolist()
[0.5, 0.5]
"""

try:
    from warmer.ports.optimizer import Optimizer
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    raise ModuleNotFoundError(
        "warmer.torch needs PyTorch, which is not installed: pip install 'warmer[torch]'",
        name="torch",
    ) from None

__all__ = ["Optimizer"]
