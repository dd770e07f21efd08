"""Observers: told of a run, steering nothing but its end."""

import re
from typing import Any

import attrs
import numpy as np
import pytest

import warmer

DATA = np.arange(6.0).reshape(3, 2) / 5, np.ones(3)


def watcher(log: list[Any], name: str = "w") -> Any:
    """An observer that writes down what it is told."""

    @attrs.frozen(eq=False)
    class Watch:
        @warmer.hookimpl
        def run_started(self, task: Any) -> None:
            log.append((name, "started", task.steps))

        @warmer.hookimpl
        def steps_taken(self, step: int, weights: Any, history: Any) -> None:
            log.append((name, "steps", step, weights.copy(), history))

        @warmer.hookimpl
        def run_ended(self, outcome: warmer.Outcome) -> None:
            log.append((name, "ended", outcome))

    return Watch()


def failing(hook: str, error: BaseException) -> Any:
    """An observer that raises."""

    def fail(self: Any) -> None:
        raise error

    implementation = warmer.hookimpl(fail)
    return attrs.make_class(
        "Failing", {}, class_body={hook: implementation}, frozen=True, eq=False
    )()


@pytest.fixture(autouse=True)
def chunks_of_one(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every chunk is as short as it can be, so that observers are told often."""
    monkeypatch.setattr("warmer.training.loop.CHUNK_SECONDS", 0.0)
    for engine in ("python.PythonEngine", "arrays.ArraysEngine", "native.engine.NativeEngine"):
        monkeypatch.setattr(f"warmer.engines.{engine}.steps_at_first", 100)


class TestTold:
    """What an observer is told, and when."""

    def test_in_order(self) -> None:
        """Started, then chunks that follow each other, then ended, with the run's own outcome."""
        log: list[Any] = []
        run = warmer.train(*DATA, "raw-gradient", steps=700, observers=[watcher(log)])
        steps = [entry[2] for entry in log[1:-1]]

        assert log[0] == ("w", "started", 700)
        assert {"steps"} == {entry[1] for entry in log[1:-1]}
        assert steps == sorted(set(steps))
        assert steps[-1] == 700
        assert len(steps) > 2
        assert log[-1] == ("w", "ended", run.outcome)

    @pytest.mark.parametrize("history", ["auto", 3])
    def test_the_whole_history_in_pieces(self, history: Any) -> None:
        """The chunks' histories are together the run's, and the weights those after the chunk."""
        log: list[Any] = []
        run = warmer.train(
            *DATA, "alpha-scaled", steps=700, history=history, observers=[watcher(log)]
        )
        pieces = [entry[4] for entry in log[1:-1]]

        for name in ("step", "weights", "error", "weight_deltas"):
            whole = np.concatenate([getattr(piece, name) for piece in pieces])
            assert whole.tobytes() == getattr(run.history, name).tobytes()
        assert log[-2][3].tolist() == run.weights.reshape(2, 1).tolist()

    def test_without_history(self) -> None:
        """With history off, the chunks' histories are empty."""
        log: list[Any] = []
        run = warmer.train(*DATA, "alpha-scaled", steps=9, history=None, observers=[watcher(log)])

        assert run.history is None
        assert {0} == {len(entry[4]) for entry in log[1:-1]}

    def test_one_after_the_other(self) -> None:
        """Several observers are told the same, each time in the order in which they were given."""
        log: list[Any] = []
        warmer.train(
            *DATA, "raw-gradient", steps=5, observers=[watcher(log, "a"), watcher(log, "b")]
        )

        assert ["a", "b"] * (len(log) // 2) == [entry[0] for entry in log]
        assert [entry[1] for entry in log[::2]] == [entry[1] for entry in log[1::2]]

    def test_watching_changes_nothing(self, any_rule) -> None:
        """A run that is watched is the run that is not."""
        options = {"steps": 30, "seed": 2}
        watched = warmer.train(*DATA, any_rule, observers=[watcher([])], **options)
        alone = warmer.train(*DATA, any_rule, **options)

        assert alone.weights.tobytes() == watched.weights.tobytes()

    def test_a_class_or_a_name(self, install) -> None:
        """Observers are chosen like any plugin: by class, or by the name of an installed one."""
        install("eyes", {"warmer.observers": {"eye": "eyes:Eye"}}, {"eyes.py": (
            "import attrs, warmer\n"
            "@attrs.frozen(eq=False)\n"
            "class Eye:\n"
            "    @warmer.hookimpl\n"
            "    def steps_taken(self, step): raise warmer.Stop('seen')\n"
        )})  # fmt: skip

        assert warmer.train(*DATA, "raw-gradient", observers=["eye"]).outcome.reason == "seen"


class TestReadOnly:
    """Observers steer nothing."""

    @pytest.mark.parametrize("hook", ["run_started", "steps_taken"])
    def test_arrays_cannot_be_written(self, hook: str) -> None:
        """No array that an observer is handed can be written to."""
        tried: list[str] = []

        def try_all(**arrays: Any) -> None:
            for name, array in arrays.items():
                with pytest.raises(ValueError, match="read-only"):
                    array[...] = 0.0
                tried.append(name)

        @attrs.frozen(eq=False)
        class Writer:
            @warmer.hookimpl
            def run_started(self, task: Any) -> None:
                try_all(inputs=task.inputs, targets=task.targets, start=task.weights)

            @warmer.hookimpl
            def steps_taken(self, weights: Any, history: Any) -> None:
                try_all(
                    weights=weights,
                    step=history.weights,
                    error=history.error,
                    weight_deltas=history.weight_deltas,
                )

        inputs, targets = (array.copy() for array in DATA)
        run = warmer.train(inputs, targets, "raw-gradient", steps=3, observers=[Writer])

        assert run.reports == ()
        assert {"inputs", "targets", "start", "weights", "error"} <= set(tried)

    def test_what_they_return_is_ignored(self) -> None:
        """An observer's answer is nobody's business."""
        told = attrs.make_class(
            "Told", {}, class_body={"run_started": warmer.hookimpl(lambda self: 5)},
            frozen=True, eq=False,
        )  # fmt: skip

        assert warmer.train(*DATA, "raw-gradient", steps=1, observers=[told]).reports == ()


class TestFailing:
    """An observer that fails is switched off, and the run goes on."""

    @pytest.mark.parametrize("hook", ["run_started", "steps_taken", "run_ended"])
    def test_switched_off_and_reported(self, hook: str) -> None:
        """The others are told all the same; the failure is reported once, naming the observer."""
        log: list[Any] = []
        broken = failing(hook, RuntimeError("out of ink"))
        run = warmer.train(
            *DATA,
            "raw-gradient",
            steps=700,
            observers=[watcher(log, "a"), broken, watcher(log, "b")],
        )

        assert run.outcome.status == "budget"
        (report,) = run.reports
        when = rf"{hook} at step \d+" if hook == "steps_taken" else hook
        said = f"observer Failing failed in {when} and was switched off: RuntimeError: out of ink"
        assert re.fullmatch(rf"{said} \({re.escape(__file__)}:\d+\)", report)
        assert ["a", "b"] * (len(log) // 2) == [entry[0] for entry in log]
        assert log[-1][1] == "ended"

    def test_ctrl_c_goes_through(self) -> None:
        """KeyboardInterrupt in an observer is the user's, not a failure."""
        with pytest.raises(KeyboardInterrupt):
            warmer.train(
                *DATA, "raw-gradient", observers=[failing("steps_taken", KeyboardInterrupt())]
            )


class TestStop:
    """An observer may end the run."""

    def test_after_the_steps_it_was_told_of(self) -> None:
        """`Stop` ends the run as `stopped`, with its reason; the other observers are told."""
        log: list[Any] = []

        @attrs.frozen(eq=False)
        class Enough:
            @warmer.hookimpl
            def steps_taken(self, step: int) -> None:
                if step >= 40:
                    raise warmer.Stop("enough seen")

        run = warmer.train(
            *DATA, "alpha-scaled", steps=5000, observers=[Enough, watcher(log)], history=1
        )
        stopped = run.outcome.steps
        same = warmer.train(*DATA, "alpha-scaled", steps=stopped)

        assert (run.outcome.status, run.outcome.reason) == ("stopped", "enough seen")
        assert 40 <= stopped < 5000
        assert same.weights.tobytes() == run.weights.tobytes()
        assert len(run.history) == stopped
        assert log[-2][2] == stopped
        assert log[-1] == ("w", "ended", run.outcome)
        assert run.reports == ()

    def test_before_the_first_step(self) -> None:
        """`Stop` when told of the start: no step is taken."""
        run = warmer.train(
            *DATA, "raw-gradient", weights=0.5, observers=[failing("run_started", warmer.Stop())]
        )

        assert (run.outcome.status, run.outcome.steps) == ("stopped", 0)
        assert run.outcome.reason == "a plugin asked to stop"
        assert run.weights.tolist() == [0.5, 0.5]
        assert len(run.history) == 0

    @pytest.mark.parametrize(
        ("stop", "reason"),
        [
            (warmer.Stop("two\nlines \x1b[31m"), "two lines \\x1b[31m"),
            (warmer.Stop("x" * 10**6), "x" * 497 + "..."),
            (warmer.Stop(3), "3"),
            (type("Own", (warmer.Stop,), {"__init__": lambda *_: None})("seen"), "seen"),
            (type("Own", (warmer.Stop,), {"__init__": lambda *_: None})(), "a plugin asked to"),
        ],
    )
    def test_of_any_kind(self, stop: warmer.Stop, reason: str) -> None:
        """Whatever `Stop` is made of, the run ends, and its reason is one line of a sane length."""
        run = warmer.train(*DATA, "raw-gradient", observers=[failing("steps_taken", stop)])

        assert run.outcome.status == "stopped"
        assert run.outcome.reason.startswith(reason)
        assert run.outcome.reason.isprintable()

    def test_a_run_that_ended_by_itself(self) -> None:
        """`Stop` in the last chunk, or after it, does not change how the run ended."""

        @attrs.frozen(eq=False)
        class Late:
            @warmer.hookimpl
            def steps_taken(self, step: int) -> None:
                if step == 20:
                    raise warmer.Stop

            @warmer.hookimpl
            def run_ended(self) -> None:
                raise warmer.Stop

        assert warmer.train(*DATA, "raw-gradient", steps=20, observers=[Late]).outcome.status == (
            "budget"
        )
