"""GET /health for whoever waits for the service, and GET /metrics for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import bottle
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from api import http
from api.services import Services
from store import metrics


def routes(app: bottle.Bottle, services: Services) -> None:
    """Registers both routes."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(services))

    @app.get("/health")
    def health() -> dict[str, Any]:
        ready = services.dialer.ready()
        lines, in_use = services.dialer.lines()
        bottle.response.status = 200 if ready else 503
        bottle.response.set_header("Cache-Control", "no-store")
        return {"status": "ok" if ready else "starting", "version": services.version, "lines": lines, "lines_in_use": in_use}

    @app.get("/metrics")
    def figures() -> bottle.HTTPResponse:
        return http.stream([generate_latest(registry)], CONTENT_TYPE_PLAIN_0_0_4)


class _Figures(Collector):
    """Asks the dialer and the store at each scrape, so that nothing has to be counted twice."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> list[Metric]:
        """Nothing beforehand: registering must not ask the store."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The present figures."""
        lines, in_use = self._services.dialer.lines()
        yield GaugeMetricFamily("dozvon_lines", "Lines of this node.", value=lines)
        yield GaugeMetricFamily("dozvon_lines_in_use", "Lines that carry a call now.", value=in_use)
        yield GaugeMetricFamily("dozvon_ready", "1 when calls can be placed.", value=int(self._services.dialer.ready()))
        store = self._services.store
        yield _by_label("dozvon_campaigns", "Campaigns by status.", "status", metrics.campaigns_by_status(store))
        yield _by_label("dozvon_targets", "Targets: pending, active, or ended by outcome.", "outcome", metrics.targets_by_state(store))
        yield _by_label("dozvon_live_calls", "Calls that have not ended, by status.", "status", metrics.live_calls_by_status(store))
        yield from _quality(metrics.rtp(store))


def _quality(sums: Mapping[str, float]) -> Iterator[Metric]:
    """Lost packets in percent: 100 * lost / reported; the mean jitter and round trip: their sum by their count."""
    yield CounterMetricFamily("dozvon_rtp_calls", "Answered calls with media that have ended.", value=sums["rtp_calls"])
    yield CounterMetricFamily("dozvon_rtp_packets_sent", "RTP packets that were sent in them.", value=sums["rtp_sent"])
    text = "RTP packets that were sent in calls of which the callee sent RTCP reports."
    yield CounterMetricFamily("dozvon_rtp_packets_reported", text, value=sums["rtp_reported"])
    yield CounterMetricFamily("dozvon_rtp_packets_lost", "How many of those the callee missed.", value=sums["rtp_lost"])
    text = "Interarrival jitter at the callee, of each call with reports."
    yield SummaryMetricFamily("dozvon_rtp_jitter_seconds", text, int(sums["rtp_reports"]), sums["rtp_jitter_ms"] / 1000)
    text = "Round trip of RTCP, of each call that tells it."
    yield SummaryMetricFamily("dozvon_rtp_round_trip_seconds", text, int(sums["rtp_trips"]), sums["rtp_rtt_ms"] / 1000)


def _by_label(name: str, text: str, label: str, counts: list[tuple[str, int]]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, count in counts:
        family.add_metric([value], count)
    return family
