"""/campaigns: seeing, pausing, resuming and canceling them; their targets and calls."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from clock import now_ms
from store import tables
from store.engine import Store
from store.viewer import Viewer
from tests.api.conftest import Api
from tests.campaign_things import a_call, counts_add_up, number, rows_of, set_target, started

HOUR_MS = 3_600_000


@pytest.fixture
def campaign(store: Store, user: Viewer) -> str:
    made: str = started(store, user, count=4)["id"]
    return made


def test_one_and_all(api: Api, campaign: str) -> None:
    api.dialer.eta = 60
    shown = api.user.get(f"/campaigns/{campaign}").json
    assert (shown["id"], shown["status"], shown["eta_s"]) == (campaign, "running", 60)
    assert api.user.get("/campaigns").json == {"items": [shown], "next_cursor": None}
    assert api.admin.get("/campaigns").json["items"] == [shown]
    assert api.other.get("/campaigns").json["items"] == []


def test_pages(api: Api, store: Store, user: Viewer) -> None:
    made = {started(store, user)["id"] for _ in range(3)}
    first = api.user.get("/campaigns?limit=2").json
    rest = api.user.get(f"/campaigns?limit=2&cursor={first['next_cursor']}").json
    assert {item["id"] for item in first["items"] + rest["items"]} == made
    assert rest["next_cursor"] is None
    api.user.get("/campaigns?limit=0", status=400)
    api.user.get("/campaigns?cursor=x", status=400)


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("get", ""),
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
    for query in ("state=waiting", "outcome=answered", "limit=1001", "cursor=W10"):
        api.user.get(f"/campaigns/{campaign}/targets?{query}", status=400)


def test_calls(api: Api, store: Store, campaign: str) -> None:
    delivered = a_call(store, campaign)
    busy = a_call(store, campaign, status="busy", outcome="busy", sip_code=486, sip_reason="Busy Here", answered_at=None, talk_ms=None)

    def found(query: str) -> list[str]:
        return [item["id"] for item in api.user.get(f"/campaigns/{campaign}/calls?{query}").json["items"]]

    assert found("") == [busy, delivered]
    assert found("status=busy") == found("outcome=busy") == [busy]
    assert found("outcome=failed") == []
    first = api.user.get(f"/campaigns/{campaign}/calls?limit=1").json
    assert found(f"limit=1&cursor={first['next_cursor']}") == [delivered]
    for query in ("status=answered", "outcome=pending"):
        api.user.get(f"/campaigns/{campaign}/calls?{query}", status=400)


def test_calls_as_csv(api: Api, store: Store, campaign: str) -> None:
    made = [a_call(store, campaign), a_call(store, campaign)]
    answer = api.user.get(f"/campaigns/{campaign}/calls.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "calls.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))
    assert [row["id"] for row in rows] == made
    assert list(rows[0]) == list(api.user.get(f"/calls/{made[0]}").json)
