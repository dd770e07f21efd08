"""The report: which laws a plugin keeps, and the verdict in three lines."""

from collections import Counter
from typing import Any

import attrs

from warmer.contract.hookspecs import A_KIND
from warmer.testing.law import Status
from warmer.wording import wrapped

BAD: tuple[Status, ...] = ("failed", "skipped")


@attrs.frozen
class Result:
    """How a plugin stands to one law.

    Parameters:
        law: its name.
        part: `contract` or `repeatable`, the line of the verdict that it belongs to.
        status: `passed`, `failed`, `skipped` (it could not be checked here) or
            `expected to fail` (it failed, and the author had said so).
        message: the fault and its remedy, or why it was skipped or expected; empty where it passed.
    """

    law: str
    part: str
    status: Status
    message: str = ""


@attrs.frozen
class Report:
    """What the check of a plugin came to; `str` writes it in lines of 80 columns.

    Parameters:
        plugin, kind: what was checked.
        results: one for each law that applies to it.
        fast: how it runs: `yes: native`, or `no`, with the line and what to do.
    """

    plugin: str
    kind: str
    results: tuple[Result, ...]
    fast: str

    @property
    def passed(self) -> bool:
        """Whether every law that applies was checked, and holds or was expected to fail."""
        return not any(result.status in BAD for result in self.results)

    @property
    def counts(self) -> dict[str, int]:
        """How many laws were checked, and how many of these had each status."""
        counts = Counter(result.status for result in self.results)
        return {
            "checked": len(self.results) - counts["skipped"],
            **{status: counts[status] for status in ("passed", "failed", "skipped")},
            "expected to fail": counts["expected to fail"],
        }

    @property
    def verdict(self) -> dict[str, str]:
        """The verdict by its lines: contract, repeatable, fast."""
        return {
            "contract": self._part("contract", "kept", "not kept"),
            "repeatable": self._part("repeatable", "yes", "no"),
            "fast": self.fast,
        }

    def _part(self, part: str, good: str, bad: str) -> str:
        own = [result for result in self.results if result.part == part]
        failed = [result.law for result in own if result.status == "failed"]
        if failed:
            return f"{bad}: {', '.join(failed)}"
        skipped = [result.law for result in own if result.status == "skipped"]
        if skipped:
            return f"not known: {', '.join(skipped)}"
        if not own:
            return "not known"
        expected = [result.law for result in own if result.status == "expected to fail"]
        return f"{good}, but for {', '.join(expected)} (expected)" if expected else good

    def as_data(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "plugin": self.plugin,
            "kind": self.kind,
            "passed": self.passed,
            "verdict": self.verdict,
            "counts": {name.replace(" ", "_"): count for name, count in self.counts.items()},
            "checks": [attrs.asdict(result) for result in self.results],
        }

    def __str__(self) -> str:
        good = "right" if self.passed else "not right"
        what = A_KIND.get(self.kind, "a plugin")  # one that cannot be loaded may be of any kind
        lines = wrapped(f"{self.plugin}, {what}: {good}", rest="    ")
        for name, said in self.verdict.items():
            lines += wrapped(said, first=f"    {name:12}", rest=" " * 16)
        for status in ("failed", "skipped", "expected to fail"):
            told = [result for result in self.results if result.status == status]
            lines += ["", status] if told else []
            for result in told:
                lines += wrapped(f"{result.law}: {result.message}", first="    ", rest=" " * 8)
        counts = self.counts
        told_counts = [f"{counts[name]} {name}" for name in list(counts)[1:] if counts[name]]
        checks = f"{len(self.results)} check{'s' if len(self.results) > 1 else ''}"
        lines += ["", *wrapped(f"{checks}: {', '.join(told_counts)}")]
        return "\n".join(lines)
