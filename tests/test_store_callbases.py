"""Callbases, their subscribers and /dnc in a real database."""

from __future__ import annotations

import io
import itertools
import sqlite3
import threading
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import OperationalError

from errors import BadInput, Conflict, NotFound
from lists import export, reader
from lists.accept import Report, accept
from lists.people import batches
from store import callbase_import, callbases, dnc, subscribers, tables
from store.disk import FULL, disk_fault
from store.engine import Store
from store.paging import Page
from store.subscribers import Person
from store.viewer import Viewer
from tests.campaign_things import number, started

PAGE = Page()


def imported(store: Store, viewer: Viewer, people: Sequence[Person] | Iterator[Person], name: str = "Clients") -> dict[str, Any]:
    return callbase_import.create(store, viewer, str(uuid.uuid4()), name, "RU", batches(people), lambda on_dnc: {"do_not_call": on_dnc})


def some_people(count: int) -> list[Person]:
    return [Person(number(index), f"Клиент {index}") for index in range(count)]


def numbers_of(store: Store, viewer: Viewer, callbase_id: str, wanted: str | None = None) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        items, cursor = subscribers.list_page(store, viewer, callbase_id, wanted, Page(limit=7, cursor=cursor))
        found += [item["number"] for item in items]
        if cursor is None:
            return found


def rows_in(store: Store, table: Any) -> int:
    with store.read() as conn:
        return conn.scalar(select(func.count()).select_from(table)) or 0


def test_an_import_keeps_the_order_of_the_list(store: Store, user: Viewer) -> None:
    people = [Person(number(index * 7919 % 20_011), f"N{index}", "", {"Город": "Тверь"}) for index in range(20_011)]
    made = imported(store, user, iter(people))
    assert made == callbases.get(store, user, made["id"]) | {"report": {"do_not_call": 0}}
    assert made["total"] == 20_011
    assert [one["number"] for one in subscribers.export(store, made["id"])] == [one.number for one in people]
    with store.read() as conn:
        cids = list(conn.scalars(select(tables.subscribers.c.cid)))
        assert conn.scalar(select(tables.subscribers.c.extra).limit(1)) == {"Город": "Тверь"}
    assert len(set(cids)) == 20_011
    assert all(uuid.UUID(cid).version == 4 and str(uuid.UUID(cid)) == cid and uuid.UUID(cid).variant == uuid.RFC_4122 for cid in cids)


def test_nobody_sees_half_a_list_and_others_write_meanwhile(store: Store, user: Viewer) -> None:
    seen = []

    def people() -> Iterator[Person]:
        for one in some_people(25_000):
            if one.number == number(15_000):
                seen.append(callbases.list_page(store, user, PAGE)[0])
                other = threading.Thread(target=dnc.add, args=(store, user, [number(3)], ""))
                other.start()
                other.join(5)
                assert not other.is_alive()
            yield one

    made = imported(store, user, people())
    assert seen == [[]]
    assert made["report"] == {"do_not_call": 1}


@pytest.mark.parametrize("good", [0, 3, 15_000])
def test_a_list_that_fails_leaves_nothing(store: Store, user: Viewer, good: int) -> None:
    def people() -> Iterator[Person]:
        yield from some_people(good)
        raise BadInput.of("file", "is broken at its end")

    with pytest.raises(BadInput):
        imported(store, user, people())
    assert (rows_in(store, tables.callbases), rows_in(store, tables.subscribers)) == (0, 0)


def test_a_full_disk_leaves_nothing_and_is_told(store: Store, user: Viewer) -> None:
    small = itertools.count()

    def limit(raw: sqlite3.Connection, *_: Any) -> None:
        if next(small) == 0:
            pages = raw.execute("PRAGMA page_count").fetchone()[0]
            raw.execute(f"PRAGMA max_page_count={pages + 700}")

    event.listen(store.engine, "checkout", limit)
    with pytest.raises(OperationalError) as caught:
        imported(store, user, iter(some_people(30_000)))
    assert disk_fault(caught.value) == FULL
    event.remove(store.engine, "checkout", limit)
    assert next(small) > 1
    assert (rows_in(store, tables.callbases), rows_in(store, tables.subscribers)) == (0, 0)


