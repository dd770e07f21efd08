"""Weight decay, decoupled as in AdamW. (Loshchilov and Hutter, 2019, algorithm 2)"""

from collections.abc import Generator

import attrs

import warmer


@attrs.frozen(eq=False)
class DecoupledDecay:
    """Shrink the weight beside the rule's own step: `learned.weight - rate * weight`.

    The rule, whatever it is, sees nothing of it. `rate` is the whole share, as in the paper: where
    a library multiplies `weight_decay` by alpha, give the product. A schedule after it scales both.
    """

    rate: float = warmer.param(0.001, at_least=0, below=1, help="share of the weight to forget")

    @warmer.hookimpl(wrapper=True)
    def learn(self, weight: float) -> Generator[None, warmer.Learned, warmer.Learned]:
        learned = yield
        return learned._replace(weight=learned.weight - self.rate * weight)
