"""Which engine runs, why, and that faults look alike on all of them."""

import math
import re
import subprocess
import sys
import tracemalloc

import attrs
import numpy as np
import pytest

import warmer
from warmer.engines import choice as choose

ENGINES = ["python", "arrays", "native"]


@attrs.frozen(eq=False)
class Reciprocal:
    """Divides by what may become zero."""

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 0.25 / (weight - 1.0)


@attrs.frozen(eq=False)
class Power:
    """A power that leaves the floats, which Python says with an OverflowError."""

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight**3 + 2.0


@attrs.frozen(eq=False)
class Root:
    """A root of what may become negative."""

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return math.sqrt(weight) - 0.5


@attrs.frozen(eq=False)
class Looking:
    """Looks at the number itself, which no formula can."""

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 0.1 * float(f"{weight_delta:.3g}")


@pytest.mark.parametrize("engine", ENGINES)
def test_the_run_says_who(engine) -> None:
    """A run that asked for an engine got it, and says so."""
    run = warmer.train([0.5], [0.8], "alpha-scaled", steps=5, engine=engine)
    assert (run.engine, run.engine_reason) == (engine, "asked for")


def new_rule() -> type:
    """A class that no run has seen before."""

    @attrs.frozen(eq=False)
    class New:
        alpha: float = warmer.param(0.1)

        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return weight - self.alpha * weight_delta

    return New


@pytest.mark.parametrize("steps, engine", [(10, "python"), (100_000, "native")])
def test_auto_takes_the_cheapest(steps, engine) -> None:
    """Small work is not worth compiling; large work is."""
    run = warmer.train([0.5], [0.8], new_rule(), steps=steps, history=None)
    assert run.engine == engine
    assert run.engine_reason.startswith("the work is")


@pytest.mark.parametrize("steps", [1, 50, 2500, 4000, 100_000])
def test_the_same_call_has_the_same_answer(steps) -> None:
    """Which engine `auto` takes depends on the task, and never on what ran before."""
    rule = new_rule()

    def choice() -> tuple[str, str]:
        run = warmer.train([0.5], [0.8], rule, steps=steps, history=None)
        return run.engine, run.engine_reason

    first = choice()
    assert {choice() for _ in range(8)} == {first}
    warmer.train([0.5], [0.8], rule, steps=1, engine="native")
    assert choice() == first


@pytest.mark.parametrize(
    "failure, why",
    [
        (OSError("Could not find 'libllvmlite.so'. This could mean that"), "libllvmlite.so'$"),
        (ImportError("no binding"), "no binding"),
        (AttributeError("no pass builder"), "no pass builder"),
        (RuntimeError("unknown\ntarget"), "unknown target"),
        (OSError(), "OSError"),
        (SyntaxError("half written"), "half written"),
        (SystemExit(3), "does not work here: 3"),
        (type("Own", (BaseException,), {})("red \x1b\n"), r"red \\x1b"),
        (MemoryError(), "too little memory"),
    ],
)
def test_a_compiler_that_does_not_work(failure, why, monkeypatch) -> None:
    """`auto` does without it and notes why, whatever is wrong; `native` says it in one line."""

    def fail() -> None:
        raise failure

    monkeypatch.setattr("warmer.engines.native.engine.try_compiler", fail)
    for inputs, engine, steps in (([1.0], "python", 4000), (np.ones((100, 2)), "arrays", 100)):
        run = warmer.train(inputs, inputs, "alpha-scaled", steps=steps, alpha=0.01, history=None)
        assert run.engine == engine
        (note,) = run.reports
        assert re.search(why, note)
        assert run.engine_reason.startswith(note)
    with pytest.raises(warmer.UsageError, match="^engine native cannot run here: .*" + why):
        warmer.train([1.0], [1.0], "alpha-scaled", engine="native")


WITHOUT_MEMORY = """
import resource
import sys
import warmer
warmer.train([1.0, 2.0], [1.0, 2.0], "alpha-scaled", engine="arrays")
in_use = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (in_use + int(sys.argv[1]) * 2**20,) * 2)
run = warmer.train([1.0], [1.0], "alpha-scaled", steps=6000, alpha=0.01, history=None)
print(run.engine, *run.reports, sep="|")
"""


@pytest.mark.parametrize("megabytes", [20, 180, 1000])
def test_too_little_memory_for_the_compiler(megabytes) -> None:
    """Where `ulimit -v` leaves no room to compile, the run is taken without, and says so."""
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_MEMORY, str(megabytes)], capture_output=True, text=True
    )
    engine, *notes = ended.stdout.strip().split("|")
    assert ended.returncode == 0
    assert engine == ("python" if notes else "native")
    assert bool(notes) == (megabytes < 1000)


def test_without_a_compiler(monkeypatch) -> None:
    """Without llvmlite, auto takes arrays, says why, and for large work what to install."""
    monkeypatch.setattr(choose, "compiler_trouble", lambda: choose.MISSING)
    inputs = np.ones((50_000, 10)) * np.arange(1, 11) / 10
    run = warmer.train(inputs, inputs[:, 0], "alpha-scaled", steps=20, history=None)
    assert run.engine == "arrays"
    assert run.engine_reason == "llvmlite is not installed"
    assert "pip install 'warmer[fast]'" in run.reports[-1]
    with pytest.raises(warmer.UsageError, match="pip install"):
        warmer.train([1.0], [1.0], "alpha-scaled", engine="native")


