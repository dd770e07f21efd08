"""A comparison as plain data, for JSON."""

from typing import TYPE_CHECKING, Any

import attrs

from warmer.comparing.run_commands import put_in

if TYPE_CHECKING:
    from warmer.comparing.compared import Compared


def data_of(compared: "Compared") -> dict[str, Any]:
    """All of a comparison as plain data; numbers that are not finite stand in it as they are."""
    ranking, tested = compared.ranking, compared.tested
    return {
        "rules": [attrs.asdict(each) for each in ranking.rules],
        "data": {
            name: [attrs.asdict(each) for each in standings]
            for name, standings in ranking.by_data.items()
        },
        "tested": {
            "test": tested.test,
            "p": tested.p,
            "critical": tested.critical,
            "refused": tested.refused,
            "pairs": [attrs.asdict(pair) for pair in tested.pairs],
            "apart": [[pair.first, pair.second] for pair in tested.apart],
        },
        "runs": [
            {**row, "command": command}
            for row, command in zip(_rows(compared), commands(compared), strict=True)
        ],
        "total": compared.total,
        "options": {**compared.options, "reach": compared.reach},
        "provenance": dict(compared.provenance),
        "notes": list(compared.notes),
    }


def commands(compared: "Compared") -> list[str | None]:
    """The command of each run; None where something has no name on the command line."""
    found = []
    for each in compared.runs:
        command = compared.commands[each.cell.rule, each.cell.data]
        found.append(None if command is None else put_in(command, each))
    return found


def _rows(compared: "Compared") -> list[dict[str, Any]]:
    columns = compared.columns()
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
