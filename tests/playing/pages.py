"""Pages and runs of one small task, and the steps that a page shows."""

import warmer

TASK = {"weights": 1.0, "steps": 20}


def play(rule="alpha-scaled", **options):
    return warmer.play([2.0], [0.8], rule, **{**TASK, **options})


def train(rule="alpha-scaled", **options):
    return warmer.train([2.0], [0.8], rule, **{**TASK, "history": 1, **options})


def play_table(table, rule="alpha-scaled", **options):
    told = {"names": ["x", "bias"], "steps": 20, **options}
    return warmer.play(table.inputs, table.targets[:, 0], rule, **told)


def column(rows, number):
    """A column of the table of steps, from the first step on."""
    return [row[number] for row in reversed(rows)]


def steps_equal(rows, run):
    """Whether the rows are the steps of a run of one weight, to the bit."""
    taken = len(rows) - 1
    history = run.history
    columns = history.weights[:, 0], history.error, history.prediction, history.delta
    expected = [*columns, history.weight_deltas[:, 0]]
    return all(
        column(rows, at)[:taken] == values[:taken].tolist()
        for at, values in enumerate(expected, start=1)
    )
