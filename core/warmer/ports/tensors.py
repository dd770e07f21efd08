"""The functions of formulas, for tensors of torch."""

import itertools
from typing import Any

import torch

from warmer.ports.evaluating import Functions, functions_of

IN_PLACE = {
    "+": torch.add, "-": torch.sub, "*": torch.mul, "/": torch.div,
    "sqrt": torch.sqrt, "negative": torch.neg,
}  # fmt: skip


def lifted(operand: Any, like: torch.Tensor) -> torch.Tensor:
    """Make a tensor of a number, of the type of another one."""
    if isinstance(operand, torch.Tensor):
        return operand
    return torch.full((), operand, dtype=like.dtype, device=like.device)


def functions_like(like: torch.Tensor) -> Functions:
    """The functions of formulas, where a number is made a tensor if only tensors are taken.

    Those of `IN_PLACE`, and the sums, write into a tensor where one is given as `out`.
    """

    def tensors(function: Any) -> Any:
        def apply(*operands: Any) -> Any:
            return function(*(lifted(operand, like) for operand in operands))

        return apply

    def scaled(function: Any, scale: str) -> Any:
        def apply(*operands: Any, **out: Any) -> Any:
            *parts, number = operands
            try:
                return function(*parts, **{scale: number}, **out)
            except TypeError:  # one of them is a number
                return function(*(lifted(x, like) for x in parts), **{scale: number}, **out)

        return apply

    def writing(name: str, function: Any) -> tuple[str, Any]:
        def apply(*operands: Any, **out: Any) -> Any:
            if not out:
                return named[name](*operands)
            tensor_first = isinstance(operands[0], torch.Tensor)  # else it is a sum or product
            return function(*(operands if tensor_first else reversed(operands)), **out)

        return name, apply

    def select(condition: Any, *sides: Any) -> torch.Tensor:
        if isinstance(condition, bool):
            return lifted(sides[0] if condition else sides[1], like)
        return torch.where(condition, *(lifted(side, like) for side in sides))

    named = functions_of(torch)
    strict = ("atan2", "copysign", "fmod")
    return {
        **named,
        "select": select,
        **{name: tensors(named[name]) for name in strict},
        **dict(itertools.starmap(writing, IN_PLACE.items())),
        "add_scaled": scaled(torch.add, "alpha"),
        "add_product": scaled(torch.addcmul, "value"),
        "add_quotient": scaled(torch.addcdiv, "value"),
    }
