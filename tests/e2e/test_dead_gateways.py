"""Gateways that do not resolve, refuse or never answer: the campaign says so, and nobody's number is marked as called."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest_peers import Peers
from tests.e2e.service import Service, until
from tests.peers import signals
from tests.peers.ports import ClosedPort, SilentPort

SHORT = signals.speech_like(0.5)
NUMBERS = [f"+791200002{n:02}" for n in range(10)]


def stopped(service: Service, gateway: str, limit_s: float) -> dict[str, Any]:
    """Waits until the breaker is open; gives the status."""
    until(lambda: service.get(f"/gateways/{gateway}/status")["breaker"]["state"] == "open", limit_s, "the breaker opens")
    status: dict[str, Any] = service.get(f"/gateways/{gateway}/status")
    return status


def nobody_is_marked(service: Service, campaign: str) -> None:
    until(lambda: service.counts(campaign) == {"pending": len(NUMBERS)}, 5, "the calls are taken back")
    targets = service.targets(campaign)
    assert {(row["state"], row["attempts"], row["why_waiting"]) for row in targets} == {("pending", 0, "gateway")}
    assert all(call["outcome"] is None for call in service.calls(campaign))
    service.http.post(f"/campaigns/{campaign}/cancel")
    assert service.finished(campaign, 10) == {"canceled": len(NUMBERS)}


def test_a_host_that_does_not_resolve(service: Service) -> None:
    gateway = service.gateway(5060, host="no-such-host.invalid")
    check = service.http.post(f"/gateways/{gateway}/check").json()
    assert check["ok"] is False
    assert "resolve" in check["reason"]
    campaign = service.dial(gateway, service.sound(SHORT), NUMBERS)
    assert "resolve" in stopped(service, gateway, 15)["breaker"]["reason"]
    assert service.calls(campaign) == []
    nobody_is_marked(service, campaign)


def test_a_connection_that_is_refused(service: Service) -> None:
    gateway = service.gateway(ClosedPort().port, transport="tcp")
    check = service.http.post(f"/gateways/{gateway}/check").json()
    assert check["ok"] is False
    campaign = service.dial(gateway, service.sound(SHORT), NUMBERS)
    assert "refused" in stopped(service, gateway, 15)["breaker"]["reason"].lower()
    assert len(service.calls(campaign)) == 1
    nobody_is_marked(service, campaign)


def test_a_gateway_that_never_answers(service: Service) -> None:
    with SilentPort() as silent:
        gateway = service.gateway(silent.port)
        campaign = service.dial(gateway, service.sound(SHORT), NUMBERS, ring_timeout_s=5)
        status = stopped(service, gateway, 20)
        assert "does not answer" in status["breaker"]["reason"]
        assert status["breaker"]["next_try_at"] > status["breaker"]["since"]
        assert {data.split(b" ")[0] for data in silent.datagrams() if data.strip()} <= {b"INVITE", b"OPTIONS"}
        nobody_is_marked(service, campaign)


@pytest.mark.peer("sipp")
def test_it_goes_on_by_itself_when_the_gateway_is_back(service: Service, peers: Peers) -> None:
    port = ClosedPort().port
    gateway = service.gateway(port, transport="tcp")
    campaign = service.dial(gateway, service.sound(SHORT), NUMBERS)
    stopped(service, gateway, 15)
    back = peers.gateway("answer", transport="tcp", port=port)
    assert service.finished(campaign, 40) == {"delivered": len(NUMBERS)}
    assert back.stats().dialogs == len(NUMBERS)


@pytest.mark.peer("sipp")
def test_resume_by_hand_tries_at_once(service: Service, peers: Peers) -> None:
    port = ClosedPort().port
    gateway = service.gateway(port, transport="tcp")
    campaign = service.dial(gateway, service.sound(SHORT), NUMBERS)
    for _ in range(2):
        stopped(service, gateway, 15)
        service.http.post(f"/gateways/{gateway}/resume")
    stopped(service, gateway, 15)
    peers.gateway("answer", transport="tcp", port=port)
    assert service.http.post(f"/gateways/{gateway}/resume").json()["breaker"]["state"] in ("closed", "open")
    assert service.finished(campaign, 20) == {"delivered": len(NUMBERS)}
