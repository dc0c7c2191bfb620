"""Uploaded files → rows → subscribers and a report."""

from __future__ import annotations

import contextlib
import io
import json
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from errors import BadInput
from lists import export, reader
from lists.accept import Entry, Report, accept
from lists.rows import Row

RUSSIAN = "Имя;Номер телефона;Примечание\nИван;8 (912) 345-67-89;до 18:00\nОльга;+79123456780;\n"
IVAN_AND_OLGA = [("+79123456789", "Иван", "до 18:00"), ("+79123456780", "Ольга", "")]


def rows(text: str | bytes, region: str = "RU") -> list[Row]:
    return list(reader.read(io.BytesIO(text if isinstance(text, bytes) else text.encode()), region))


def taken(text: str | bytes, region: str = "RU") -> tuple[list[Entry], dict[str, Any]]:
    report = Report()
    entries = list(accept(reader.read(io.BytesIO(text if isinstance(text, bytes) else text.encode()), region), region, report))
    told = report.as_dict(0)
    del told["notes"]
    assert told["accepted"] + told["duplicates"] + told["rejected"] == told["rows"]
    assert told["accepted"] == len(entries)
    return entries, told


def people(text: str | bytes) -> list[tuple[str, str, str]]:
    return [entry[:3] for entry in taken(text)[0]]


def as_csv(people: Iterable[Mapping[str, Any]], further: Sequence[str]) -> bytes:
    return b"".join(export.as_csv([*export.FIELDS, *further], export.people_cells(people, further)))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "koi8_r", "cp866"])
def test_encodings(codec: str) -> None:
    assert people(RUSSIAN.encode(codec)) == IVAN_AND_OLGA


@pytest.mark.parametrize("place", [5, 1500])
def test_a_broken_character_spoils_only_itself(place: int) -> None:
    lines = [f"Иван;+7912{3000000 + index}".encode() for index in range(2000)]
    lines[place] = lines[place].replace("н;".encode(), "н".encode()[:1] + b";")
    entries, _ = taken(b"\n".join(lines))
    assert [index for index, entry in enumerate(entries) if entry.name != "Иван"] == [place]
    assert entries[place].name == "Ива\ufffd"


def test_western_names() -> None:
    assert [name for _, name, _ in people("name;number\nMüller;+4930901820\nGérard;+33142685300\n".encode("cp1252"))] == [
        "Müller",
        "Gérard",
    ]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    assert people(RUSSIAN.replace(";", delimiter).replace("\n", end)) == IVAN_AND_OLGA


@pytest.mark.parametrize(
    "text",
    [
        "number,comment,name\n8 (912) 345-67-89,до 18:00,Иван\n+79123456780,,Ольга",
        "Комментарий;ТЕЛЕФОН:;ФИО\nдо 18:00;89123456789;Иван\n;89123456780;Ольга",
        "Иван;89123456789;до 18:00\nОльга;89123456780",  # no headings
        "89123456789;Иван;до 18:00\n89123456780;Ольга;",
        'sep=;\nИван;89123456789;"до 18:00"\n"Ольга";89123456780',
        '"Иван", "89123456789", "до 18:00"\n"Ольга", "89123456780"',
        '[{"name": "Иван", "number": "89123456789", "comment": "до 18:00"}, {"имя": "Ольга", "телефон": 79123456780}]',
        '{"subscribers": [{"name": "Иван", "phone": "89123456789", "note": "до 18:00"},'
        ' {"ФИО": "Ольга", "number": "89123456780", "comment": null}]}',
    ],
)
def test_columns_in_any_order(text: str) -> None:
    assert people(text) == IVAN_AND_OLGA


def test_plain_text_a_number_a_line() -> None:
    assert [entry.number for entry in taken("+7 (912) 345-67-89\n\n8 912 345 67 80\r\n   \n9123456781")[0]] == [
        "+79123456789",
        "+79123456780",
        "+79123456781",
    ]
    assert [entry.number for entry in taken('["+79123456789", 89123456780]')[0]] == ["+79123456789", "+79123456780"]


def test_names_in_several_columns_and_further_columns() -> None:
    entries, _ = taken("Фамилия,Имя,Отчество,Телефон,Город,Долг\nИванов,Иван,,89123456789,Тверь,\n")
    assert entries == [Entry("+79123456789", "Иванов Иван", "", {"Город": "Тверь"})]
    entries, _ = taken("Иван,89123456789,срочно,Тверь")
    assert entries == [Entry("+79123456789", "Иван", "срочно", {"column 4": "Тверь"})]


