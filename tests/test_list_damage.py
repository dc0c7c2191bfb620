"""What spreadsheets and address books do to lists: undone, or named by line."""

from __future__ import annotations

import io
from typing import Any

import pytest

from lists import reader
from lists.accept import Entry, Report, accept


def taken(text: str, region: str = "RU") -> tuple[list[Entry], dict[str, Any]]:
    report = Report()
    entries = list(accept(reader.read(io.BytesIO(text.encode()), region, report.note), region, report))
    told = report.as_dict(0)
    assert told["accepted"] + told["duplicates"] + told["rejected"] == told["rows"]
    return entries, told


def reason_of(cell: str, region: str = "RU") -> str:
    _, told = taken(f"name;number\nA;{cell}\n", region)
    (one,) = told["details"]
    assert one["line"] == 2
    return str(one["reason"])


@pytest.mark.parametrize(
    "cell", ["79123456789.0", "9123456789,00", "7.9123456789E+10", "7,9123456789e10", '="89123456789"', "'89123456789", "'+79123456789"]
)
def test_what_lost_nothing_is_restored(cell: str) -> None:
    assert [entry.number for entry in taken(f"name;number\nA;{cell}\n")[0]] == ["+79123456789"]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("4.41E+11", "was rounded by a spreadsheet"),
        ("7,91235E+10", "was rounded by a spreadsheet"),
        ("7,91235Е+10", "was rounded by a spreadsheet"),  # a Cyrillic letter
        ("8.9123E10", "was rounded by a spreadsheet"),
        ("01.02.2026", "is a date"),
        ("1/2/26", "is a date"),
        ("2026-02-01 00:00:00", "is a date"),
        ("12-ноя", "is a date"),
        ("ноя.26", "is a date"),
        ("Jan-12", "is a date"),
        ("#N/A", "is the error of a formula"),
        ("#Н/Д", "is the error of a formula"),
        ("#ЗНАЧ!", "is the error of a formula"),
        ("#DIV/0!", "is the error of a formula"),
        ("#####", "is only #"),
    ],
)
def test_damage_is_named(cell: str, reason: str) -> None:
    assert reason_of(cell).startswith(reason)


def test_lost_zeros_are_named() -> None:
    assert reason_of("669812345", "IT").startswith("seems to have lost its leading zero")
    assert reason_of("491701234567").startswith("seems to have lost its + or its leading zeros")
    assert reason_of("12345") == "is too short"


def test_a_date_is_no_number_where_it_would_be_one() -> None:
    assert reason_of("31.12.2026", "DK").startswith("is a date")
    assert taken("name;number\nA;31 12 20 26\n", "DK")[0][0].number == "+4531122026"
    assert taken("name;number\nA;20-10-40\n", "FO")[0][0].number == "+298201040"


@pytest.mark.parametrize(
    "cell",
    [
        "8 912 000-01-01, 8 912 000-01-02",
        "8 912 000-01-01 / +7 912 000-01-02",
        "89120000101\n89120000102",
        "+7 912 000 01 01 ::: +7 912 000 01 02",
        "89120000101 или 89120000102",
        "+79120000101 +79120000102",
        "89120000101 89120000102",
        "(912) 000-01-01; (912) 000-01-02",
    ],
)
def test_two_numbers_in_a_cell_are_two_subscribers(cell: str) -> None:
    entries, told = taken(f'name\tnumber\nИван\t"{cell}"\nОльга\t89120000103\n')
    assert [entry[:2] for entry in entries] == [("+79120000101", "Иван"), ("+79120000102", "Иван"), ("+79120000103", "Ольга")]
    assert (told["rows"], told["notes"]) == (
        3,
        ["1 cell held several numbers; each number is a row of this report and a subscriber of its own."],
    )


@pytest.mark.parametrize(
    "cell",
    [
        "0171/1234567, 0172/7654321",
        "0171/1234567; 0172 7654321",
        "0171 1234567 / 0172 7654321",
        "+49 171 1234567/+49 172 7654321",
    ],
)
def test_a_slash_within_a_number_and_between_two(cell: str) -> None:
    entries, told = taken(f'name\tnumber\nA\t"{cell}"\n', "DE")
    assert ([entry.number for entry in entries], told["rejected"]) == (["+491711234567", "+491727654321"], 0)


@pytest.mark.parametrize("cell", ["030 123456-12/13", "030 12345 / 67890", "0171 1234567/8"])
def test_where_a_slash_is_doubtful_nobody_is_called(cell: str) -> None:
    entries, told = taken(f"name\tnumber\nA\t{cell}\nB\t0172 7654321\n", "DE")
    assert [entry.number for entry in entries] == ["+491727654321"]
    assert [(one["value"], one["reason"][:22]) for one in told["details"]] == [(cell, "may be several numbers")]


