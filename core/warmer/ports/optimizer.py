"""PyTorch: a learning rule as an optimizer."""

import functools
import itertools
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from warmer.contract.arguments import shown
from warmer.contract.parameters import construct, values_of
from warmer.exceptions import UsageError
from warmer.plugins.registry import Registry
from warmer.ports.buckets import STEP, Bucket, Work, real, shared_out
from warmer.ports.evaluating import Program, Values, compute_numbers
from warmer.ports.fusing import fused, numbers_joined, written_over
from warmer.ports.ported import Ported, check_changing, counted, port, varies

BESIDE = ("params", "param_names", "name", "initial_lr")
"""What a group has beside the rule's numbers."""
NOTHING = "the rule has no number that could be group['lr']: leave the learning rate scheduler out"

Closure = Callable[[], Any]


class Group(dict[str, Any]):
    """A group of parameters; without an `lr`, a scheduler is told that there is nothing for it."""

    def __missing__(self, name: str) -> Any:
        raise UsageError(NOTHING) if name == "lr" else KeyError(name)


class Optimizer(torch.optim.Optimizer):
    """Let a learning rule move the weights of a model.

    The rule's formula is read once, and computed for all weights at once. `weight_delta` is what
    `backward()` leaves in `.grad`; `step` counts the steps of each parameter.

    Parameters:
        params: parameters, as for every optimizer, or groups of them with values of their own for
            the rule's numbers: `{"params": ..., "alpha": 0.01}`.
        rule: a name, `distribution/name`, `path/to/file.py:Class`, a class or an object.
        modifiers: named like the rule, the first one closest to it.
        scheduled: the rule's number that is `group["lr"]`, which torch's schedulers change; by
            default the first one.
        steps: how many steps there will be, for what asks for `steps`.
        per_pass: how many of them are a pass over the data, for what asks for `passes`.
        registry: where names are looked up; by default all that is installed.
        **parameters: the rule's own.

    Raises:
        UsageError: the rule has no formula for one weight, or needs more than an optimizer has.
        PluginError: a plugin cannot be imported, or does not keep the contract.
    """

    def __init__(
        self,
        params: Any,
        rule: Any,
        *,
        modifiers: Sequence[Any] = (),
        scheduled: str | None = None,
        steps: int | None = None,
        per_pass: int | None = None,
        registry: Registry | None = None,
        **parameters: Any,
    ):
        times = steps, per_pass
        self._read(port(rule, parameters, modifiers, registry, *times), *times)
        numbers = self._ported.numbers
        first = "lr" if "lr" in numbers else next(iter(numbers), None)
        self._scheduled = scheduled or first
        if scheduled:
            check_changing(self._ported, [scheduled])
        for name in numbers:
            if name in BESIDE or (name == "lr" and name != self._scheduled):
                raise UsageError(
                    f"{self._ported.name} has a number {name!r}, and a group of torch has "
                    "something else of that name: call the number otherwise"
                )
        super().__init__(params, {self._key(name): value for name, value in numbers.items()})

    def _read(self, ported: Ported, steps: int | None, per_pass: int | None) -> None:
        """Prepare what follows from the formula."""
        self._ported, self._times = ported, (steps, per_pass)
        plain = numbers_joined(ported.results, Program(ported.results, varies).numbers)
        places = ported.places
        old = [places["", "weight"], *(places["memory", field] for field in ported.start)]
        results = fused(plain, Program(plain, varies).numbers)
        self._program = Program(results, varies)
        self._last = written_over(
            self._program.varying, results, old, {places["", "weight_delta"], *old}
        )
        self._kept: dict[int, tuple[list[torch.Tensor], list[Bucket]]] = {}

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a pickle needs beside what torch keeps."""
        own = self._ported.network, self._times, self._scheduled
        return {**super().__getstate__(), "warmer": own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Read the formula again; where a state is loaded, look whether it is of this rule.

        Raises:
            UsageError: it is not.
        """
        kept = dict(state)
        if "warmer" in kept:
            network, times, self._scheduled = kept.pop("warmer")
            self._read(port(network, {}, (), None, *times), *times)
        numbers = {self._key(name) for name in self._ported.numbers}
        lacking = [numbers - group.keys() for group in kept["param_groups"]]
        lacking += [{STEP, *self._ported.start} - each.keys() for each in kept["state"].values()]
        if missing := set().union(*lacking):
            raise UsageError(
                f"this state is not one of {self._ported.name}: it has no "
                f"{', '.join(sorted(missing))}"
            )
        super().__setstate__({**kept, "param_groups": [*map(Group, kept["param_groups"])]})

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add parameters, with values of their own for the rule's numbers.

        Raises:
            ParameterError: a value that the rule does not take.
        """
        group = {self._key(name): value for name, value in param_group.items()}
        known = {*BESIDE, *map(self._key, self._ported.numbers)}
        check_changing(self._ported, [name for name in group if name not in known])
        plugin = self._ported.network.rule.plugin
        given = values_of(plugin) | self._values({**self.defaults, **group})
        construct(type(plugin), given, f"rule {self._ported.name}")
        super().add_param_group(Group(group))

    def step(self, closure: Closure | None = None) -> Any:
        """Take a step with every parameter that has a `.grad`.

        Parameters:
            closure: clears the gradients, computes the loss, calls backward() and answers the loss.
                A rule that asks for `error` or `error_at` needs it; `error_at` calls it again for
                every weight.

        Returns:
            What the closure answered; None without one.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        elif needs := self._ported.asked & {"error", "error_at"}:
            raise UsageError(
                f"{self._ported.name} asks for {', '.join(sorted(needs))}: give step() a closure "
                "that computes the loss, calls backward() and returns the loss"
            )
        with torch.no_grad():
            works = [
                Work(bucket, self._known(group, bucket, loss), self._leaves(bucket))
                for index, group in enumerate(self.param_groups)
                for bucket in self._buckets(index, group)
            ]
            for whole, before in self._program.whole if works else ():
                asked = [work.pieces(before, whole.arguments[0]) for work in works]
                if whole.operation == "norm":
                    norm = _norm(asked)
                    for work in works:
                        work.known[id(whole)] = norm.to(work.bucket.device)
                else:
                    for work, pieces in zip(works, asked, strict=True):
                        work.leaves[id(whole)] = _errors_at(work.bucket, torch.cat(pieces), closure)
            for work in works:
                work.finish(*self._last)
        return loss

    def _buckets(self, index: int, group: Mapping[str, Any]) -> list[Bucket]:
        """The buckets of a group, kept for as long as the same parameters learn."""
        learning = [each for each in group["params"] if each.grad is not None]
        if index in self._kept:
            before, buckets = self._kept[index]
            same = len(before) == len(learning) and all(map(operator.is_, before, learning))
            if same and all(bucket.holds(self.state) for bucket in buckets):
                return buckets
        buckets = shared_out(learning, self.state, self._ported.start)
        self._kept[index] = learning, buckets
        return buckets

    def _known(self, group: Mapping[str, Any], bucket: Bucket, loss: Any) -> Values:
        """What is the same for every weight of a bucket: numbers, and the loss."""
        evidence = counted(float(bucket.step + 1), *self._times)
        if "error" in self._ported.asked:
            evidence["error"] = _number(loss).to(bucket.device)
        known = self._program.constants | self._ported.known(self._values(group), evidence)
        compute_numbers(self._program.fixed, known, bucket.functions)
        return known

    def _leaves(self, bucket: Bucket) -> Values:
        """What differs from weight to weight, one after another."""
        slopes = bucket.weight_deltas()
        if "error_at" in self._ported.asked:  # which calls backward() again
            slopes = slopes.clone()
        places = self._ported.places
        leaves = {places["", "weight"]: bucket.weights(), places["", "weight_delta"]: slopes}
        for field, memory in bucket.memory.items():
            leaves[places["memory", field]] = memory
        return leaves

    def _key(self, name: str) -> str:
        """What a number of the rule is called in a group."""
        return "lr" if name == self._scheduled else name

    def _values(self, group: Mapping[str, Any]) -> dict[str, float]:
        """The rule's numbers in a group."""
        return {name: float(group[self._key(name)]) for name in self._ported.numbers}


