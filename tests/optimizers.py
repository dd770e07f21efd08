"""The optimizers of torch.optim as plugins, for tests of the engines and for the benchmarks."""

import math
from typing import NamedTuple

import attrs

import warmer


class Velocity(NamedTuple):
    velocity: float = 0.0


@attrs.frozen(eq=False)
class Momentum:
    """weight - alpha * velocity, with velocity = beta * velocity + weight_delta."""

    alpha: float = warmer.param(0.05, above=0)
    beta: float = warmer.param(0.9, at_least=0, below=1)
    memory = Velocity()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        velocity = self.beta * memory.velocity + weight_delta
        return weight - self.alpha * velocity, Velocity(velocity)


@attrs.frozen(eq=False)
class Nesterov:
    """Momentum that looks ahead: it takes what the next velocity would be. (Nesterov, 1983)"""

    alpha: float = warmer.param(0.05, above=0)
    beta: float = warmer.param(0.9, at_least=0, below=1)
    memory = Velocity()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        velocity = self.beta * memory.velocity + weight_delta
        return weight - self.alpha * (weight_delta + self.beta * velocity), Velocity(velocity)


class Squares(NamedTuple):
    squares: float = 0.0


@attrs.frozen(eq=False)
class Adagrad:
    """Divide by the root of all squares so far. (Duchi, Hazan and Singer, 2011)"""

    alpha: float = warmer.param(0.3, above=0)
    fade: float = warmer.param(0.01, at_least=0)
    epsilon: float = warmer.param(1e-10, above=0)
    memory = Squares()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, step):
        squares = memory.squares + weight_delta * weight_delta
        alpha = self.alpha / (1 + (step - 1) * self.fade)
        new = weight - alpha * weight_delta / (math.sqrt(squares) + self.epsilon)
        return new, Squares(squares)


@attrs.frozen(eq=False)
class RMSprop:
    """Divide by the root of a moving mean of squares. (Hinton, 2012)"""

    alpha: float = warmer.param(0.01, above=0)
    beta: float = warmer.param(0.99, at_least=0, below=1)
    epsilon: float = warmer.param(1e-8, above=0)
    memory = Squares()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        squares = self.beta * memory.squares + (1 - self.beta) * weight_delta * weight_delta
        new = weight - self.alpha * weight_delta / (math.sqrt(squares) + self.epsilon)
        return new, Squares(squares)


class Moments(NamedTuple):
    first: float = 0.0
    second: float = 0.0


@attrs.frozen(eq=False)
class Adam:
    """Kingma and Ba, Adam: A Method for Stochastic Optimization, algorithm 1."""

    alpha: float = warmer.param(0.01, above=0)
    beta1: float = warmer.param(0.9, at_least=0, below=1)
    beta2: float = warmer.param(0.999, at_least=0, below=1)
    epsilon: float = warmer.param(1e-8, above=0)
    memory = Moments()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, step):
        first = self.beta1 * memory.first + (1 - self.beta1) * weight_delta
        second = self.beta2 * memory.second + (1 - self.beta2) * weight_delta * weight_delta
        first_hat = first / (1 - self.beta1**step)
        second_hat = second / (1 - self.beta2**step)
        new = weight - self.alpha * first_hat / (math.sqrt(second_hat) + self.epsilon)
        return new, Moments(first, second)


@attrs.frozen(eq=False)
class AdamW(Adam):
    """Adam after the weight itself has faded. (Loshchilov and Hutter, 2019)"""

    fade: float = warmer.param(0.02, at_least=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, step):
        faded = weight * (1 - self.alpha * self.fade)
        return super().learn(faded, weight_delta, memory, step)


class LookingAhead(NamedTuple):
    first: float = 0.0
    second: float = 0.0
    betas: float = 1.0


@attrs.frozen(eq=False)
class NAdam:
    """Adam with Nesterov's momentum, which grows with the steps. (Dozat, 2016)"""

    alpha: float = warmer.param(0.05, above=0)
    beta1: float = warmer.param(0.9, at_least=0, below=1)
    beta2: float = warmer.param(0.999, at_least=0, below=1)
    epsilon: float = warmer.param(1e-8, above=0)
    growth: float = warmer.param(0.004, at_least=0)
    memory = LookingAhead()

    def beta_at(self, step):
        return self.beta1 * (1 - 0.5 * 0.96 ** (step * self.growth))

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, step):
        first = self.beta1 * memory.first + (1 - self.beta1) * weight_delta
        second = self.beta2 * memory.second + (1 - self.beta2) * weight_delta * weight_delta
        beta, ahead = self.beta_at(step), self.beta_at(step + 1)
        betas = memory.betas * beta
        now = (1 - beta) / (1 - betas) * weight_delta
        mean = (now + ahead / (1 - betas * ahead) * first) * self.alpha
        new = weight - mean / (math.sqrt(second / (1 - self.beta2**step)) + self.epsilon)
        return new, LookingAhead(first, second, betas)


