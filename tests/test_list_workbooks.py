"""XLSX, ODS and XLS → rows, also those that were made to do harm: they are read by the child process."""

from __future__ import annotations

import io
import random
import time
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from errors import BadInput
from lists import export, reader, spreadsheet, workbook
from lists.accept import Entry, Report, accept
from lists.demo_numbers import is_demo
from tests.list_things import by_child, refusal
from tests.workbooks import Sheet, ods, xlsx, zipped

HERE = Path(__file__).resolve().parent
PEOPLE: Sheet = [
    ["Имя", "Телефон", "Примечание", "Город"],
    ["Иван", "8 (912) 345-67-89", "до 18:00", "Тверь"],
    ["Ольга", 79123456780.0, None, None],
    [None, None, None, None],
    ["Пётр", 9123456781, "", 42.5],
]
FOUND = [
    Entry("+79123456789", "Иван", "до 18:00", {"Город": "Тверь"}),
    Entry("+79123456780", "Ольга", "", None),
    Entry("+79123456781", "Пётр", "", {"Город": "42.5"}),
]


def taken(data: bytes, region: str = "RU") -> tuple[list[Entry], dict[str, Any]]:
    report = Report()
    return list(accept(reader.read(io.BytesIO(data), region, report.note), region, report)), report.as_dict(0)


@pytest.mark.parametrize("make", [xlsx, ods])
def test_a_workbook(make: Any) -> None:
    entries, told = taken(make({"Лист1": PEOPLE}))
    assert entries == FOUND
    assert (told["rows"], told["notes"]) == (3, [])


def test_the_first_sheet_that_is_not_empty_is_read_and_told() -> None:
    sheets: dict[str, Sheet] = {"Пусто": [[None], [""]], "Скрыт": [["number"], ["89123456700"]], "Люди": PEOPLE, "Ещё": PEOPLE}
    entries, told = taken(xlsx(sheets, hidden=["Скрыт"]))
    assert entries == FOUND
    assert told["notes"] == ["The workbook has 4 sheets; only the first that is not empty was read: Люди."]
    assert taken(ods({"A": [], "B": PEOPLE}))[0] == FOUND
    assert taken(xlsx({"A": [], "B": [[None]]}))[1]["rows"] == 0


def test_an_old_workbook() -> None:
    assert [entry[:2] for entry in taken((HERE / "samples" / "people.xls").read_bytes())[0]] == [
        ("+79123456789", "Иван"),
        ("+79123456780", "Ольга"),
    ]


def test_a_table_that_does_not_begin_in_the_corner_has_its_lines_right() -> None:
    rows: Sheet = [
        [],
        ["Список клиентов на 01.05.2026"],
        [],
        [None, "ФИО", "Телефон"],
        [None, "Иван", 89123456789],
        [None, "Ольга", "12345"],
    ]
    entries, told = taken(xlsx({"Лист1": rows}))
    assert [entry[:2] for entry in entries] == [("+79123456789", "Иван")]
    assert told["details"] == [{"line": 6, "value": "12345", "reason": "is too short"}]