def _norm(asked: Sequence[Sequence[torch.Tensor]]) -> torch.Tensor:
    """The root of the sum of squares of all pieces, in the widest of their types."""
    every = [piece for pieces in asked for piece in pieces]
    widest = functools.reduce(torch.promote_types, [x.dtype for x in every], torch.float32)
    norms = [torch.linalg.vector_norm(piece, dtype=widest) for piece in every]
    return torch.linalg.vector_norm(torch.stack([each.to(norms[0].device) for each in norms]))


def _number(loss: Any) -> torch.Tensor:
    """What a closure answered as a single number; raises UsageError where it is none."""
    if loss is None or torch.as_tensor(loss).numel() != 1:
        raise UsageError(f"the closure of step() answers {shown(loss)}, not one number: the loss")
    return torch.as_tensor(loss).detach().reshape(())


def _errors_at(bucket: Bucket, candidates: torch.Tensor, closure: Closure | None) -> torch.Tensor:
    """The loss where one weight is its candidate, all others as they are, for each of them."""
    assert closure is not None  # step() has looked
    errors = torch.empty_like(candidates)
    columns = bucket.parameters, bucket.cut(candidates), bucket.cut(errors)
    for parameter, tried, found in zip(*columns, strict=True):
        own = real(parameter.detach())
        for place in itertools.product(*map(range, own.shape)):
            before = own[place].clone()
            own[place] = tried[place]
            try:
                with torch.enable_grad():
                    answer = closure()
                found[place] = _number(answer)
            finally:
                own[place] = before
    return errors
