"""GET /metrics: how the sound of the calls travelled."""

from __future__ import annotations

from store import quality
from store.engine import Store
from store.viewer import Viewer
from tests.api.conftest import Api
from tests.campaign_things import started


def test_metrics_of_the_sound(api: Api, store: Store, user: Viewer) -> None:
    columns = {"packets_sent": 600, "packets_lost": 6, "jitter_ms": 2.5, "rtt_ms": 40.0}
    silent = dict.fromkeys(columns) | {"packets_sent": 100}
    own = started(store, user)["id"]
    with store.write() as conn:
        quality.add(conn, [(own, columns), (own, silent)])
    text = api.user.get("/metrics").text
    for line in (
        "dozvon_rtp_calls_total 2.0",
        "dozvon_rtp_packets_sent_total 700.0",
        "dozvon_rtp_packets_reported_total 600.0",
        "dozvon_rtp_packets_lost_total 6.0",
        "dozvon_rtp_jitter_seconds_count 1.0",
        "dozvon_rtp_jitter_seconds_sum 0.0025",
        "dozvon_rtp_round_trip_seconds_count 1.0",
        "dozvon_rtp_round_trip_seconds_sum 0.04",
    ):
        assert f"\n{line}\n" in text