@attrs.frozen(eq=False)
class RAdam:
    """Adam that divides only when it has seen enough to know by what. (Liu and others, 2020)"""

    alpha: float = warmer.param(0.05, above=0)
    beta1: float = warmer.param(0.9, at_least=0, below=1)
    beta2: float = warmer.param(0.999, at_least=0, below=1)
    epsilon: float = warmer.param(1e-8, above=0)
    memory = Moments()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, step):
        first = self.beta1 * memory.first + (1 - self.beta1) * weight_delta
        second = self.beta2 * memory.second + (1 - self.beta2) * weight_delta * weight_delta
        far = 1 - self.beta2**step
        most = 2 / (1 - self.beta2) - 1
        seen = most - 2 * step * self.beta2**step / far
        move = self.alpha * first / (1 - self.beta1**step)
        if seen > 5:
            share = (seen - 4) * (seen - 2) * most / ((most - 4) * (most - 2) * seen)
            move = move * math.sqrt(share) * math.sqrt(far) / (math.sqrt(second) + self.epsilon)
        return weight - move, Moments(first, second)


class Largest(NamedTuple):
    first: float = 0.0
    largest: float = 0.0


@attrs.frozen(eq=False)
class Adamax:
    """Divide by the largest slope, which fades. (Kingma and Ba, 2015, algorithm 2)"""

    alpha: float = warmer.param(0.05, above=0)
    beta1: float = warmer.param(0.9, at_least=0, below=1)
    beta2: float = warmer.param(0.999, at_least=0, below=1)
    epsilon: float = warmer.param(1e-8, above=0)
    memory = Largest()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, step):
        first = self.beta1 * memory.first + (1 - self.beta1) * weight_delta
        largest = max(self.beta2 * memory.largest, abs(weight_delta) + self.epsilon)
        new = weight - self.alpha / (1 - self.beta1**step) * first / largest
        return new, Largest(first, largest)


class Striding(NamedTuple):
    slope: float = 0.0
    stride: float = 0.0


@attrs.frozen(eq=False)
class Rprop:
    """Go by the sign of the slope, farther while it stays. (Riedmiller and Braun, 1993)"""

    alpha: float = warmer.param(0.05, above=0)
    shrink: float = warmer.param(0.5, above=0, below=1)
    grow: float = warmer.param(1.2, above=1)
    least: float = warmer.param(1e-6, above=0)
    most: float = warmer.param(50.0, above=0)
    memory = Striding()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, step):
        stride = self.alpha if step == 1 else memory.stride
        turn = weight_delta * memory.slope
        if turn != 0:
            stride = stride * (self.grow if turn > 0 else self.shrink)
        stride = min(max(stride, self.least), self.most)
        if turn < 0 or weight_delta == 0:
            return weight, Striding(0.0, stride)
        return weight - math.copysign(stride, weight_delta), Striding(weight_delta, stride)


class Averaged(NamedTuple):
    average: float = 0.0


@attrs.frozen(eq=False)
class ASGD:
    """Slower and slower steps, and the mean of the weights from `begin` on. (Polyak, 1992)"""

    alpha: float = warmer.param(0.3, above=0)
    fade: float = warmer.param(0.01, at_least=0)
    power: float = warmer.param(0.75, at_least=0)
    begin: float = warmer.param(50.0, at_least=0)
    memory = Averaged()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, step):
        alpha = self.alpha / (1 + self.fade * self.alpha * (step - 1)) ** self.power
        new = weight * (1 - self.fade * alpha) - alpha * weight_delta
        seen = max(1.0, step - 1 - self.begin)
        return new, Averaged(memory.average + (new - memory.average) / seen)


@attrs.frozen(eq=False)
class ClipNorm:
    """A modifier: scale all weight_deltas down where their norm is above `most`."""

    most: float = warmer.param(0.5, above=0)

    @warmer.hookimpl
    def adjust(self, weight_delta, weight_delta_norm):
        return weight_delta * min(1.0, self.most / (weight_delta_norm + 1e-6))


@attrs.frozen(eq=False)
class Cosine:
    """A modifier: let what the rule moves a weight fall to 0 along a cosine."""

    @warmer.hookimpl(wrapper=True)
    def learn(self, weight, step, steps):
        learned = yield
        share = (1 + math.cos(math.pi * (step - 1) / steps)) / 2
        return learned._replace(weight=weight + share * (learned.weight - weight))
