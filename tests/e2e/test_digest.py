"""Kamailio as the provider: digest on REGISTER and INVITE over UDP, TCP and TLS; wrong credentials cost one call."""

from __future__ import annotations

import pytest

from tests.conftest_peers import Peers
from tests.e2e.service import Service, until
from tests.peers import signals

pytestmark = pytest.mark.peer("kamailio", "sipp")
SHORT = signals.speech_like(0.5)
NUMBERS = [f"+791200001{n:02}" for n in range(5)]
LOGIN = {"username": "alice", "password": "s3cret"}


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
@pytest.mark.parametrize("register", [False, True])
def test_digest(service: Service, peers: Peers, transport: str, register: bool) -> None:
    phone = peers.gateway("answer")
    proxy = peers.proxy(upstream=phone.port, transport=transport, users={"alice": "s3cret"})
    trust = {"tls_ca": proxy.certificates.ca.read_text()} if proxy.certificates else {}
    gateway = service.gateway(proxy.port, transport=transport, register=register, **LOGIN, **trust)
    check = service.http.post(f"/gateways/{gateway}/check").json()
    assert check["ok"] is True, check
    campaign = service.dial(gateway, service.sound(SHORT), NUMBERS)
    assert service.finished(campaign) == {"delivered": 5}
    assert phone.stats().dialogs == 5
    assert proxy.count("challenged", "INVITE") >= 5
    if register:
        assert proxy.count("registered") >= 1
        status = service.get(f"/gateways/{gateway}/status")
        assert (status["registration"]["state"], status["registration"]["sip_code"]) == ("registered", 200)
    assert service.http.delete(f"/gateways/{gateway}").status_code == 204


@pytest.mark.parametrize("wrong_credentials", [401, 403])
def test_a_wrong_password_costs_one_call_until_it_is_mended(service: Service, peers: Peers, wrong_credentials: int) -> None:
    phone = peers.gateway("answer")
    proxy = peers.proxy(upstream=phone.port, users={"alice": "s3cret"}, wrong_credentials=wrong_credentials)
    gateway = service.gateway(proxy.port, username="alice", password="wrong")
    assert service.http.post(f"/gateways/{gateway}/check").status_code == 200
    campaign = service.dial(gateway, service.sound(SHORT), NUMBERS)
    if wrong_credentials == 401:
        until(lambda: service.get(f"/gateways/{gateway}/status")["breaker"]["state"] == "open", 10, "the breaker opens")
        until(lambda: service.counts(campaign) == {"pending": 5}, 5, "the call is taken back")
        assert {row["attempts"] for row in service.targets(campaign)} == {0}
        assert {row["why_waiting"] for row in service.targets(campaign)} == {"gateway"}
        assert len(service.calls(campaign)) == 1
        answer = service.http.patch(f"/gateways/{gateway}", json={"password": "s3cret"})
        assert answer.status_code == 200
        assert "s3cret" not in answer.text
        assert service.finished(campaign) == {"delivered": 5}
    else:  # a 403 tells of the call, not of us: the outcome is true and the list goes on
        assert service.finished(campaign) == {"rejected": 5}
    assert "wrong" not in service.tail()
    assert "s3cret" not in service.tail()


def test_a_refused_registration_holds_the_calls_back(service: Service, peers: Peers) -> None:
    phone = peers.gateway("answer")
    proxy = peers.proxy(upstream=phone.port, users={"alice": "s3cret"}, wrong_credentials=403)
    gateway = service.gateway(proxy.port, username="alice", password="wrong", register=True)
    campaign = service.dial(gateway, service.sound(SHORT), NUMBERS)
    until(lambda: service.get(f"/gateways/{gateway}/status")["registration"]["state"] == "failed", 10, "the registration fails")
    status = service.get(f"/gateways/{gateway}/status")
    assert status["registration"]["sip_code"] == 403
    assert "registration" in status["breaker"]["reason"]
    assert service.calls(campaign) == []
    assert {row["why_waiting"] for row in service.targets(campaign)} == {"gateway"}
    service.http.post(f"/campaigns/{campaign}/cancel")
    service.http.delete(f"/gateways/{gateway}")


def test_a_check_while_the_registration_is_under_way_shares_it(service: Service, peers: Peers) -> None:
    proxy = peers.proxy(upstream=peers.gateway("answer").port, users={"alice": "s3cret"})
    for _ in range(8):
        gateway = service.gateway(proxy.port, register=True, **LOGIN)
        service.http.get("/health")
        check = service.http.post(f"/gateways/{gateway}/check").json()
        assert check["ok"] is True, check
        service.http.delete(f"/gateways/{gateway}")


def test_a_certificate_that_is_not_trusted_is_refused(service: Service, peers: Peers) -> None:
    phone = peers.gateway("answer")
    proxy = peers.proxy(upstream=phone.port, transport="tls", users={"alice": "s3cret"})
    gateway = service.gateway(proxy.port, transport="tls", **LOGIN)
    campaign = service.dial(gateway, service.sound(SHORT), NUMBERS)
    until(lambda: service.get(f"/gateways/{gateway}/status")["breaker"]["state"] == "open", 15, "the breaker opens")
    until(lambda: service.counts(campaign) == {"pending": 5}, 5, "the calls are taken back")
    assert proxy.count("challenged", "INVITE") == 0
    service.http.post(f"/campaigns/{campaign}/cancel")
