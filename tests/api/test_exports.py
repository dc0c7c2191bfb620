"""The tables that can be downloaded, as CSV and as XLSX."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from lists import workbook
from lists.workbook import CONTENT_TYPE
from store import tables
from store.engine import Store
from store.viewer import Viewer
from tests.api.conftest import Api
from tests.campaign_things import a_call, number, rows_of, set_target, started

LIST = (
    'Имя;Телефон;Примечание;Город;=1+1\n=HYPERLINK("x");89120000000;-5;Тверь;@x\nОльга;89120000001;"a\nb";;\n+79120000009;89120000002;;;\n'
)


def upload(api: Api, content: bytes) -> str:
    made = api.user.post("/callbases", params={"name": "Май"}, upload_files=[("file", "x", content)]).json
    assert made["report"]["rejected"] == made["report"]["duplicates"] == 0
    return str(made["id"])


def table(api: Api, path: str) -> list[dict[str, Any]]:
    """The rows of both forms, which must be alike."""
    answer = api.user.get(path.replace("*", "csv"))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))
    answer = api.user.get(path.replace("*", "xlsx"))
    assert answer.headers["Content-Type"] == CONTENT_TYPE
    assert ".xlsx" in answer.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.body)).active
    assert all(cell.data_type in ("s", "n", "inlineStr") for row in sheet for cell in row)
    cells = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert cells == [[cell[1:] if cell.startswith("'") else cell for cell in row] for row in rows]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]


def test_a_list_comes_back_as_it_was_and_no_cell_is_a_formula(api: Api) -> None:
    first = upload(api, LIST.encode())
    rows = table(api, f"/callbases/{first}/subscribers.*")
    assert list(rows[0]) == ["cid", "name", "number", "comment", "Город", "=1+1"]
    assert [row["name"] for row in rows] == ['=HYPERLINK("x")', "Ольга", "+79120000009"]
    assert rows[0]["number"] == "+79120000000"  # a text, also in Excel
    for ending in ("csv", "xlsx"):
        again = upload(api, api.user.get(f"/callbases/{first}/subscribers.{ending}").body)
        others = table(api, f"/callbases/{again}/subscribers.*")
        assert [{**row, "cid": ""} for row in others] == [{**row, "cid": ""} for row in rows]


def test_a_list_that_is_longer_than_a_sheet(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    made = upload(api, LIST.encode())
    api.user.get(f"/callbases/{made}/subscribers.xlsx", status=409)
    api.user.get(f"/callbases/{made}/subscribers.csv", status=200)


@pytest.fixture
def campaign(api: Api, store: Store, user: Viewer) -> str:
    made: str = started(store, user, callbase_id=upload(api, LIST.encode()), numbers=None)["id"]
    ids = [row["id"] for row in rows_of(store, made)]
    set_target(store, ids[0], state="done", outcome="delivered", attempts=1)
    set_target(store, ids[1], state="done", outcome="busy", attempts=3)
    a_call(store, made, status="completed", outcome="delivered", sip_reason="=1+1")
    a_call(store, made, status="busy", outcome="busy")
    a_call(store, made, status="busy", outcome="busy")
    return made


def test_how_it_went_for_everybody(api: Api, campaign: str) -> None:
    rows = table(api, f"/campaigns/{campaign}/targets.*")
    shown = [(row["number"], row["outcome"], row["attempts"], row["comment"], row["Город"]) for row in rows]
    assert shown == [
        (number(0), "delivered", "1", "-5", "Тверь"),
        (number(1), "busy", "3", "a\nb", ""),
        (number(2), "pending", "0", "", ""),
    ]
    assert [row["number"] for row in table(api, f"/campaigns/{campaign}/targets.*?outcome=busy")] == [number(1)]
    assert [row["number"] for row in table(api, f"/campaigns/{campaign}/targets.*?state=pending")] == [number(2)]
    api.user.get(f"/campaigns/{campaign}/targets.csv?outcome=x", status=400)


def test_targets_in_many_pages_and_without_their_callbase(api: Api, store: Store, campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.exports._PAGE", 2)
    with store.write() as conn:
        conn.execute(tables.callbases.delete())
    rows = table(api, f"/campaigns/{campaign}/targets.*")
    assert [row["number"] for row in rows] == [number(0), number(1), number(2)]
    assert list(rows[0])[-1] == "why_waiting"


def test_calls_with_the_filters_of_their_list(api: Api, campaign: str) -> None:
    def found(query: str) -> list[str]:
        return [row["outcome"] for row in table(api, f"/campaigns/{campaign}/calls.*{query}")]

    assert found("") == ["delivered", "busy", "busy"]
    assert found("?status=busy") == found("?outcome=busy") == ["busy", "busy"]
    assert sorted(found("?status=busy,completed")) == ["busy", "busy", "delivered"]
    assert found("?outcome=failed") == []
    row = table(api, f"/campaigns/{campaign}/calls.*?outcome=delivered")[0]
    assert (row["sip_reason"], row["sip_code"]) == ("=1+1", "200")


@pytest.mark.parametrize("what", ["targets.csv", "targets.xlsx", "calls.csv", "calls.xlsx"])
def test_strangers_get_nothing(api: Api, campaign: str, what: str) -> None:
    api.other.get(f"/campaigns/{campaign}/{what}", status=404)
    api.anyone.get(f"/campaigns/{campaign}/{what}", status=401)


def test_nothing_is_left_on_the_disk(api: Api, campaign: str) -> None:
    api.user.get(f"/campaigns/{campaign}/calls.xlsx")
    assert list((api.services.data / "uploads").iterdir()) == []
