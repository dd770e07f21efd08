"""First steps: observers are heard soon, before anybody knows how fast steps are."""

import math
import time

import attrs
import numpy as np
import pytest

import warmer

SOON = 0.2  # seconds of work, however busy the machine is with other things


@attrs.frozen(eq=False)
class Heavy:
    """A rule whose steps take long for as few as one weight."""

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        total = weight_delta
        for number in range(1, 100):
            total = math.atan(total) + math.sin(weight * number) ** 2.5
        return weight - 1e-9 * total


@pytest.mark.sampled(
    4,
    asked=["python", "arrays", "native"],
    case=[
        ("alpha-scaled", 1, 1, "linear"),
        ("hot-and-cold", 1, 1, "logistic"),
        ("alpha-scaled", 1, 1000, "linear"),
        ("hot-and-cold", 1, 60, "linear"),
        ("alpha-scaled", 3000, 5, "logistic"),
        (Heavy(), 1, 1, "linear"),
    ],
)
def test_observers_are_heard_soon(asked, case) -> None:
    """From the first step on no chunk keeps an observer (and so Ctrl-C) waiting."""
    rule, rows, weights, predict = case
    inputs, targets = np.full((rows, weights), 0.1), np.full(rows, 0.5)
    options = {"predict": predict, "engine": asked, "history": None, "threads": 1}
    warmer.train(inputs, targets, rule, steps=1, **options)  # so that all is read and compiled
    heard = []

    class Listening:
        @warmer.hookimpl
        def run_started(self):
            heard.append(time.process_time())

        @warmer.hookimpl
        def steps_taken(self):
            heard.append(time.process_time())
            if heard[-1] - heard[0] > SOON:
                raise warmer.Stop

    warmer.train(inputs, targets, rule, steps=10**8, observers=[Listening()], **options)
    assert max(np.diff(heard)) < SOON
