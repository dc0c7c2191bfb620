"""docs/interop.md and the table of behaviours, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from tests.interop import refusals, table
from tests.interop.rows import Row

PAGE = "docs/interop.md"
SECTIONS: dict[str, Sequence[Row]] = {
    "Before the answer": table.BEFORE_THE_ANSWER,
    "The answer": table.ANSWERS,
    "Within the call": table.WITHIN_THE_CALL,
    "Keys": table.KEYS,
    "Headers": table.HEADERS,
    "Transports and proxies": table.TRANSPORTS,
    "Refusals": refusals.REFUSALS,
}
WAITS = "none: the target waits"


def cells(row: Row) -> list[str]:
    """A row as the page must show it: behaviour, what the gateway does, outcome, SIP code, Q.850 cause."""
    outcome = f"`{row.outcome}`" if row.outcome else WAITS
    return [f"`{row.name}`", row.does, outcome, str(row.sip_code or ""), str(row.q850 or "")]


def markdown(rows: Sequence[Row]) -> str:
    """The table of a section, to be pasted into the page."""
    head = "| behaviour | what the gateway does | outcome | SIP code | Q.850 |\n|---|---|---|---|---|\n"
    return head + "".join(f"| {' | '.join(cells(row))} |\n" for row in rows)


if __name__ == "__main__":
    for heading, of_section in SECTIONS.items():
        print(f"## {heading}\n\n{markdown(of_section)}")