@pytest.mark.parametrize("engine", ["arrays", "native"])
def test_what_has_no_formula(engine) -> None:
    """What cannot be traced runs in python, and the user is told why and where."""
    run = warmer.train([0.5], [0.8], Looking(), steps=5000, history=None)
    assert run.engine == "python"
    assert "Looking" in run.engine_reason
    assert "test_choice.py:" in run.engine_reason
    with pytest.raises(warmer.UsageError, match=f"engine {engine} cannot run this.*Looking"):
        warmer.train([0.5], [0.8], Looking(), engine=engine)


def test_large_work_without_a_formula_is_told(monkeypatch) -> None:
    """Large work that cannot be compiled says so in the reports, with the line; small work not."""
    small = warmer.train([0.5], [0.8], Looking(), steps=5000, history=None)
    monkeypatch.setattr(choose, "LARGE", 0.02)
    large = warmer.train([0.5], [0.8], Looking(), steps=5000, history=None)
    assert small.reports == ()
    (report,) = large.reports
    assert "many times faster compiled" in report
    assert "test_choice.py:" in report


def test_unknown_engine() -> None:
    """A misspelt engine is answered with the nearest name and the list."""
    with pytest.raises(warmer.UsageError, match=r"did you mean 'native'.*python, arrays"):
        warmer.train([1.0], [1.0], "alpha-scaled", engine="nativ")


@pytest.mark.parametrize("rule, start", [(Reciprocal(), 0.5), (Root(), 1.0)])
def test_faults_are_raised_alike(rule, start) -> None:
    """What Python raises is raised by every engine, word for word."""
    messages = set()
    for engine in ENGINES:
        with pytest.raises(warmer.HookError) as failure:
            warmer.train([0.5], [0.8], rule, weights=start, steps=100, engine=engine)
        messages.add(str(failure.value))
    assert len(messages) == 1


@pytest.mark.parametrize("engine", ["arrays", "native"])
def test_overflow_is_divergence_alike(same, engine) -> None:
    """A number beyond the floats ends the run with the same outcome and weights."""
    same(engine, [0.5], [0.8], Power(), weights=0.5, steps=100)


@pytest.mark.parametrize("engine", ENGINES)
def test_observers_between_chunks(engine) -> None:
    """Observers hear of every chunk and can end the run, whatever the engine."""
    heard = []

    class Ending:
        @warmer.hookimpl
        def steps_taken(self, step, weights, history):
            heard.append(step)
            if step >= 20:
                raise warmer.Stop("enough")

    run = warmer.train(
        [0.5], [0.8], "alpha-scaled", steps=10**7, observers=[Ending()], engine=engine, history=None
    )
    assert run.outcome.status == "stopped"
    assert run.outcome.steps == heard[-1] < 10**7
    assert heard == sorted(heard)


@pytest.mark.parametrize("engine", ["arrays", "native"])
@pytest.mark.parametrize("order, copies", [("C", 0), ("F", 1)])
def test_memory(engine, order, copies) -> None:
    """Training adds no copy of the inputs, or one where they are not C-contiguous."""
    inputs = np.asarray(np.ones((100_000, 20)) * 0.1, order=order)
    targets = inputs[:, 0].copy()
    warmer.train(inputs[:100], targets[:100], "alpha-scaled", steps=1, engine=engine)
    tracemalloc.start()
    warmer.train(inputs, targets, "alpha-scaled", steps=2, engine=engine, history=None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert copies <= peak / inputs.nbytes < copies + 0.5


def test_memory_of_a_batch() -> None:
    """The literal engine turns the rows of a batch into floats, never the whole table."""
    inputs = np.ones((50_000, 20)) * 0.1
    tracemalloc.start()
    warmer.train(
        inputs, inputs[:, 0], "alpha-scaled", steps=3, batch_size=10, engine="python", history=None
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < inputs.nbytes / 2


@pytest.mark.parametrize(
    "asked, message",
    [
        ({"engine": None}, "no engine is called None"),
        ({"steps": 10**30}, "steps must be a whole number at most 1e.15"),
        ({"modifiers": 3}, "modifiers must be a list of modifiers, got 3"),
        ({"modifiers": "clop"}, r"no modifier is called 'clop' \(did you mean 'clip'\?\)"),
        ({"observers": 3}, "observers must be a list of observers, got 3"),
        ({"steps": 10**400}, "steps must be a whole number at most 1e.15"),
        ({"steps": 10**5000}, "got (a value of type int|<int)"),
        ({"history": np.array([1, 2])}, "history must be a whole number"),
        ({"engine": np.array(["native"])}, "no engine is called"),
        ({"registry": "x"}, "registry must be a warmer.Registry, got 'x'"),
        ({"steps": 10**15, "history": 1}, "a history of 1000000000000000 steps needs more memory"),
    ],
)
def test_what_cannot_be_asked_for(asked, message) -> None:
    """What cannot be is refused at the border, in one sentence."""
    with pytest.raises(warmer.UsageError, match=message):
        warmer.train([1.0], [1.0], "alpha-scaled", **asked)


def test_a_large_formula_is_not_compiled_for_little_work() -> None:
    """What compiling costs grows with the formula, and the work must be worth it."""

    @attrs.frozen(eq=False)
    class Long:
        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            total = weight_delta
            for _ in range(1000):
                total = total * 0.5 + weight_delta
            return weight - 0.01 * total

    assert warmer.train([0.5], [0.8], Long, steps=3000, history=None).engine == "python"
    assert warmer.train([0.5], [0.8], Long, steps=40_000, history=None).engine == "native"