def test_of_two_numbers_the_bad_and_the_known_ones_are_told() -> None:
    entries, told = taken('name\tnumber\nA\t89120000101\nB\t"89120000101, 12345678, 89120000102"\n')
    assert [entry.number for entry in entries] == ["+79120000101", "+79120000102"]
    assert sorted((one["line"], one["value"], one["reason"]) for one in told["details"]) == [
        (3, "12345678", "is too short"),
        (3, "89120000101", "is the number of line 2 again"),
    ]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("8 912 000-01-01, доб. 5", "has letters"),
        ("8 912 000-01-01, Иван", "has letters"),
        ("12345, 67890", "has characters that are no part of a phone number"),
        ("8 495 123-45-67 доб. 12", "has letters"),
    ],
)
def test_what_is_not_several_numbers_is_one_bad_one(cell: str, reason: str) -> None:
    entries, told = taken(f'name\tnumber\nA\t"{cell}"\n')
    assert (entries, told["rejected"], told["notes"]) == ([], 1, [])
    assert reason in told["details"][0]["reason"] or "extension" in told["details"][0]["reason"]


def people(text: str) -> list[tuple[str, str, dict[str, str] | None]]:
    return [(entry.number, entry.name, entry.extra) for entry in taken(text)[0]]


def test_google_contacts() -> None:
    new = (
        "First Name,Middle Name,Last Name,Labels,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n"
        "Иван,,Петров,* myContacts,Mobile,+7 912 345-67-89,Home,8 (912) 345-67-88\n"
        "Ольга,,,* myContacts,,,Home,+7 912 345-67-80\n"
    )
    assert people(new) == [
        (
            "+79123456789",
            "Иван Петров",
            {"Labels": "* myContacts", "Phone 1 - Label": "Mobile", "Phone 2 - Label": "Home", "Phone 2 - Value": "8 (912) 345-67-88"},
        ),
        ("+79123456780", "Ольга", {"Labels": "* myContacts", "Phone 2 - Label": "Home", "Phone 2 - Value": "+7 912 345-67-80"}),
    ]
    old = (
        "Name,Given Name,Family Name,Phone 1 - Type,Phone 1 - Value\nИван Петров,Иван,Петров,Mobile,+7 912 345-67-89 ::: +7 912 345-67-88\n"
    )
    further = {"Given Name": "Иван", "Family Name": "Петров", "Phone 1 - Type": "Mobile"}
    assert people(old) == [("+79123456789", "Иван Петров", further), ("+79123456788", "Иван Петров", further)]


def test_outlook_contacts() -> None:
    text = (
        '"First Name","Last Name","Home Phone","Business Phone","Mobile Phone","Notes"\n'
        '"Anna","Smith","","","+79123456789","x"\n"Bob","","8 912 345 67 80","","",""\n'
    )
    entries, _ = taken(text)
    assert [(entry.number, entry.name) for entry in entries] == [("+79123456789", "Anna Smith"), ("+79123456780", "Bob")]


def test_a_report_of_1c() -> None:
    text = (
        'Список контрагентов;;\n;;\n"Отбор: регион ""Тверь""";;\nКонтрагент;ИНН;Телефон\n'
        'ООО "Ромашка";6900000001;8 (912) 345-67-89\nИП Иванов;690000000002;+7 912 345 67 80\n'
    )
    assert people(text) == [
        ("+79123456789", 'ООО "Ромашка"', {"ИНН": "6900000001"}),
        ("+79123456780", "ИП Иванов", {"ИНН": "690000000002"}),
    ]
    assert taken(text)[1]["rows"] == 2


def test_excel_in_russian() -> None:
    text = "ФИО;Рабочий телефон;Комментарий\r\nИванов И.И.;8-912-345-67-89;\r\n"
    for codec in ("cp1251", "utf-16", "utf-16-le", "utf-8-sig"):
        report = Report()
        entries = list(accept(reader.read(io.BytesIO(text.encode(codec)), "RU"), "RU", report))
        assert [entry[:2] for entry in entries] == [("+79123456789", "Иванов И.И.")]


