"""The report of an import as tables: what became of the rows, then the lines that were not taken, with their reasons."""

from __future__ import annotations

from typing import Any

from rich.console import RenderableType

from dozvon_client.output import Column, table

DETAILS = (Column("Line", "line", True), Column("Value", "value"), Column("Reason", "reason"))
REPORT = (
    ("rows", "rows in the file"),
    ("accepted", "accepted"),
    ("duplicates", "duplicates, left out"),
    ("rejected", "rejected"),
    ("do_not_call", "of the accepted on the do-not-call list (kept, never dialled)"),
)


def report_parts(report: dict[str, Any]) -> list[RenderableType]:
    """The report of an import: the sums, then the lines that were not taken with their reasons."""
    sums = [{"count": report[name], "what": words} for name, words in REPORT if name in report]
    parts: list[RenderableType] = [table(sums, (Column("Count", "count", True), Column("What", "what")))] if sums else []
    details = report.get("details") or []
    if details:
        parts.append(table(details, DETAILS, "Lines that were not taken"))
        left = report.get("rejected", 0) + report.get("duplicates", 0) - len(details)
        if left > 0:
            parts.append(f"... and {left} more.")
    parts += [f"Note: {note}" for note in report.get("notes") or []]
    return parts
