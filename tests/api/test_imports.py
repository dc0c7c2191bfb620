"""GET /imports/{key}: how far an upload is, asked while it runs; and uploads of workbooks."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from api import imports
from store import callbase_import, chunks, dnc
from store.engine import Store
from tests.api.conftest import Api
from tests.workbooks import Sheet, ods, xlsx

PEOPLE: Sheet = [["ФИО", "Телефон", "Город"], ["Иван", "8 912 345-67-89", "Тверь"], ["Ольга", 79123456780, None], ["x", "4.41E+11", None]]
LARGE = b"number\n" + b"".join(b"8912%07d\n" % n for n in range(60_000)) + b"12\n"


def upload(api: Api, content: bytes, status: int = 201, key: str | None = None, **form: str) -> Any:
    sent: dict[str, Any] = {"params": {"name": "x", **form}, "upload_files": [("file", "a.x", content)]}
    return api.user.post("/callbases", headers={"Idempotency-Key": key} if key else {}, status=status, **sent)


def stage_now(api: Api) -> dict[str, Any]:
    """Asked by another thread, as the one that serves the upload holds its request."""
    seen: list[dict[str, Any]] = []
    thread = threading.Thread(target=lambda: seen.append(api.user.get("/imports/k").json))
    thread.start()
    thread.join(10)
    return seen[0]


@pytest.mark.parametrize("make", [xlsx, ods])
def test_a_workbook_becomes_a_callbase(api: Api, make: Any) -> None:
    made = upload(api, make({"Люди": PEOPLE, "Ещё": PEOPLE})).json
    assert (made["total"], made["report"]["rejected"], len(made["report"]["notes"])) == (2, 1, 1)
    assert made["report"]["details"][0]["line"] == 4
    people = api.user.get(f"/callbases/{made['id']}/subscribers").json["items"]
    assert [(one["name"], one["number"]) for one in people] == [("Иван", "+79123456789"), ("Ольга", "+79123456780")]
    told = upload(api, make({"Люди": PEOPLE, "Ещё": PEOPLE}), status=200, dry_run="true").json
    assert told["report"] == made["report"]


def test_a_broken_workbook_keeps_nothing(api: Api) -> None:
    answer = upload(api, xlsx({"x": PEOPLE})[:-500], status=400)
    assert [error["field"] for error in answer.json["errors"]] == ["file"]
    assert api.user.get("/callbases").json["items"] == []


def test_progress_is_told_while_it_runs_and_after(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []
    real = chunks.let_others_write

    def look(store: Store, done: int, **how: int) -> None:
        if not seen:
            seen.append(stage_now(api))
        real(store, done, **how)

    monkeypatch.setattr(callbase_import, "let_others_write", look)
    api.user.get("/imports/k", status=404)
    made = upload(api, LARGE, key="k").json
    (running,) = seen
    assert (running["stage"], running["bytes_total"]) == ("writing", len(LARGE))
    assert 0 < running["rows"] <= 60_001
    assert 0 < running["bytes_read"] <= len(LARGE)
    ended = api.user.get("/imports/k").json
    assert (ended["stage"], ended["rows"], ended["bytes_read"]) == ("done", 60_001, len(LARGE))
    assert made["total"] == 60_000
    api.other.get("/imports/k", status=404)  # a key is its user's own


def test_an_import_that_fails_is_told_and_can_be_done_again(api: Api) -> None:
    upload(api, b"\x89PNG\r\n\x1a\n" + bytes(600_000), status=400, key="k")
    assert api.user.get("/imports/k").json["stage"] == "failed"


def test_a_dry_run_is_never_writing(api: Api, user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = dnc.listed

    def listed(*given: Any) -> set[str]:
        seen.append(stage_now(api)["stage"])
        return real(*given)

    monkeypatch.setattr(dnc, "listed", listed)
    upload(api, LARGE, status=200, key="k", dry_run="true")
    assert set(seen) == {"reading"}
    assert api.user.get("/imports/k").json["stage"] == "done"


def test_what_has_ended_is_forgotten_after_a_minute_and_few_are_kept(monkeypatch: pytest.MonkeyPatch, api: Api) -> None:
    now = int(time.time() * 1000)
    monkeypatch.setattr(imports, "now_ms", lambda: now)
    monkeypatch.setattr(imports, "MOST", 2)
    for key in ("a", "b", "c"):
        upload(api, b"number\n89123456789\n", key=key)
    api.user.get("/imports/a", status=404)
    api.user.get("/imports/c", status=200)
    now += imports.KEEP_MS
    api.user.get("/imports/c", status=404)
