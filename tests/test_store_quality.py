"""store/quality.py: how well a campaign's sound travels, summed up call by call."""

from __future__ import annotations

from typing import Any

from dialer.verdicts import call_columns
from sip.messages import CallEnd, Quality
from sip.outcome import judge
from store import calls, campaigns, quality
from store.engine import Store
from store.viewer import Viewer
from tests.campaign_things import a_call, started

NOTHING_YET = {
    "calls": 0,
    "packets_sent": 0,
    "reports": 0,
    "packets_lost": 0,
    "lost_percent": None,
    "jitter_ms": None,
    "rtt_ms": None,
}
REPORTED = Quality(600, 6, 2.0, 40.0, 590, 1)
REPORTED_WITHOUT_TRIP = Quality(1400, 4, 5.0, None, 0, None)
SILENT = Quality(100, None, None, None, 0, None)


def columns(figures: Quality | None) -> dict[str, Any]:
    end = CallEnd("id", at=2000, answered_at=1000, sip_code=200, quality=figures)
    return call_columns(end, judge(end), 2000)


def test_a_campaign_adds_up_its_calls(store: Store, user: Viewer) -> None:
    first, second = (str(started(store, user)["id"]) for _ in range(2))
    assert campaigns.get(store, user, first)["quality"] == NOTHING_YET
    with store.write() as conn:
        quality.add(conn, [(first, columns(REPORTED)), (first, columns(None)), (second, columns(SILENT))])
        quality.add(conn, [(first, columns(SILENT)), (first, columns(REPORTED_WITHOUT_TRIP))])
        quality.add(conn, [])
    assert campaigns.get(store, user, first)["quality"] == {
        "calls": 3,
        "packets_sent": 2100,
        "reports": 2,
        "packets_lost": 10,
        "lost_percent": 0.5,  # of 2,000
        "jitter_ms": 3.5,
        "rtt_ms": 40.0,
    }
    assert campaigns.get(store, user, second)["quality"] == NOTHING_YET | {"calls": 1, "packets_sent": 100}


def test_a_calls_own_figures(store: Store, user: Viewer) -> None:
    campaign = started(store, user)["id"]
    call = a_call(store, campaign, **vars(REPORTED))
    shown = calls.get(store, user, call)
    assert {name: shown[name] for name in vars(REPORTED)} == vars(REPORTED)
    assert list(vars(REPORTED)) == [name for name in calls.FIELDS if name in vars(REPORTED)]
