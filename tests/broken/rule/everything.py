"""Many faults, all to be named at once."""

import attrs

import warmer


@attrs.define
class Broken:
    alpha: float = 0.1
    seed: int = warmer.param(1)

    @warmer.hookimpl
    def learn(self, weight, *, step, wieght_delta=0.0):
        return weight

    def predict(self, weights, inputs):
        return warmer.dot(weights, inputs)

    @warmer.hookimpl
    def comapre(self, prediction, target):
        return warmer.Comparison(0.0, 0.0)


FAULTS = [
    "it compares by value, and pluggy tells plugins apart with == (say eq=False)",
    "'alpha' is not declared with warmer.param(...)",
    "'seed' is a name that warmer uses itself (choose another)",
    "it is not frozen (decorate it with @attrs.frozen(eq=False))",
    "there is no hook 'comapre' (did you mean 'compare'?)",
    "'learn' takes step, which never receives anything (name the evidence)",
    "'learn' takes wieght_delta=0.0, which never receives anything (name the evidence)",
    "'predict' is not marked with @warmer.hookimpl",
]