def test_damage_in_cells_is_named_by_line() -> None:
    rows: Sheet = [
        ["name", "number"],
        ["A", datetime(2026, 12, 31)],
        ["B", date(2026, 5, 1)],
        ["C", 4.41e11],
        ["D", "4,41E+11"],
        ["E", True],
        ["F", "8 912 000-01-01, 8 912 000-01-02"],
    ]
    for region in ("RU", "DK"):  # in Denmark 31.12.2026 is a valid number
        entries, told = taken(xlsx({"x": rows}), region)
        reasons = {one["line"]: one["reason"].split(";")[0] for one in told["details"]}
        assert reasons[2] == reasons[3] == "is a date: a spreadsheet made it of what was entered"
        assert reasons[5] == "was rounded by a spreadsheet (scientific notation), so its last digits are lost"
        assert reasons[6] == "has letters"
    assert 4 in reasons
    entries, told = taken(xlsx({"x": rows}))
    assert [entry.number for entry in entries] == ["+79120000101", "+79120000102"]
    assert told["rows"] == 7


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            zipped({"content.xml": "x", "mimetype": "x", "META-INF/manifest.xml": "<manifest:encryption-data/>"}),
            "is a workbook that is protected by a password; save it without one",
        ),
        (zipped({"people.csv": "x"}), "is packed (ZIP); unpack it first"),
        (zipped({"[Content_Types].xml": "", "word/document.xml": "x"}), "is a text document or a presentation, not a workbook"),
        (b"PK\x03\x04\x14\x00[Content_Types].xml", "is a workbook that can't be read: it is damaged"),
        (xlsx({"x": PEOPLE})[:-700], "is a workbook that can't be read: it is damaged"),
        (zipped({"xl/workbook.xml": "<broken", "[Content_Types].xml": ""}), "is a workbook that can't be read: it is damaged"),
        (zipped({"content.xml": "<broken", "mimetype": "x"}), "is a workbook that can't be read: it is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), "is a workbook that can't be read: it is damaged"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
            "is a workbook that is protected by a password; save it without one",
        ),
    ],
    ids=["locked ods", "zip", "docx", "cut short", "cut", "bad xlsx", "bad ods", "bad xls", "locked"],
)
def test_what_is_no_workbook_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    assert refusal(data).startswith(reason)


def _bomb(sheet: bytes) -> bytes:
    made = xlsx({"x": [["number"]]})
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, "xl/worksheets/sheet1.xml": sheet})


_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def test_a_bomb_is_refused_and_the_service_goes_on() -> None:
    far = _SHEET % b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    began = time.monotonic()
    assert "can't be read" in refusal(_bomb(far)) or "memory" in refusal(_bomb(far))
    assert time.monotonic() - began < 10
    assert by_child(xlsx({"x": PEOPLE}))[0] == [(one.number, one.name) for one in FOUND]


def test_what_would_unpack_to_too_much_is_not_even_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    huge = _bomb(_SHEET % (b'<row r="1"><c r="A1" t="str"><v>' + b"0" * (3 << 20) + b"</v></c></row>"))
    assert len(huge) < 20_000
    monkeypatch.setattr(spreadsheet, "MAX_UNPACKED", 2 << 20)
    with pytest.raises(BadInput, match="a workbook of more than 2 MB when it is unpacked"):
        taken(huge)


def test_any_bytes_in_a_workbook_give_a_report_or_a_refusal() -> None:
    found = random.Random(5)
    good = bytearray(xlsx({"x": PEOPLE}))
    for _ in range(8):
        spoilt = bytearray(good)
        for _ in range(found.randrange(1, 40)):
            spoilt[found.randrange(4, len(good))] = found.randrange(256)
        try:
            by_child(bytes(spoilt))
        except BadInput:
            continue


CELL = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(lambda text: " ".join(text.split()))


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ods", "json", "txt"])
def test_the_samples_of_the_documentation_hold_the_same_people(ending: str) -> None:
    entries, told = taken((HERE.parent / "docs" / "samples" / f"people.{ending}").read_bytes())
    assert (told["rows"], told["accepted"], told["notes"]) == (5, 5, [])
    assert all(is_demo(entry.number) for entry in entries)
    first = Entry("+79440001101", "", "", None)
    further: dict[str, Any] = {"name": "Анна Петрова", "comment": "answers and presses 1", "extra": {"city": "Тверь"}}
    assert entries[0] == (first if ending == "txt" else first._replace(**further))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6), heading=st.sampled_from(["Город", "=x", "@", "Имя", "_x0041_"]))
def test_an_export_uploaded_again_is_the_same_list(rows: list[tuple[str, str, str]], heading: str, tmp_path: Path) -> None:
    listed = [
        Entry(f"+7912{place:07}", name, comment, {heading: cell} if cell else None) for place, (name, comment, cell) in enumerate(rows)
    ]
    people = [{"cid": "c", "name": one.name, "number": one.number, "comment": one.comment, "extra": one.extra or {}} for one in listed]
    headings = [*export.FIELDS, heading]
    for data in (
        b"".join(export.as_csv(headings, export.people_cells(people, [heading]))),
        b"".join(workbook.as_xlsx(headings, export.people_cells(people, [heading]), tmp_path)),
    ):
        assert taken(data)[0] == listed
