"""store/calls.py: the list of a campaign's calls, and its export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from errors import Conflict, NotFound
from lists import export
from store import calls
from store.engine import Store
from store.paging import Page
from store.viewer import Viewer
from tests.campaign_things import a_call, started


def exported(store: Store, user: Viewer, campaign_id: str) -> bytes:
    return b"".join(_pieces(store, user, campaign_id))


def _pieces(store: Store, user: Viewer, campaign_id: str) -> Iterator[bytes]:
    return export.as_csv(calls.FIELDS, (list(row.values()) for row in calls.export(store, user, campaign_id)))


@pytest.fixture
def campaign(store: Store, user: Viewer) -> str:
    made: str = started(store, user)["id"]
    return made


def test_a_call_as_it_is_shown(store: Store, user: Viewer, campaign: str) -> None:
    call = a_call(store, campaign, ringing_at=1_763_874_000_500, ring_ms=500, q850_cause=16, digits="9#", first_audio_ms=210)
    shown = calls.get(store, user, call)
    assert list(shown) == list(calls.FIELDS)
    assert (shown["id"], shown["sip_call_id"], shown["campaign_id"]) == (call, call, campaign)
    assert (shown["initiated_at"], shown["ringing_at"]) == ("2025-11-23T05:00:00.123Z", "2025-11-23T05:00:00.500Z")
    assert (shown["ring_ms"], shown["q850_cause"], shown["digits"], shown["hangup_by"]) == (500, 16, "9#", "service")


def test_newest_first_in_pages(store: Store, user: Viewer, campaign: str) -> None:
    made = [a_call(store, campaign, attempt=attempt) for attempt in (1, 2, 3)]
    a_call(store, started(store, user)["id"])
    first, cursor = calls.list_page(store, user, campaign, Page(2))
    rest, end = calls.list_page(store, user, campaign, Page(2, cursor))
    assert [call["id"] for call in first + rest] == made[::-1]
    assert end is None


def test_filters(store: Store, user: Viewer, campaign: str) -> None:
    delivered = a_call(store, campaign)
    busy = a_call(store, campaign, status="busy", outcome="busy")
    live = a_call(store, campaign, status="in-progress", outcome=None, ended_at=None)

    def found(*statuses: str, **wanted: str) -> list[str]:
        return [call["id"] for call in calls.list_page(store, user, campaign, Page(), statuses, **wanted)[0]]

    assert found() == [live, busy, delivered]
    assert found("busy") == found(outcome="busy") == [busy]
    assert found("in-progress") == [live]
    assert found("completed", outcome="delivered") == [delivered]
    assert found("completed", outcome="busy") == []


def test_several_statuses_in_pages(store: Store, user: Viewer, campaign: str) -> None:
    kinds = [("completed", "delivered"), ("busy", "busy"), ("ringing", None), ("failed", "failed"), ("in-progress", None), ("busy", "busy")]
    made = [
        (a_call(store, campaign, status=status, outcome=outcome, ended_at=1 if outcome else None), status) for status, outcome in kinds * 3
    ]
    wanted = ("busy", "ringing", "in-progress", "busy")
    expected = [call for call, status in reversed(made) if status in wanted]
    for limit in (1, 2, 5, 11, 12, 13):
        seen: list[str] = []
        cursor = None
        while True:
            items, cursor = calls.list_page(store, user, campaign, Page(limit, cursor), wanted)
            assert len(items) <= limit
            seen += [call["id"] for call in items]
            if cursor is None:
                break
        assert seen == expected


def test_whose_they_are(store: Store, user: Viewer, other: Viewer, admin: Viewer, campaign: str) -> None:
    call = a_call(store, campaign)
    assert calls.get(store, admin, call) == calls.get(store, user, call)
    with pytest.raises(NotFound):
        calls.get(store, other, call)
    with pytest.raises(NotFound):
        calls.get(store, user, "no uuid")
    with pytest.raises(NotFound):
        calls.list_page(store, other, campaign, Page())
    with pytest.raises(NotFound):
        calls.export(store, other, campaign)


def test_only_a_live_call_can_be_hung_up(store: Store, user: Viewer, other: Viewer, campaign: str) -> None:
    ended, live = a_call(store, campaign), a_call(store, campaign, status="ringing", outcome=None, ended_at=None)
    assert calls.require_live(store, user, live)["status"] == "ringing"
    with pytest.raises(Conflict):
        calls.require_live(store, user, ended)
    with pytest.raises(NotFound):
        calls.require_live(store, other, live)


def test_the_export_is_whole_and_oldest_first(store: Store, user: Viewer, campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "_EXPORTED_AT_ONCE", 2)
    made = [a_call(store, campaign, attempt=attempt) for attempt in range(1, 6)]
    data = exported(store, user, campaign)
    assert data.startswith("\ufeffid,campaign_id,cid,number,".encode())
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["id"] for row in rows] == made
    assert list(rows[0]) == list(calls.FIELDS)
    assert rows[0]["number"] == "+79120000000"
    assert (rows[0]["ringing_at"], rows[0]["q850_cause"], rows[0]["ended_at"]) == ("", "", "2025-11-23T05:00:03.123Z")


def test_the_export_of_a_campaign_without_calls_has_its_heading(store: Store, user: Viewer, campaign: str) -> None:
    assert exported(store, user, campaign) == ("\ufeff" + ",".join(calls.FIELDS) + "\r\n").encode()


@pytest.mark.parametrize("said", ['=HYPERLINK("http://x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\tx", "\rx"])
def test_what_the_other_side_says_becomes_no_formula(store: Store, user: Viewer, campaign: str, said: str) -> None:
    a_call(store, campaign, sip_reason=said, dialled="+79120000000", digits="*#9")
    text = exported(store, user, campaign).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["sip_reason"] == "'" + said
    assert (row["dialled"], row["digits"]) == ("+79120000000", "*#9")


def test_many_calls_come_in_pieces(store: Store, user: Viewer, campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lists.export._ROWS_AT_ONCE", 2)
    made = [a_call(store, campaign) for _ in range(5)]
    pieces = list(_pieces(store, user, campaign))
    assert len(pieces) == 3
    assert [line.split(",")[0] for line in b"".join(pieces).decode().splitlines()[1:]] == made
