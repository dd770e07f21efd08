"""Buckets: tensors that are worked on as one, since a call costs more than a few thousand numbers."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch

from warmer.exceptions import UsageError
from warmer.formulas.expression import Node
from warmer.ports.evaluating import Functions, Operation, Program, Values, compute, functions_of

STEP = "_step"  # how many steps a parameter has taken; no field of a memory is called so
CPU_BLOCK = 2**16  # numbers of one thread at once, few enough to stay in the cache
OTHER_BLOCK = 2**22  # elsewhere only small tensors are joined

State = dict[str, Any]


def at_once(device: torch.device) -> int:
    """How many numbers to work on at once."""
    return CPU_BLOCK * torch.get_num_threads() if device.type == "cpu" else OTHER_BLOCK


def shared_out(
    parameters: Sequence[torch.Tensor], states: Mapping[Any, State], start: Mapping[str, float]
) -> list["Bucket"]:
    """Put parameters into buckets, by what they have in common.

    Parameters:
        states: what is kept of each; begun where there is nothing yet.
        start: what every weight remembers at the start.
    """
    alike: dict[Any, list[torch.Tensor]] = {}
    for parameter in parameters:
        step = states[parameter].setdefault(STEP, 0)
        alike.setdefault((parameter.device, parameter.dtype, step), []).append(parameter)
    buckets = []
    for (device, _, _), those in alike.items():
        some: list[torch.Tensor] = []
        for parameter in those:
            if parameter.numel() >= at_once(device):
                buckets.append(Bucket([parameter], states, start))
                continue
            some.append(parameter)
            if sum(each.numel() for each in some) >= at_once(device):
                buckets.append(Bucket(some, states, start))
                some = []
        if some:
            buckets.append(Bucket(some, states, start))
    return buckets


class Bucket:
    """Parameters of one device, type and number of steps, and what they remember.

    What is kept of each parameter is a view of what is kept of all; where somebody puts something
    else in its place (as load_state_dict does), the bucket no longer holds it.

    Attributes:
        memory: of each field, for the weights of all parameters, one after another.
        functions: those of formulas, for tensors like these.
    """

    def __init__(
        self,
        parameters: Sequence[torch.Tensor],
        states: Mapping[Any, State],
        start: Mapping[str, float],
    ):
        self.parameters = list(parameters)
        self._shapes = [real(parameter).shape for parameter in parameters]
        self._sizes = [shape.numel() for shape in self._shapes]
        self.count, self.device = sum(self._sizes), self.parameters[0].device
        self.memory: dict[str, torch.Tensor] = {}
        self.states = [states[parameter] for parameter in parameters]
        self.step = self.states[0][STEP]
        for field, value in start.items():
            pieces = [
                state[field] if field in state else torch.full_like(real(parameter), value)
                for parameter, state in zip(self.parameters, self.states, strict=True)
            ]
            self.memory[field] = joined(pieces)
            for state, piece in zip(self.states, self.cut(self.memory[field]), strict=True):
                state[field] = piece
        like = real(self.parameters[0])
        self._flat = like.new_empty(self.count)  # the weights of several parameters
        self._places = self.cut(self._flat)
        self._views = [{field: state[field] for field in start} for state in self.states]
        self.functions = functions_like(like)

    def holds(self, states: Mapping[Any, State]) -> bool:
        """Whether this is still what is kept of its parameters."""
        return all(
            states[parameter].get(STEP) == self.step
            and all(states[parameter].get(field) is view for field, view in views.items())
            for parameter, views in zip(self.parameters, self._views, strict=True)
        )

    def cut(self, flat: torch.Tensor) -> list[torch.Tensor]:
        """Cut what belongs to all parameters into their shapes."""
        parts = flat.split(self._sizes)
        return [part.view(shape) for part, shape in zip(parts, self._shapes, strict=True)]

    def weights(self) -> torch.Tensor:
        """All weights, one after another; of a single contiguous parameter, itself."""
        first = self.parameters[0]
        if len(self.parameters) == 1 and first.is_contiguous():
            return real(first.detach()).view(-1)
        return torch.cat([real(each).reshape(-1) for each in self.parameters], out=self._flat)

    def weight_deltas(self) -> torch.Tensor:
        """What backward() left, one after another.

        Raises:
            UsageError: a gradient is sparse.
        """
        for parameter in self.parameters:
            if parameter.grad is not None and parameter.grad.layout != torch.strided:
                raise UsageError(
                    f"a gradient of shape {tuple(parameter.shape)} is sparse, and a rule learns "
                    "every weight: make the layer with sparse=False"
                )
        return joined([parameter.grad for parameter in self.parameters])

    def put(self, weights: torch.Tensor) -> None:
        """Give every parameter its new weights, unless they were written where they are."""
        if weights is self._flat:
            for parameter, place in zip(self.parameters, self._places, strict=True):
                real(parameter).copy_(place)

    def took_a_step(self) -> None:
        """Count a step of every parameter."""
        self.step += 1
        for state in self.states:
            state[STEP] = self.step


class Work(NamedTuple):
    """A step of one bucket.

    Parameters:
        known: what is the same for every weight, by the identity of its node.
        leaves: what differs from weight to weight: tensors of all, one after another.
    """

    bucket: Bucket
    known: Values
    leaves: Values

    def blocks(self) -> Iterator[Values]:
        """What is known of some weights at a time, for all of them."""
        count, device = self.bucket.count, self.bucket.device
        some = at_once(device) if device.type == "cpu" else count
        if count <= some:
            yield self.known | self.leaves
            return
        for start in range(0, count, some):
            here = slice(start, start + some)
            yield self.known | {leaf: flat[here] for leaf, flat in self.leaves.items()}

    def pieces(self, before: Sequence[Operation], wanted: Node) -> list[torch.Tensor]:
        """Compute an expression, block by block."""
        found = []
        for values in self.blocks():
            compute(before, values, self.bucket.functions)
            like = values[next(iter(self.leaves))]
            found.append(torch.zeros_like(like) + values[id(wanted)])
        return found

    def finish(self, operations: Sequence[Operation], results: Sequence[int]) -> None:
        """Compute the new weights and memories, and put them in the place of the old ones."""
        first, _, *fields = self.leaves
        for values in self.blocks():
            leaves = [values[leaf] for leaf in self.leaves]
            old = [values[leaf] for leaf in (first, *fields)]
            compute(operations, values, self.bucket.functions)
            new = [values[result] for result in results]
            for at, value in enumerate(new):  # what stays as it is may be overwritten below
                if value is not old[at] and any(value is each for each in leaves):
                    new[at] = value.clone()
            for place, value in zip(old, new, strict=True):
                if value is not place:
                    place.copy_(value)
        self.bucket.put(self.leaves[first])
        self.bucket.took_a_step()


def real(tensor: torch.Tensor) -> torch.Tensor:
    """Show complex numbers as pairs of numbers, each of which learns by itself."""
    return torch.view_as_real(tensor) if tensor.is_complex() else tensor


def joined(tensors: Sequence[Any]) -> torch.Tensor:
    """Put tensors one after another; of a single contiguous one this is a view."""
    flat = [real(tensor).reshape(-1) for tensor in tensors]
    return flat[0] if len(flat) == 1 else torch.cat(flat)


def functions_like(like: torch.Tensor) -> Functions:
    """The functions of formulas, where a number is made a tensor if only tensors are taken."""

    def tensors(function: Any, *operands: Any, **out: Any) -> torch.Tensor:
        lifted = (
            each if isinstance(each, torch.Tensor)
            else torch.full((), each, dtype=like.dtype, device=like.device)
            for each in operands
        )  # fmt: skip
        return function(*lifted, **out)  # type: ignore[no-any-return]

    def scaled(function: Any, scale: str, *operands: Any, **out: Any) -> torch.Tensor:
        *parts, number = operands
        return tensors(function, *parts, **{scale: number}, **out)

    def select(condition: Any, *sides: Any) -> torch.Tensor:
        if isinstance(condition, bool):
            return tensors(lambda side: side, sides[0] if condition else sides[1])
        return tensors(torch.where, condition, *sides)

    named = functions_of(torch)
    strict = ("atan2", "copysign", "fmod")
    return {
        **named,
        "select": select,
        **{name: partial(tensors, named[name]) for name in strict},
        "add_scaled": partial(scaled, torch.add, "alpha"),
        "add_product": partial(scaled, torch.addcmul, "value"),
        "add_quotient": partial(scaled, torch.addcdiv, "value"),
    }