def test_the_number_column_is_the_one_with_valid_numbers() -> None:
    assert people("1;Иван;100;89123456789\n2;Ольга;200;89123456780") == [("+79123456789", "1", "Иван"), ("+79123456780", "2", "Ольга")]
    assert people("id,name,contacts\n10001,Иван,89123456789")[0][:2] == ("+79123456789", "Иван")


def test_report_names_lines_values_and_reasons() -> None:
    _, told = taken("name,number\nА,89123456789\n\nБ,12345\nВ,+7 912 345 67 89\nГ,\nД,call me\n")
    assert told == {
        "rows": 5,
        "accepted": 1,
        "duplicates": 1,
        "rejected": 3,
        "do_not_call": 0,
        "details": [
            {"line": 4, "value": "12345", "reason": "is too short"},
            {"line": 5, "value": "+7 912 345 67 89", "reason": "is the number of line 2 again"},
            {"line": 6, "value": "", "reason": "is empty"},
            {"line": 7, "value": "call me", "reason": "has letters"},
        ],
    }


def test_details_end_after_a_hundred_and_values_are_cut() -> None:
    _, told = taken("\n".join(["number", "x" * 5000, *["1"] * 200]))
    assert (told["rejected"], len(told["details"])) == (201, 100)
    assert told["details"][0] == {"line": 2, "value": "x" * 100, "reason": "is longer than 64 characters"}


def test_quoted_cells_with_line_breaks_keep_the_lines_right() -> None:
    entries, told = taken('name,number,comment\r\n"А ""Б""",89123456789,"one\r\ntwo"\r\nВ,bad,\r\n"Г","+7 912\r\nX-Evil: 1",\r\n')
    assert entries == [Entry("+79123456789", 'А "Б"', "one\ntwo", None)]
    assert told["details"] == [
        {"line": 4, "value": "bad", "reason": "has letters"},
        {"line": 5, "value": "+7 912 X-Evil: 1", "reason": "has control characters or line breaks"},
    ]


@pytest.mark.parametrize("mangled", ['"><script>', '"><script>\n"><script>', 'труба 5";89', '"Иван;89', 'a";"b', '"Ромашка" ООО;x'])
def test_a_quote_without_its_end_does_not_swallow_other_lines(mangled: str) -> None:
    good = [f"8912345{place:04};Иван" for place in range(300)]
    entries, told = taken("\n".join(["number;name", *good[:100], mangled, *good[100:]]))
    assert len(entries) == 300
    assert {each["line"] for each in told["details"]} == set(range(102, 103 + mangled.count("\n")))


def test_two_stray_quotes_do_not_swallow_the_lines_between() -> None:
    lines = ['А;89123456701;"хочет 5', "Б;89123456702;нет", "В;8 (912) 345-67-03;", 'Г;89123456704;экран 15"', "Д;89123456705;x"]
    for some in (lines, [lines[0], *lines[3:]]):
        entries, _ = taken("\n".join(["Имя;Телефон;Комментарий", *some]))
        assert len(entries) == len(some)


def test_a_comment_of_several_lines_may_hold_delimiters_and_numbers() -> None:
    comment = "Тверь, Мира, 5\nдом 2, подъезд 1, код 12\nтел. жены 8 912 345-67-80, вечером"
    assert people(f'number,name,comment\n89123456789,Иван,"{comment}"\n') == [("+79123456789", "Иван", comment)]


def test_damage_within_a_list_is_told_by_line() -> None:
    text = f"number;name\n89123456789;{'я' * 1025}\n{'x' * 300_000}\n8912345\x006780;Ольга\n89123456781;О\x00льга\n{';' * 300}1"
    entries, told = taken(text)
    assert entries == [Entry("+79123456781", "О льга", "", None)]
    assert [(each["line"], each["reason"]) for each in told["details"]] == [
        (2, "the name is longer than 1024 characters"),
        (3, "the line is longer than 65536 characters"),
        (4, "has control characters or line breaks"),
        (6, "the line has more than 100 columns"),
    ]


