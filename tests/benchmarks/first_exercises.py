"""What scikit-learn says of the tables of people's first exercises.

    python tests/benchmarks/first_exercises.py > tests/cli/first_exercises/figures.json

It needs scikit-learn (`pip install --group bench`) and warmer, whose split of the rows it uses.
The tables are invented: they have the columns, kinds and holes of the well-known ones.
"""

import csv
import json
import math
from pathlib import Path

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, mean_squared_error, r2_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import warmer

TABLES = Path(__file__).parents[1] / "cli" / "first_exercises"
HOLES = ("", "NA", "?")


def read(name):
    with open(TABLES / f"{name}.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: [row[column] for row in rows] for column in rows[0]}


def exercise(name, target, without=(), missing="refuse", test=0.2, seed=None, folds=None):
    """Fit and test as the command of the same name does."""
    table = read(name)
    names = [column for column in table if column not in (target, *without)]
    words = [c for c in names if not all(_is_number(v) for v in table[c] if v not in HOLES)]
    numbers = [column for column in names if column not in words]
    holes = {c: ("",) if c in words else HOLES for c in names}
    rows = range(len(table[target]))
    if missing == "drop":
        rows = [row for row in rows if all(table[c][row] not in holes[c] for c in names)]
    x = np.array(
        [
            [_value(table[c][row], table[c][row] in holes[c], c in words) for c in names]
            for row in rows
        ],
        dtype=object,
    )
    y = np.array([table[target][row] for row in rows])
    classes = sorted(set(y)) if target in ("species", "Survived") else None
    y = y if classes else y.astype(float)
    places = {column: index for index, column in enumerate(names)}
    if folds:
        parts = warmer.folds(len(y), folds, seed=seed)
        fitted = [_fit(x, y, part, classes, numbers, words, places) for part in parts]
        return {"folds": [each[1] for each in fitted]}
    part = warmer.split(len(y), test, seed=seed)
    model, scores, spread = _fit(x, y, part, classes, numbers, words, places, whole=True)
    levels = zip(words, model[0].named_transformers_["words"][1].categories_, strict=True)
    inputs = [*numbers, *(f"{word}={level}" for word, known in levels for level in known[1:])]
    lines = model[-1].estimators_ if hasattr(model[-1], "estimators_") else [model[-1]]
    found = [(np.ravel(line.coef_) / spread).tolist() for line in lines]
    return {"coefficients": [dict(zip(inputs, each, strict=True)) for each in found], **scores}


def _fit(x, y, part, classes, numbers, words, places, whole=False):
    fill = (
        SimpleImputer(strategy="mean"),
        SimpleImputer(missing_values=None, strategy="most_frequent"),
    )
    columns = ColumnTransformer(
        [
            ("numbers", fill[0], [places[c] for c in numbers]),
            ("words", make_pipeline(fill[1], OneHotEncoder(drop="first", sparse_output=False)),
             [places[c] for c in words]),
        ]
    )  # fmt: skip
    line = LinearRegression()
    if classes:
        line = LogisticRegression(C=math.inf, solver="newton-cholesky", tol=1e-14, max_iter=1000)
        line = OneVsRestClassifier(line) if len(classes) > 2 else line
    model = make_pipeline(columns, StandardScaler(), line).fit(x[part.train], y[part.train])
    rows = {"train": part.train, "test": part.test}
    found = {name: _scores(model, x[own], y[own], classes) for name, own in rows.items()}
    if not whole:
        return model, found["test"]
    return model, found, model[1].scale_


def _scores(model, x, y, classes):
    answers = model.predict(x)
    if classes is None:
        return {"error": mean_squared_error(y, answers), "r2": r2_score(y, answers)}
    return {
        "accuracy": accuracy_score(y, answers),
        "log_loss": log_loss(y, model.predict_proba(x), labels=classes),
        "confusion": confusion_matrix(y, answers, labels=classes).tolist(),
    }


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def _value(text, hole, word):
    if hole:
        return None if word else math.nan
    return text if word else float(text)


if __name__ == "__main__":
    figures = {
        "titanic": exercise(
            "titanic", "Survived", ("PassengerId", "Name", "Ticket", "Cabin"), "mean"
        ),
        "housing": exercise("housing", "median_house_value", missing="mean"),
        "penguins": exercise("penguins", "species", missing="drop", test=0.3, seed=1),
        "mpg": exercise("mpg", "mpg", ("name",), "drop", test=0.25),
        "mpg folds": exercise("mpg", "mpg", ("name",), "drop", folds=5),
        "insurance": exercise("insurance", "charges", test=0.25, seed=3),
    }
    print(json.dumps(figures, indent=1))
