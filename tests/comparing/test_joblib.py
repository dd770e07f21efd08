"""Joblib's executor, which comes with scikit-learn, as the documents show it."""

import pytest

import warmer

pytestmark = pytest.mark.port("sklearn")
RULES = ["alpha-scaled:alpha=0.01,0.1", "hot-and-cold:step-amount=0.05"]
SMALL = {"seeds": 2, "budget": "2e3-predictions", "batch_size": 5, "weights": "random"}
OWN = """
    import attrs
    import warmer


    @attrs.frozen(eq=False)
    class Own:
        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return weight - 0.05 * weight_delta
"""


@pytest.fixture
def executor():
    """Processes that joblib keeps for whoever asks; a broken one is replaced by another."""
    from joblib.externals.loky import get_reusable_executor

    yield get_reusable_executor(max_workers=2)
    get_reusable_executor().shutdown(wait=True)


def test_the_same_numbers(executor, tables, numbers, written):
    """Joblib's processes come to the numbers of one run after another, and go on to live."""
    asked = [[*RULES, written("own.py", OWN) + ":Own"], dict([*tables.items()][:2]), "y"]
    alone = warmer.compare(*asked, **SMALL)

    assert numbers(warmer.compare(*asked, **SMALL, executor=executor)) == numbers(alone)
    assert executor.submit(abs, -1).result() == 1


def test_a_worker_that_dies(executor, tables, dying):
    """A process that ends breaks joblib's executor, which is said in one line."""
    with pytest.raises(warmer.WarmerError, match="the executor is broken") as caught:
        warmer.compare(dying, dict([*tables.items()][:1]), "y", **SMALL, executor=executor)
    assert "\n" not in str(caught.value)