def test_the_next_start_deletes_what_a_crash_left(store: Store, user: Viewer) -> None:
    kept = imported(store, user, some_people(3))
    for state in (callbases.STAGING, callbases.DELETING):
        left = imported(store, user, some_people(12_000))
        with store.write() as conn:
            conn.execute(update(tables.callbases).where(tables.callbases.c.id == left["id"]).values(state=state))
        with pytest.raises(NotFound):
            callbases.get(store, user, left["id"])
    assert callbases.sweep(store) == 2
    assert callbases.sweep(store) == 0
    assert [item["id"] for item in callbases.list_page(store, user, PAGE)[0]] == [kept["id"]]
    assert rows_in(store, tables.subscribers) == 3


def test_deleting(store: Store, user: Viewer) -> None:
    made, kept = imported(store, user, some_people(12_000)), imported(store, user, some_people(2))
    campaign = started(store, user, callbase_id=made["id"], numbers=None)
    with pytest.raises(Conflict):
        callbases.delete(store, user, made["id"])
    with store.write() as conn:
        conn.execute(update(tables.campaigns).where(tables.campaigns.c.id == campaign["id"]).values(status="completed"))
    callbases.delete(store, user, made["id"])
    with pytest.raises(NotFound):
        callbases.delete(store, user, made["id"])
    assert callbases.get(store, user, kept["id"])["total"] == 2
    assert rows_in(store, tables.subscribers) == 2


def test_only_the_owner_and_an_admin_see_a_callbase(store: Store, user: Viewer, other: Viewer, admin: Viewer) -> None:
    made = imported(store, user, some_people(1))["id"]
    cid = subscribers.list_page(store, user, made, None, PAGE)[0][0]["cid"]
    assert callbases.get(store, admin, made)["id"] == made
    assert callbases.list_page(store, other, PAGE)[0] == []
    for refused in (
        lambda: callbases.get(store, other, made),
        lambda: callbases.change(store, other, made, {"name": "x"}),
        lambda: callbases.delete(store, other, made),
        lambda: subscribers.list_page(store, other, made, None, PAGE),
        lambda: subscribers.get(store, other, made, cid),
        lambda: subscribers.add(store, other, made, [{"number": number(5)}]),
        lambda: subscribers.change(store, other, made, cid, {"name": "x"}),
        lambda: subscribers.delete(store, other, made, cid),
        lambda: subscribers.further_columns(store, other, made),
        lambda: subscribers.get(store, user, imported(store, user, [])["id"], cid),
        lambda: subscribers.get(store, user, made, "no uuid"),
    ):
        with pytest.raises(NotFound):
            refused()
    assert subscribers.get(store, user, made, cid)["name"] == "Клиент 0"


def test_search_in_every_script_and_without_wildcards(store: Store, user: Viewer) -> None:
    people = [
        Person("+79123456780", "Пётр ПЕРВЫЙ", "100% скидка"),
        Person("+79123456781", "Straße", "under_score"),
        Person("+79123456782", "ΟΔΥΣΣΕΥΣ", "back\\slash"),
        Person("+79123456783", "Е\u0308ж", "a/b"),
    ]
    made = imported(store, user, people)["id"]
    expected = {
        "пётр первый": [0], "ПЁТР": [0], "100%": [0], "%": [0], "STRASSE": [1], "_": [1], "r_s": [1], "οδυσσευς": [2],
            "\\": [2], "ёж": [3], "/": [3],
        "8 (912) 345-67-82": [2], "912 345": [0, 1, 2, 3], "6783": [3], "+7912345678": [0, 1, 2, 3], "nobody": [], "": [0, 1, 2, 3],
    }  # fmt: skip
    for wanted, places in expected.items():
        assert numbers_of(store, user, made, wanted) == [people[place].number for place in places], wanted


def test_adding_changing_and_deleting_keep_the_total(store: Store, user: Viewer) -> None:
    made = imported(store, user, some_people(2))["id"]
    dnc.add(store, user, [number(8)], "")
    added = subscribers.add(
        store,
        user,
        made,
        [{"number": "8 912 000-00-08", "name": "Н"}, {"number": number(1)}, {"number": number(8), "comment": "x"}, {"number": number(9)}],
    )
    assert [(item["number"], item["name"]) for item in added["items"]] == [(number(8), "Н"), (number(9), "")]
    assert added["report"] == {
        "rows": 4, "accepted": 2, "duplicates": 2, "rejected": 0, "do_not_call": 1,
        "details": [
            {"line": 2, "value": number(1), "reason": "is on the list already"},
            {"line": 3, "value": number(8), "reason": "is given twice"}],
    }  # fmt: skip
    assert numbers_of(store, user, made) == [number(0), number(1), number(8), number(9)]
    first, second, *_ = subscribers.list_page(store, user, made, None, PAGE)[0]
    assert subscribers.change(store, user, made, first["cid"], {"number": "8 912 000 00 05", "name": "Зоя"})["number"] == number(5)
    assert numbers_of(store, user, made, "зоя") == [number(5)]
    with pytest.raises(Conflict):
        subscribers.change(store, user, made, first["cid"], {"number": number(9)})
    with pytest.raises(BadInput):
        subscribers.change(store, user, made, first["cid"], {"number": "112"})
    subscribers.delete(store, user, made, second["cid"])
    assert callbases.get(store, user, made)["total"] == len(numbers_of(store, user, made)) == 3


