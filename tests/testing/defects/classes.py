"""The class and its parameters are declared in another way than they are to be."""

import attrs

import warmer

from . import Base, defect, frozen


@defect("is not an attrs class", "@attrs.frozen(eq=False)")
class NoAttrs(Base):
    pass


@defect("it is not frozen", "@attrs.frozen(eq=False)")
@attrs.define(eq=False)
class NotFrozen(Base):
    alpha: float = warmer.param(0.1)


@defect("compares by value", "say eq=False")
@attrs.frozen
class ComparesByValue(Base):
    alpha: float = warmer.param(0.1)


@defect("'alpha' is not declared", "warmer.param(...)")
@frozen
class PlainField(Base):
    alpha: float = 0.1


@defect("'alpha' has no default", "say warmer.param(0.1")
@frozen
class NoDefault(Base):
    alpha: float = attrs.field()


@defect("'alpha' must be annotated", "float, int, bool or str")
@frozen
class OddType(Base):
    alpha: list = warmer.param(0.1)


@defect("'_alpha' is given as 'alpha'", "call the field alpha")
@frozen
class Private(Base):
    _alpha: float = warmer.param(0.1)


@defect("'seed' is a name that warmer uses itself", "choose another")
@frozen
class Reserved(Base):
    seed: int = warmer.param(1)


@defect("its defaults do not make an object", "alpha must be a number above 0")
@frozen
class DefaultOutOfBounds(Base):
    alpha: float = warmer.param(-0.1, above=0)


@defect("its defaults do not make an object", "low must be below high")
@frozen
class DefaultsThatDoNotFit(Base):
    low: float = warmer.param(1.0)
    high: float = warmer.param(0.0)

    def __attrs_post_init__(self):
        if self.low > self.high:
            raise ValueError("low must be below high")


@defect("'lambda_' and 'lambda__' would be one option", "rename one of them")
@frozen
class OneOption(Base):
    lambda_: float = warmer.param(0.1)
    lambda__: float = warmer.param(0.1)


@defect("does not take its parameters by name", "leave __init__ to attrs")
@attrs.frozen(eq=False, init=False)
class OwnInit(Base):
    alpha: float = warmer.param(0.1)

    def __init__(self, share=0.1):
        self.__attrs_init__(alpha=share)


@defect("'alpha' cannot be given a value", "leave out init=False")
@frozen
class NotGiven(Base):
    alpha: float = attrs.field(default=0.1, init=False)
