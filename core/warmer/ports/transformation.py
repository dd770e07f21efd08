"""JAX: a learning rule as a transformation of gradients, for optax."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax.flatten_util import ravel_pytree

from warmer.exceptions import UsageError
from warmer.formulas.expression import Node, in_order
from warmer.plugins.registry import Registry
from warmer.ports.evaluating import (
    Operation,
    Program,
    Values,
    compute,
    compute_numbers,
    functions_of,
)
from warmer.ports.fusing import numbers_joined
from warmer.ports.ported import Ported, check_changing, counted, port, varies

FUNCTIONS = functions_of(jnp, jax.scipy.special)


class RuleState(NamedTuple):
    """What a transformation carries on.

    Parameters:
        count: how many steps were taken.
        memory: of each field of the rule's memory, a tree like that of the parameters.
    """

    count: Any
    memory: dict[str, Any]


class Formula(NamedTuple):
    """What is computed in an update.

    Parameters:
        results: how far a weight moves, and what it will remember.
        program: how these are computed.
        looks_at_weights: whether that needs the weights.
    """

    results: Sequence[Node]
    program: Program
    looks_at_weights: bool

    @classmethod
    def of(cls, ported: Ported) -> "Formula":
        """The formula of a rule, in which a weight moves by a sum without the weight itself."""
        new, graph = ported.learn.weight, ported.learn.weight.graph
        weight = graph.symbol("weight")
        match new.operation, new.arguments:
            case "-", (first, move) if first is weight:
                move = graph.make("negative", move)
            case "+", (first, move) if first is weight:
                pass
            case _:
                move = graph.make("-", new, weight)
        results = move, *ported.learn.memory
        results = numbers_joined(results, Program(results, varies).numbers)
        looks = any(n is weight or n.operation == "error_at" for n in in_order(*results))
        return cls(results, Program(results, varies), looks)

    def computed(
        self, known: Values, leaves: list[Values], like: Sequence[Any], probing: tuple[Any, Any]
    ) -> list[list[Any]]:
        """Compute the results for each leaf of a tree, of its shape and type.

        Parameters:
            known: numbers, the same for every weight.
            leaves: what differs from weight to weight.
            like: a value of each leaf.
            probing: the parameters, and the function that gives their loss.
        """
        known = self.program.constants | known
        compute_numbers(self.program.fixed, known, FUNCTIONS)
        for whole, before in self.program.whole if like else ():
            asked = self._each(before, whole.arguments, known, leaves, like)
            flat = jnp.concatenate([jnp.ravel(each) for (each,) in asked])
            if whole.operation == "norm":
                wide = flat.astype(jnp.promote_types(flat.dtype, jnp.float32))
                known[id(whole)] = jnp.sqrt(jnp.vdot(wide, wide))
                continue
            start = 0
            errors = _errors_at(flat, *probing)
            for values, leaf in zip(leaves, like, strict=True):
                values[id(whole)] = errors[start : start + leaf.size].reshape(leaf.shape)
                start += leaf.size
        return self._each(self.program.varying, self.results, known, leaves, like)

    def _each(
        self,
        operations: Sequence[Operation],
        results: Sequence[Node],
        known: Values,
        leaves: list[Values],
        like: Sequence[Any],
    ) -> list[list[Any]]:
        """Compute some results for each leaf; numbers are brought to its type at last."""
        found = []
        for own, leaf in zip(leaves, like, strict=True):
            cast = {place: _cast(value, leaf.dtype) for place, value in known.items()}
            values = cast | own
            compute(operations, values, FUNCTIONS)
            new = [values[id(result)] for result in results]
            found.append([jnp.broadcast_to(x, leaf.shape).astype(leaf.dtype) for x in new])
        return found


def _cast(value: Any, dtype: Any) -> Any:
    floating = isinstance(value, jax.Array) and jnp.issubdtype(value.dtype, jnp.floating)
    return value.astype(dtype) if floating else value


def _errors_at(candidates: Any, params: Any, value_fn: Callable[[Any], Any]) -> Any:
    """The loss where one weight is its candidate, all others as they are, for each of them."""
    flat, tree_of = ravel_pytree(params)

    def tried(case: tuple[Any, Any]) -> Any:
        place, candidate = case
        return _number(value_fn(tree_of(flat.at[place].set(candidate))), "value_fn answers")

    return jax.lax.map(tried, (jnp.arange(flat.size), candidates))


def _number(loss: Any, what: str) -> Any:
    """A loss without an axis; raises UsageError where it is not one number."""
    if jnp.size(loss) != 1:
        raise UsageError(f"{what} numbers of shape {jnp.shape(loss)}, not one: the loss")
    return jnp.reshape(loss, ())


def _leaves(
    places: Mapping[Any, int], updates: Any, memory: Mapping[str, Any], params: Any
) -> tuple[list[Values], list[Any], Any]:
    """What differs from weight to weight, leaf by leaf, in the type of the weights.

    Returns:
        The values of each leaf, a value like its weight, and what the tree of leaves is.
    """
    named = {("", "weight"): params} if params is not None else {}
    named |= {("memory", name): each for name, each in memory.items()}
    named |= {("", "weight_delta"): updates}
    tree = jax.tree.structure(updates)
    like = [*map(jnp.asarray, tree.flatten_up_to(next(iter(named.values()))))]
    leaves: list[Values] = [{} for _ in like]
    for key, each in named.items():
        for values, leaf, own in zip(leaves, tree.flatten_up_to(each), like, strict=True):
            values[places[key]] = jnp.asarray(leaf, own.dtype)
    return leaves, like, tree


def _check_given(ported: Ported, given: dict[str, Any]) -> None:
    """Refuse an update that lacks what the rule asks for.

    Raises:
        UsageError: saying what to give.
    """
    remedies = {
        "error": "value=, the loss",
        "error_at": "value_fn=, the loss as a function of the weights",
        "weight": "params, the weights",
    }
    for name, remedy in remedies.items():
        if (name == "weight" or name in ported.asked) and given[name] is None:
            raise UsageError(f"{ported.name} asks for {name}: give update() {remedy}")


def transformation(
    rule: Any,
    *,
    modifiers: Sequence[Any] = (),
    steps: int | None = None,
    per_pass: int | None = None,
    registry: Registry | None = None,
    **parameters: Any,
) -> optax.GradientTransformationExtraArgs:
    """Make a transformation of optax from a learning rule.

    Its updates are the new weights minus the old ones, and `weight_delta` is the gradient. It can
    be compiled, mapped and chained like every other one.

    Parameters:
        rule: a name, `distribution/name`, `path/to/file.py:Class`, a class or an object.
        modifiers: named like the rule, the first one closest to it.
        steps: how many steps there will be, for what asks for `steps`.
        per_pass: how many of them are a pass over the data, for what asks for `passes`.
        registry: where names are looked up; by default all that is installed.
        **parameters: the rule's own. A number may be a schedule, a function of the count of steps
            taken, as optax has them.

    Raises:
        UsageError: the rule has no formula for one weight, or needs more than optax gives; in
            `update`, where a rule asks for `error` or `error_at` and there is no `value` or
            `value_fn`, or where it looks at the weights and there are no `params`.
        PluginError: a plugin cannot be imported, or does not keep the contract.
    """
    changing = {n: x for n, x in parameters.items() if callable(x) or isinstance(x, jax.Array)}
    fixed = {name: value for name, value in parameters.items() if name not in changing}
    ported = port(rule, fixed, modifiers, registry, steps, per_pass)
    check_changing(ported, list(changing))
    formula = Formula.of(ported)

    def init(params: Any) -> RuleState:
        for kind in map(jnp.result_type, jax.tree.leaves(params)):
            if not jnp.issubdtype(kind, jnp.floating):
                raise UsageError(
                    f"{ported.name} moves weights that are floats, not {kind}: mask others "
                    "(optax.masked); of complex ones, give it real and imaginary parts"
                )

        def begun(start: float) -> Any:
            return jax.tree.map(lambda leaf: jnp.full_like(leaf, start), params)

        return RuleState(
            jnp.zeros([], jnp.int32), {name: begun(start) for name, start in ported.start.items()}
        )

    def update(
        updates: Any,
        state: RuleState,
        params: Any = None,
        *,
        value: Any = None,
        value_fn: Callable[[Any], Any] | None = None,
        **_others: Any,
    ) -> tuple[Any, RuleState]:
        weights = params if formula.looks_at_weights else ()
        _check_given(ported, {"error": value, "error_at": value_fn, "weight": weights})
        count = optax.safe_increment(state.count)
        told = counted(count.astype(float), steps, per_pass)
        if "error" in ported.asked:
            told["error"] = _number(value, "value has")
        now = {n: v(state.count) if callable(v) else v for n, v in changing.items()}
        leaves, like, tree = _leaves(ported.places, updates, state.memory, params)
        new = formula.computed(ported.known(now, told), leaves, like, (params, value_fn))
        columns = [[*column] for column in zip(*new, strict=True)] or [[]] * len(formula.results)
        moves, *memory = map(tree.unflatten, columns)
        return moves, RuleState(count, dict(zip(ported.start, memory, strict=True)))

    return optax.GradientTransformationExtraArgs(init, update)