def test_bad_numbers_are_named_by_index_and_nobody_is_added(store: Store, user: Viewer) -> None:
    made = imported(store, user, [])["id"]
    with pytest.raises(BadInput) as caught:
        subscribers.add(store, user, made, [{"number": number(1)}, {"number": '"><script>'}, {"number": "1" * 60}])
    assert [(one.field, one.reason) for one in caught.value.errors] == [
        ("subscribers[1].number", "has letters"),
        ("subscribers[2].number", "is too long"),
    ]
    assert callbases.get(store, user, made)["total"] == 0


def test_a_list_is_editable_while_a_campaign_runs_but_not_while_it_is_copied(store: Store, user: Viewer) -> None:
    made = imported(store, user, some_people(2))["id"]
    campaign = started(store, user, callbase_id=made, numbers=None)
    subscribers.add(store, user, made, [{"number": number(7)}])
    with store.write() as conn:
        conn.execute(update(tables.campaigns).where(tables.campaigns.c.id == campaign["id"]).values(status="preparing"))
    with pytest.raises(Conflict):
        subscribers.add(store, user, made, [{"number": number(8)}])


def test_an_export_uploaded_again_is_the_same_list(store: Store, user: Viewer) -> None:
    people = [
        Person(number(0), "=1+1", "a\nb", {"Город": "Тверь"}),
        Person(number(1)),
        Person(number(2), '"А", Б', "", {"Долг": "-5", "Город": "'x"}),
    ]
    made = imported(store, user, people)["id"]
    further = subscribers.further_columns(store, user, made)
    assert further == ["Город", "Долг"]
    report = Report()
    file = io.BytesIO(b"".join(export.as_csv([*export.FIELDS, *further], export.people_cells(subscribers.export(store, made), further))))
    entries = accept(reader.read(file, "RU"), "RU", report)
    again = callbase_import.create(store, user, str(uuid.uuid4()), "x", "RU", batches(entries), report.as_dict)
    without_cid = [[{**one, "cid": ""} for one in subscribers.export(store, each)] for each in (made, again["id"])]
    assert without_cid[0] == without_cid[1]
    assert again["report"]["accepted"] == 3


def test_dnc_is_everybodys_and_each_sees_their_own(store: Store, user: Viewer, other: Viewer, admin: Viewer) -> None:
    first = dnc.add(store, user, [number(1), number(2), number(1)], "asked")
    assert [(entry["number"], entry["reason"]) for entry in first] == [(number(1), "asked"), (number(2), "asked")]
    assert dnc.add(store, user, [number(1)], "again") == first[:1]
    dnc.add(store, other, [number(2)], "")
    with store.read() as conn:
        assert dnc.listed(conn, [number(index) for index in range(5000)]) == {number(1), number(2)}
        assert dnc.listed(conn, []) == set()
    assert {entry["number"] for entry in dnc.list_page(store, other, PAGE)[0]} == {number(2)}
    assert len(dnc.list_page(store, admin, PAGE)[0]) == 3
    pages, cursor = [], None
    while True:
        items, cursor = dnc.list_page(store, admin, Page(limit=1, cursor=cursor))
        pages += items
        if cursor is None:
            break
    assert len(pages) == 3
    with pytest.raises(NotFound):
        dnc.remove(store, other, [number(1)])
    dnc.remove(store, user, [number(9), number(2)])
    with store.read() as conn:
        assert dnc.listed(conn, [number(2)]) == {number(2)}  # the other's entry still holds
    dnc.remove(store, admin, [number(2)])
    with store.read() as conn:
        assert dnc.listed(conn, [number(1), number(2)]) == {number(1)}


def test_a_preview_keeps_nothing(store: Store, user: Viewer) -> None:
    dnc.add(store, user, [number(1)], "")
    assert callbase_import.preview(store, batches(iter(some_people(12_000))), lambda on_dnc: {"do_not_call": on_dnc}) == {"do_not_call": 1}
    assert rows_in(store, tables.callbases) == 0
