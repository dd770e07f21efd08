"""The report of a comparison: one page of HTML, which fetches nothing and runs nothing."""

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from warmer.comparing.compared_data import commands
from warmer.comparing.compared_text import cost, count, heading, legend, lost, number, verdict
from warmer.comparing.rankings import Standing
from warmer.comparing.report_panels import error_over_cost, profile
from warmer.comparing.report_style import STYLE
from warmer.pictures.picture import Picture
from warmer.wording import visible

if TYPE_CHECKING:
    from warmer.comparing.compared import Compared

MOST_RUNS = 2000  # that are listed; runs.csv has all of them
MOST_TABLES = 40  # that have a picture
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page_of(compared: "Compared") -> str:
    """The whole page."""
    many = f"{count(len(compared.rules), 'rule')} on {count(len(compared.data), 'table')}"
    title = f"A comparison of {many}"
    body = "".join([
        f"<h1>{_text(title)}</h1>",
        f"<p>{_text(heading(compared))}.</p>",
        _verdict(compared),
        _section("All tables" if len(compared.data) > 1 else compared.data[0],
                 _overall(compared)),
        *(_of_table(compared, name) for name in _several(compared)),
        _section("Pairs", _pairs(compared)) if compared.tested.pairs else "",
        _section("Runs", _runs(compared)),
        _section("Where this comes from", _provenance(compared)),
    ])  # fmt: skip
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{_text(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><main>{body}</main></body></html>\n"
    )


def part_of(compared: "Compared") -> str:
    """What a notebook shows: the table, and what can be said."""
    said = "".join(f"<p>{_text(each)}</p>" for each in verdict(compared))
    return (
        f"<p>{_text(heading(compared))}</p>{_standings(compared.standings, _many(compared))}{said}"
    )


def _overall(compared: "Compared") -> str:
    """The table over all, with its legend; of one table its picture, of several their profile."""
    told = "".join(f"<li>{_text(each)}</li>" for each in legend(compared))
    table = _standings(compared.standings, _many(compared))
    drawn = profile(compared) if _many(compared) else error_over_cost(compared, compared.data[0])
    return f'{table}<ul class="legend">{told}</ul>{_figure(drawn)}'


def _several(compared: "Compared") -> Sequence[str]:
    return list(compared.ranking.by_data)[:MOST_TABLES] if _many(compared) else ()


def _many(compared: "Compared") -> bool:
    return len(compared.ranking.by_data) > 1


def _of_table(compared: "Compared", name: str) -> str:
    table = _standings(compared.ranking.by_data[name], False)
    return _section(name, table + _figure(error_over_cost(compared, name)))


def _verdict(compared: "Compared") -> str:
    """What can be said of the differences, and what was noticed."""
    best = compared.best
    first = []
    if best is not None and math.isfinite(best.error) and len(compared.rules) > 1:
        first = [f"{best.rule} comes first"]
    said = "".join(f"<p>{_text(each)}</p>" for each in (*first, *verdict(compared)))
    noted = "".join(f'<p class="note">note: {_text(each)}</p>' for each in compared.notes)
    return f'<div class="verdict">{said}{noted}</div>'


def _standings(standings: Iterable[Standing], ranked: bool) -> str:
    head = ["rule", "error", "lower quartile", "upper quartile", "cost", "wins", "diverged"]
    rows = []
    for each in standings:
        cells = [
            number(each.error), number(each.lower), number(each.upper), cost(each.cost),
            str(each.wins), lost(each), *([f"{each.rank:.3g}"] if ranked else []),
        ]  # fmt: skip
        lost_ = ' class="lost"' if each.diverged + each.failed else ""
        rows.append(f"<tr{lost_}>{_name(each.rule)}{''.join(map(_cell, cells))}</tr>")
    return _table([*head, *(["mean rank"] if ranked else [])], rows)


def _pairs(compared: "Compared") -> str:
    apart = set(compared.tested.apart)
    rows = [
        f"<tr>{_name(pair.first)}{_name(pair.second)}{_cell(_chance(pair.p))}"
        f"{_cell(number(pair.difference))}{_cell(number(pair.low))}{_cell(number(pair.high))}"
        f"{_cell('yes' if pair in apart else 'no')}</tr>"
        for pair in compared.tested.pairs
    ]
    head = ["rule", "against", "p", "difference", "from", "to", "told apart"]
    told = (
        "difference: the median over the tables of the error of the first rule less that of the "
        "second, as shares of the mean's error; below 0 the first is better. From and to: where it "
        "lies in 95 of 100 samples of the tables."
    )
    return f"{_table(head, rows, 'pairs')}<p>{told}</p>"


def _chance(p: float | None) -> str:
    return "-" if p is None else f"{p:.3g}"


def _runs(compared: "Compared") -> str:
    """Every run with its command, folded away."""
    rows = []
    folds = bool(compared.options["folds"])
    for each, command in zip(compared.runs[:MOST_RUNS], commands(compared), strict=False):
        cell = each.cell
        fold = [str(cell.fold)] * folds
        told = [str(cell.seed), *fold, each.status, str(each.steps), number(each.error)]
        how = f"<code>{_text(command)}</code>" if command else "-"
        rows.append(
            f"<tr>{_name(cell.rule)}<td>{_text(cell.data)}</td>{''.join(map(_cell, told))}"
            f"<td>{how}</td></tr>"
        )
    head = ["rule", "table", "seed", *["fold"] * folds, "ended", "steps", "error", "command"]
    more = len(compared.runs) - MOST_RUNS
    left = f"<p>{more} more are in runs.csv.</p>" if more > 0 else ""
    summary = f"{count(len(compared.runs), 'run')}, each with the command that runs it alone"
    return f"<details><summary>{summary}</summary>{_table(head, rows, 'runs')}{left}</details>"


def _provenance(compared: "Compared") -> str:
    told = {**compared.provenance, **compared.options}
    rows = [
        f"<tr>{_name(name.replace('_', ' '))}<td>{_text(_listed(value))}</td></tr>"
        for name, value in told.items()
        if value is not None
    ]
    return f'<table class="plain"><tbody>{"".join(rows)}</tbody></table>'


def _listed(value: object) -> str:
    if isinstance(value, list):
        numbers = all(isinstance(each, int) for each in value)
        if numbers and len(value) > 2 and value == list(range(value[0], value[-1] + 1)):
            return f"{value[0]} to {value[-1]}"
        return ", ".join(map(str, value))
    return str(value)


def _figure(picture: Picture | None) -> str:
    if picture is None:
        return ""
    return f'<div class="figure" tabindex="0">{picture.svg(alone=False)}</div>'


def _section(title: str, content: str) -> str:
    return f"<section><h2>{_text(title)}</h2>{content}</section>"


def _table(head: Sequence[str], rows: Iterable[str], kind: str = "standings") -> str:
    heads = "".join(f'<th scope="col">{_text(each)}</th>' for each in head)
    return (
        f'<div class="wide" tabindex="0"><table class="{kind}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _name(name: str) -> str:
    return f'<th scope="row">{_text(name)}</th>'


def _cell(text: str) -> str:
    return f"<td>{_text(text)}</td>"


def _text(text: str) -> str:
    return escape(visible(text).encode("utf-8", "backslashreplace").decode())