@pytest.mark.parametrize(
    "text",
    [
        "имя;телефон\nАнна;+79440000010, +79440000011\nБез номера;нет\n",
        "Анна;+79440000010, +79440000011\n",
        'телефон,имя\n"+79440000010; +79440000011",Анна\n',
        "name\tphone\nA\t8 (944) 000-00-10; 8 (944) 000-00-11\n",
    ],
)
def test_what_stands_between_the_numbers_of_a_cell_is_no_delimiter(text: str) -> None:
    entries, _ = taken(text)
    assert [entry.number for entry in entries] == ["+79440000010", "+79440000011"]


@pytest.mark.parametrize(
    "title",
    [
        "ООО Ромашка;ИНН;7715123456",
        "Телефон организации:;8 (495) 999-99-99",
        "Отдел продаж;8 (495) 999-99-99;;",
        "Заказчик;ООО Ромашка",
        "Отчёт;ИНН;7715123456\nОтдел продаж;8 (495) 999-99-99\n;;;",
    ],
)
def test_a_title_with_a_number_hides_no_headings(title: str) -> None:
    text = f"{title}\n№;ФИО;Адрес;Телефон\n1;Иванов;Тверь;8 (495) 123-45-67\n2;Петров;Клин;8 (495) 123-45-68\n"
    assert [one[:2] for one in people(text)] == [("+74951234567", "Иванов"), ("+74951234568", "Петров")]


@pytest.mark.parametrize("title", ["Liste;31.12.2026", "Liste;2026-12-31", "Liste;20261231"])
def test_a_title_with_a_date_hides_no_headings(title: str) -> None:
    entries, told = taken(f"{title}\nBy;Nr;Telefon\nOslo;1;20 12 34 56\nOslo;2;20 12 34 57\n", "DK")
    assert [entry.extra for entry in entries] == [{"By": "Oslo", "Nr": "1"}, {"By": "Oslo", "Nr": "2"}]
    assert told["rows"] == 2


def test_a_date_above_the_headings_is_no_number() -> None:
    entries, told = taken("Liste;31.12.2026\nBy;Name;Kontakt\nOslo;Hans;20 12 34 56\nOslo;Ola;20 12 34 57\n", "DK")
    assert ([entry.name for entry in entries], told["rows"]) == (["Hans", "Ola"], 2)


def test_a_row_that_speaks_of_a_phone_is_no_heading() -> None:
    assert len(people("Иванов;89123456789\nПетров;телефон отключен\nСидоров;89123456780\n")) == 2
    assert len(people("Клиент;Контакты\nИванов;89123456789\nПетров;нет телефон\nСидоров;89123456780\n")) == 2


@pytest.mark.parametrize("heading", ["Номер", "Табельный номер", "Номер договора", "Лицевой номер", "Number"])
def test_a_number_of_something_else_is_never_dialled_for_a_phone(heading: str) -> None:
    entries, told = taken(f"ФИО;{heading};Телефон\nА;9161112233;89123456780\nБ;9161112234;\n")
    assert [(entry.number, entry.extra) for entry in entries] == [("+79123456780", {heading: "9161112233"})]
    assert [one["reason"] for one in told["details"]] == ["is empty"]


@pytest.mark.parametrize(
    "heading",
    [
        "Контактный номер",
        "Мобильный номер",
        "Абонентский номер",
        "Моб. номер",
        "Номер",
        "Telefon",
        "Handy",
        "Rufnummer",
        "Mobil",
        "Telefonnummer",
    ],
)
def test_headings_of_phones(heading: str) -> None:
    entries, told = taken(f"ИНН;{heading};Город\n7715123456;8 912 345-67-80;Тверь\n7715123457;89123456781;Клин\n")
    assert ([entry.number for entry in entries], told["rows"]) == (["+79123456780", "+79123456781"], 2)


def test_a_bare_number_is_taken_where_the_phone_has_only_words() -> None:
    entries, _ = taken("name,number,phone type\nA,89123456780,mobile\nB,89123456781,home\n")
    assert [entry.number for entry in entries] == ["+79123456780", "+79123456781"]


def test_german_headings_and_their_spares() -> None:
    entries, _ = taken("Name;Handy;Telefon;Kundennummer\nA;0171 1234567;;3012345678\nB;;030 1234567;3012345679\n", "DE")
    assert [(entry.number, entry.name) for entry in entries] == [("+491711234567", "A"), ("+49301234567", "B")]


def test_ids_of_another_system_are_a_further_column() -> None:
    assert people("cid;ФИО;Телефон\nC-001;Иван;89123456789\n") == [("+79123456789", "Иван", {"cid": "C-001"})]
    assert people("cid,name,number,comment,Phone\nC-001,Иван,89123456789,,1\n") == [("+79123456789", "Иван", {"Phone": "1"})]