def test_empty_columns_at_the_end_are_none() -> None:
    assert people(f"Имя;Телефон{';' * 150}\nИван;89123456789{';' * 150}\n") == [("+79123456789", "Иван", "")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "is a PNG picture, not a list"),
        (b"%PDF-1.7\n", "is a PDF document, not a list"),
        (b"<html><table>", "is a web page or XML; save it as XLSX or CSV and send that"),
        (bytes(range(256)) * 4, "is not text but a binary file; send XLSX, ODS, CSV, plain text or JSON"),
        (b"[" * 100_000, "is JSON that is nested too deeply"),
        (b'{"a":' * 50_000, "is JSON that is nested too deeply"),
        (b"[1, 2", "begins like JSON but is not valid JSON, line 1"),
        (b"[1" + b"0" * 10_000 + b"]", "begins like JSON but is not valid JSON"),
        (b'{"people": []}', 'is JSON, but neither a list nor {"subscribers": [...]}'),
        (b"[" + b" " * (32 << 20) + b"]", "is JSON of more than 32 MB; send so long a list as CSV"),
    ],
)
def test_what_is_no_list_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(BadInput) as caught:
        rows(data)
    assert [(each.field, each.reason) for each in caught.value.errors] == [("file", reason)]


def test_wrong_json_types_are_rejected_by_place() -> None:
    _, told = taken('[79123456789.0, true, null, [], {"name": "x"}, {"number": {"a": 1}}, "89123456789\\u0000", "\\ud800"]')
    assert told["rejected"] == 8
    assert [each["line"] for each in told["details"]] == [1, 2, 3, 4, 5, 6, 7, 8]
    entries, _ = taken('[{"number": "89123456789", "name": "\\ud800x\\u0000", "age": 30, "tags": ["a"]}]')
    assert entries == [Entry("+79123456789", "x", "", {"age": "30", "tags": '["a"]'})]
    json.dumps(entries).encode()


@pytest.mark.parametrize("empty", ["", "\n\n \n", "name,number\n", "\ufeff", "[]", '{"subscribers": []}', ";;;\n;;\n"])
def test_empty_lists_are_lists(empty: str) -> None:
    assert taken(empty)[1]["rows"] == 0


def test_files_made_to_be_slow_are_not() -> None:
    start = time.process_time()
    for text in ("," * 2_000_000, '"' * 1_000_001, 'a"\n' * 20_000, "1," * 500_000, '"\n' + "x\n" * 50_000, ("[" * 100 + "\n") * 10_000):
        try:
            taken("x" + text)
        except BadInput:
            pytest.fail("these are lists, only bad ones")
    assert time.process_time() - start < 10


def test_any_bytes_give_a_report_or_a_refusal() -> None:
    found = random.Random(1)
    for _ in range(300):
        alphabet = found.choice(["0123456789+;,\n", '";,\n\r\t\x00 ab+7912', '[]{}",:0aя\n', "".join(map(chr, range(256)))])
        text = "".join(found.choice(alphabet) for _ in range(found.randrange(400)))
        with contextlib.suppress(BadInput):
            taken(text.encode(found.choice(["utf-8", "utf-16", "utf-8-sig"])))


CELLS = [
    "",
    "Иван",
    "=1+1",
    "'=1+1",
    "''@x",
    "-5",
    "+x",
    "@a",
    "'quoted'",
    'a "b", c;d',
    "two\nlines",
    '5" труба',
    "\tx".strip(),
    "'",
    "''",
    "|",
]


def test_an_exported_list_can_be_uploaded_again() -> None:
    found = random.Random(3)
    listed = [
        Entry(
            f"+7912{place:07}",
            found.choice(CELLS).replace("\n", " "),
            found.choice(CELLS),
            {"Город": found.choice(CELLS), "=x": found.choice(CELLS), "Имя": "x"},
        )
        for place in range(500)
    ]
    exported = ({"cid": "c", "name": one.name, "number": one.number, "comment": one.comment, "extra": one.extra} for one in listed)
    data = as_csv(exported, ["Город", "=x", "Имя"])
    entries, told = taken(data)
    assert (told["rejected"], told["duplicates"]) == (0, 0)
    assert entries == [one._replace(extra={key: value for key, value in (one.extra or {}).items() if value}) for one in listed]


def test_nothing_exported_is_a_formula() -> None:
    one = {"cid": "c", "name": "=HYPERLINK(1)", "number": "+79123456789", "comment": "@SUM(1)", "extra": {"+x": "-1+2"}}
    data = as_csv([one], ["+x"]).decode()
    assert data == "\ufeffcid,name,number,comment,'+x\r\nc,'=HYPERLINK(1),+79123456789,'@SUM(1),'-1+2\r\n"
