"""PyTorch: `warmer.torch.Optimizer`, an optimizer of any learning rule with a formula."""

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
