"""docs/interop.md lists every behaviour of the table as it is tested, and no other; every scenario file is used."""

from __future__ import annotations

import re

import pytest

from tests.interop.document import PAGE, SECTIONS, cells
from tests.interop.gateways import RELAYED, SCENARIOS
from tests.interop.refusals import REFUSALS
from tests.interop.table import CALLS, TABLE
from tests.markdown import headings, read, rows, section

LEAST = 55


@pytest.mark.parametrize("heading", SECTIONS)
def test_the_page_has_the_rows_of_the_table(heading: str) -> None:
    # To write a section anew: python -m tests.interop.document
    assert list(rows(section(read(PAGE), heading))) == [cells(row) for row in SECTIONS[heading]]


def test_no_other_table_and_no_row_without_a_section() -> None:
    assert sum(len(of_section) for of_section in SECTIONS.values()) == len(TABLE)
    assert set(SECTIONS) <= {words for _, words in headings(read(PAGE))}


def test_the_numbers_that_the_page_tells_are_true() -> None:
    told = re.search(r"(\d+) behaviours and (\d+) refusals", read(PAGE))
    assert told
    assert (int(told[1]), int(told[2])) == (len(CALLS), len(REFUSALS))


def test_the_table_is_as_large_as_promised() -> None:
    assert len({row.name for row in TABLE}) == len(TABLE)
    assert len(CALLS) >= LEAST


def test_every_scenario_is_in_the_table() -> None:
    used = {RELAYED} | {row.refusal[0] for row in REFUSALS} | {row.name for row in CALLS}
    assert {path.stem for path in SCENARIOS.glob("*.xml")} - used == set()
