"""/campaigns: seeing, pausing, resuming and canceling them; their targets and calls."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import quote

import pytest

from clock import now_ms
from lists.people import searchable
from store import tables, timeline
from store.engine import Store
from store.viewer import Viewer
from tests.api.conftest import Api
from tests.campaign_things import a_call, a_callbase, counts_add_up, number, rows_of, set_target, started

HOUR_MS = 3_600_000


@pytest.fixture
def campaign(store: Store, user: Viewer) -> str:
    made: str = started(store, user, count=4)["id"]
    return made


def test_one_and_all(api: Api, campaign: str) -> None:
    api.dialer.eta, api.dialer.tempo = 60, 2.5
    shown = api.user.get(f"/campaigns/{campaign}").json
    assert (shown["id"], shown["status"], shown["eta_s"], shown["calls_per_second_now"]) == (campaign, "running", 60, 2.5)
    assert shown["waiting"] == {"window": 0, "retry": 0, "lines": 4, "rate": 0, "paused": 0, "gateway": 0}
    assert shown["lines_in_use"] == 0
    assert api.user.get("/campaigns").json == {"items": [shown], "next_cursor": None}
    assert api.admin.get("/campaigns").json["items"] == [shown]
    assert api.other.get("/campaigns").json["items"] == []


def test_one_that_has_ended_has_no_pace(api: Api, campaign: str) -> None:
    api.dialer.eta, api.dialer.tempo = 60, 2.5
    api.user.post(f"/campaigns/{campaign}/cancel")
    ended = api.user.get(f"/campaigns/{campaign}").json
    assert (ended["status"], ended["eta_s"], ended["calls_per_second_now"]) == ("canceled", None, 0.0)


def test_pages(api: Api, store: Store, user: Viewer) -> None:
    made = {started(store, user)["id"] for _ in range(3)}
    first = api.user.get("/campaigns?limit=2").json
    rest = api.user.get(f"/campaigns?limit=2&cursor={first['next_cursor']}").json
    assert {item["id"] for item in first["items"] + rest["items"]} == made
    assert rest["next_cursor"] is None
    api.user.get("/campaigns?limit=0", status=400)
    api.user.get("/campaigns?cursor=x", status=400)


def test_filters(api: Api, store: Store, user: Viewer) -> None:
    first, second, third = (started(store, user, name=name)["id"] for name in ("Осенняя акция 10%", "ОСЕНЬ", "Spring_sale"))
    api.user.post(f"/campaigns/{first}/pause")
    api.user.post(f"/campaigns/{third}/cancel")

    def found(query: str) -> list[str]:
        return [item["id"] for item in api.user.get(f"/campaigns?{query}").json["items"]]

    assert found("") == found("status=running,paused,canceled") == [third, second, first]
    assert found("status=running") == [second]
    assert found("status=paused,running") == [second, first]
    assert found("status=completed") == []
    assert found(f"q={quote('осень')}") == [second]
    assert found(f"q={quote('ОСЕН')}") == [second, first]
    assert found(f"q={quote('ОСЕН')}&status=paused,canceled") == [first]
    assert found("q=%25") == [first]
    assert found("q=spring_SALE") == found("q=_") == [third]
    page = api.user.get("/campaigns?status=running,paused&limit=1").json
    assert found(f"status=running,paused&limit=1&cursor={page['next_cursor']}") == [first]
    for query in ("status=", "status=over", "status=running,over", "status=running,,paused", f"q={'x' * 201}", "state=running"):
        problem = api.user.get(f"/campaigns?{query}", status=400).json
        assert problem["errors"][0]["field"].partition("[")[0] in ("status", "q", "state")


def test_deleting(api: Api, store: Store, campaign: str) -> None:
    call = a_call(store, campaign)
    assert api.user.delete(f"/campaigns/{campaign}", status=409).json["code"] == "conflict"
    api.user.post(f"/campaigns/{campaign}/cancel")
    api.other.delete(f"/campaigns/{campaign}", status=404)
    api.anyone.delete(f"/campaigns/{campaign}", status=401)
    api.user.delete(f"/campaigns/{campaign}", status=204)
    for path in (f"/campaigns/{campaign}", f"/campaigns/{campaign}/timeline", f"/calls/{call}"):
        api.user.get(path, status=404)
    api.user.delete(f"/campaigns/{campaign}", status=404)
    assert api.user.get("/campaigns").json["items"] == []


def test_the_timeline(api: Api, store: Store, campaign: str) -> None:
    path = f"/campaigns/{campaign}/timeline"
    assert api.user.get(path).json == {"step_s": 10, "items": []}
    with store.write() as conn:
        timeline.started(conn, [campaign] * 3, now_ms())
        timeline.ended(conn, [(campaign, {"ended_at": now_ms(), "outcome": "busy"})])
    answer = api.user.get(f"{path}?step_s=61").json
    assert (answer["step_s"], sum(item["started"] for item in answer["items"])) == (70, 3)
    assert sum(item["busy"] for item in answer["items"]) == 1
    for query in ("step_s=0", "step_s=604801", "step_s=x", "step_s=", "limit=1"):
        api.user.get(f"{path}?{query}", status=400)


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("get", ""),
        ("get", "/timeline"),
        ("post", "/pause"),
        ("post", "/resume"),
        ("post", "/cancel"),
        ("get", "/targets"),
        ("get", "/calls"),
        ("get", "/calls.csv"),
    ],
)
def test_unknown_or_another_users(api: Api, campaign: str, method: str, rest: str) -> None:
    for client, campaign_id in ((api.other, campaign), (api.user, "no-uuid"), (api.user, campaign[:-1] + "x")):
        assert getattr(client, method)(f"/campaigns/{campaign_id}{rest}", status=404).json["code"] == "not_found"
    getattr(api.anyone, method)(f"/campaigns/{campaign}{rest}", status=401)
    assert api.user.get(f"/campaigns/{campaign}").json["status"] == "running"
    assert api.dialer.asked == []
    getattr(api.admin, method)(f"/campaigns/{campaign}{rest}", status=200)


def test_pause_and_resume(api: Api, campaign: str) -> None:
    for action, status in (("pause", "paused"), ("pause", "paused"), ("resume", "running"), ("resume", "running")):
        assert api.user.post(f"/campaigns/{campaign}/{action}", status=200).json["status"] == status
        assert api.user.get(f"/campaigns/{campaign}").json["status"] == status
    assert ("wake",) in api.dialer.asked


def test_cancel(api: Api, store: Store, campaign: str) -> None:
    live = rows_of(store, campaign)[0]["id"]
    set_target(store, live, state="active", attempts=1)
    canceled = api.user.post(f"/campaigns/{campaign}/cancel", status=200).json
    assert (canceled["status"], canceled["ended_at"]) == ("canceled", None)
    assert (canceled["counts"]["active"], canceled["counts"]["canceled"], canceled["counts"]["pending"]) == (1, 3, 0)
    assert api.dialer.asked == [("wake",)]
    assert api.user.post(f"/campaigns/{campaign}/cancel", status=200).json == canceled
    for action in ("pause", "resume"):
        assert api.user.post(f"/campaigns/{campaign}/{action}", status=409).json["code"] == "conflict"
    assert counts_add_up(store, campaign) == {"active": 1, "canceled": 3}


def test_nothing_is_left_to_do_with_a_completed_campaign(api: Api, store: Store, campaign: str) -> None:
    api.dialer.eta = 5
    with store.write() as conn:
        conn.execute(tables.campaigns.update().values(status="completed", ended_at=now_ms()))
    for action in ("pause", "resume", "cancel"):
        api.user.post(f"/campaigns/{campaign}/{action}", status=409)
    assert api.user.get(f"/campaigns/{campaign}").json["eta_s"] is None


def test_targets(api: Api, store: Store, campaign: str) -> None:
    ids = [row["id"] for row in rows_of(store, campaign)]
    later = now_ms() + HOUR_MS
    set_target(store, ids[0], state="done", outcome="busy", attempts=1)
    set_target(store, ids[1], state="active", attempts=1)
    set_target(store, ids[2], state="pending", outcome="busy", attempts=1, next_attempt_at=later)
    api.dialer.waiting = "gateway"
    items = api.user.get(f"/campaigns/{campaign}/targets").json["items"]
    assert [item["number"] for item in items] == [number(index) for index in range(4)]
    assert [item["outcome"] for item in items] == ["busy", "active", "pending", "pending"]
    assert [item["why_waiting"] for item in items] == [None, None, "retry", "gateway"]

    def found(query: str) -> list[Any]:
        return [item["number"] for item in api.user.get(f"/campaigns/{campaign}/targets?{query}").json["items"]]

    assert found("state=pending") == found("outcome=pending") == [number(2), number(3)]
    assert found("outcome=busy") == [number(0)]
    assert found("state=active&limit=1") == [number(1)]
    assert found("outcome=delivered") == []
    assert found("why_waiting=retry") == [number(2)]
    assert found("why_waiting=gateway") == found("why_waiting=gateway&q=0000003") == [number(3)]
    assert found("why_waiting=lines") == found("why_waiting=retry&state=done") == []
    assert found("q=8 (912) 000-00-01") == found("q=%2B7 912 000 00 01") == [number(1)]
    for query in ("state=waiting", "outcome=answered", "limit=1001", "cursor=W10", "why_waiting=luck"):
        api.user.get(f"/campaigns/{campaign}/targets?{query}", status=400)


def test_what_became_of_somebody(api: Api, store: Store, user: Viewer) -> None:
    callbase = a_callbase(store, user, [number(place) for place in range(3)])
    with store.write() as conn:
        for place, name in enumerate(("Пётр Иванов", "Анна ИВАНОВА", "John_Smith")):
            one = tables.subscribers.c.number == number(place)
            conn.execute(tables.subscribers.update().where(one).values(name=name, search=searchable(name, number(place), "vip")))
    own = started(store, user, numbers=None, callbase_id=callbase)["id"]

    def found(text: str) -> list[Any]:
        return [item["number"] for item in api.user.get(f"/campaigns/{own}/targets", params={"q": text}).json["items"]]

    assert found("иванов") == [number(0), number(1)]
    assert found("АННА") == [number(1)]
    assert found("smith") == found("_") == [number(2)]
    assert found("vip") == found("%") == []
    assert found("0000002") == found("8 912 000 00 02") == [number(2)]


def test_calls(api: Api, store: Store, campaign: str) -> None:
    delivered = a_call(store, campaign)
    busy = a_call(store, campaign, status="busy", outcome="busy", sip_code=486, sip_reason="Busy Here", answered_at=None, talk_ms=None)

    def found(query: str) -> list[str]:
        return [item["id"] for item in api.user.get(f"/campaigns/{campaign}/calls?{query}").json["items"]]

    assert found("") == [busy, delivered]
    assert found("status=busy") == found("outcome=busy") == [busy]
    assert found("outcome=failed") == []
    cid = api.user.get(f"/calls/{busy}").json["cid"]
    assert found(f"cid={cid}") == [busy, delivered]
    assert found(f"cid={cid}&outcome=busy") == [busy]
    assert found(f"cid={campaign}") == []
    first = api.user.get(f"/campaigns/{campaign}/calls?limit=1").json
    assert found(f"limit=1&cursor={first['next_cursor']}") == [delivered]
    live = [a_call(store, campaign, status=status, outcome=None, ended_at=None) for status in ("ringing", "in-progress", "initiated")]
    assert found("status=initiated,ringing,in-progress") == live[::-1]
    assert found("status=ringing,busy") == [live[0], busy]
    assert found("status=completed,busy&outcome=busy") == [busy]
    for query in ("status=answered", "status=busy,answered", "status=", "outcome=pending"):
        api.user.get(f"/campaigns/{campaign}/calls?{query}", status=400)


def test_calls_as_csv(api: Api, store: Store, campaign: str) -> None:
    made = [a_call(store, campaign), a_call(store, campaign)]
    answer = api.user.get(f"/campaigns/{campaign}/calls.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "calls.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))
    assert [row["id"] for row in rows] == made
    assert list(rows[0]) == list(api.user.get(f"/calls/{made[0]}").json)
