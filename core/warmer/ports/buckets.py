"""Buckets: tensors worked on as one, since a call costs as much as a few thousand numbers."""

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import torch

from warmer.exceptions import UsageError
from warmer.formulas.expression import Node
from warmer.ports.evaluating import Operation, Values, compute
from warmer.ports.fusing import Move
from warmer.ports.tensors import functions_like, lifted

STEP = "_step"  # how many steps a parameter has taken; no field of a memory is called so
CPU_BYTES = 2**20  # of one thread at once, few enough to stay in the cache
OTHER_BYTES = 2**24  # elsewhere only small tensors are joined

State = dict[str, Any]


def at_once(tensor: torch.Tensor) -> int:
    """How many numbers like these to work on at once."""
    cpu = tensor.device.type == "cpu"
    size = CPU_BYTES * torch.get_num_threads() if cpu else OTHER_BYTES
    return max(1, size // int(tensor.element_size()))


def shared_out(
    parameters: Sequence[torch.Tensor], states: Mapping[Any, State], start: Mapping[str, float]
) -> list["Bucket"]:
    """Put parameters into buckets, by what they have in common.

    Parameters:
        states: what is kept of each; begun where there is nothing yet.
        start: what every weight remembers at the start.

    Raises:
        UsageError: a gradient is sparse.
    """
    alike: dict[Any, list[torch.Tensor]] = {}
    for parameter in parameters:
        if parameter.grad is not None and parameter.grad.layout != torch.strided:
            raise UsageError(
                f"the gradient of a parameter of shape {tuple(parameter.shape)} is sparse, and a "
                "rule learns every weight: make its layer with sparse=False"
            )
        step = states[parameter].setdefault(STEP, 0)
        alike.setdefault((parameter.device, parameter.dtype, step), []).append(parameter)
    return [Bucket(some, states, start) for those in alike.values() for some in _fitting(those)]


def _fitting(parameters: Sequence[torch.Tensor]) -> Iterator[list[torch.Tensor]]:
    """Put parameters together as far as they can be worked on at once; large ones stay alone."""
    some: list[torch.Tensor] = []
    count = 0
    for parameter in parameters:
        count += parameter.numel()
        if some and count > at_once(parameter):
            yield some
            some, count = [], parameter.numel()
        some.append(parameter)
    if some:
        yield some


class Bucket:
    """Parameters of one device, type and number of steps, and what they remember.

    What is kept of each parameter is a view of what is kept of all; where somebody puts something
    else in its place (as load_state_dict does), the bucket no longer holds it.

    Attributes:
        memory: of each field, for the weights of all parameters, one after another.
        functions: those of formulas, for tensors like these.
        some: how many weights to work on at once.
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
        self.some = at_once(like) if like.device.type == "cpu" else self.count
        self._flat = like.new_empty(self.count)  # the weights of several parameters
        self._places = self.cut(self._flat)
        self._views = {field: [state[field] for state in self.states] for field in start}
        self.functions = functions_like(like)

    def holds(self, states: Mapping[Any, State]) -> bool:
        """Whether this is still what is kept of its parameters."""
        found = map(states.__getitem__, self.parameters)
        steps = [state.get(STEP) for state in self.states]
        return (
            all(map(operator.is_, found, self.states))
            and steps.count(self.step) == len(steps)
            and all(
                state.get(field) is view
                for field, views in self._views.items()
                for state, view in zip(self.states, views, strict=True)
            )
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
        torch._foreach_copy_(self._places, [*shown(self.parameters)])
        return self._flat

    def weight_deltas(self) -> torch.Tensor:
        """What backward() left, one after another."""
        return joined([parameter.grad for parameter in self.parameters])

    def put(self, weights: torch.Tensor) -> None:
        """Give every parameter its new weights, unless they were written where they are."""
        if weights is self._flat:
            torch._foreach_copy_([*shown(self.parameters)], self._places)

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
        count, some = self.bucket.count, self.bucket.some
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
            found.append(lifted(values[id(wanted)], like).expand(like.shape))
        return found

    def finish(self, operations: Sequence[Operation], moves: Sequence[Move]) -> None:
        """Compute the new weights and memories, and put them in the place of the old ones."""
        for values in self.blocks():
            compute(operations, values, self.bucket.functions)
            new = [lifted(values[each.new], values[each.old]) for each in moves]
            new = [x.clone() if each.shared else x for each, x in zip(moves, new, strict=True)]
            for each, value in zip(moves, new, strict=True):
                values[each.old].copy_(value)
        self.bucket.put(next(iter(self.leaves.values())))
        self.bucket.took_a_step()


def real(tensor: torch.Tensor) -> torch.Tensor:
    """Show complex numbers as pairs of numbers, each of which learns by itself."""
    return torch.view_as_real(tensor) if tensor.is_complex() else tensor


def shown(tensors: Sequence[torch.Tensor]) -> Iterable[torch.Tensor]:
    """Show all tensors of one type as real ones."""
    return map(torch.view_as_real, tensors) if tensors[0].is_complex() else tensors


def joined(tensors: Sequence[Any]) -> torch.Tensor:
    """Put tensors one after another; of a single contiguous one this is a view."""
    flat = [each.flatten() for each in shown(tensors)]
    return flat[0] if len(flat) == 1 else torch.cat(flat)
