"""Campaigns through SIPp as the provider's gateway: each behaviour's outcome, and what SIPp itself saw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.conftest_peers import Peers
from tests.e2e.service import Service, until
from tests.peers import g711, signals
from tests.peers.compare import Comparison, Samples, compare
from tests.peers.rtp import RtpStream

pytestmark = pytest.mark.peer("sipp")
SHORT = signals.speech_like(0.5)


def number(last: str) -> str:
    return f"+7912000{last:0>4}"


@pytest.mark.parametrize(
    ("scenario", "options", "expected"),
    [
        ("answer", {}, {"status": "completed", "outcome": "delivered", "sip_code": 200, "hangup_by": "service", "played_ms": 500}),
        ("slow_answer", {}, {"status": "completed", "outcome": "delivered"}),
        ("session_progress_183_early_media", {}, {"status": "completed", "outcome": "delivered", "played_ms": 500}),
        ("busy_486", {}, {"status": "busy", "outcome": "busy", "sip_code": 486, "sip_reason": "Busy Here", "hangup_by": "callee"}),
        ("busy_486_q850", {}, {"status": "busy", "outcome": "busy", "sip_code": 486, "q850_cause": 17}),
        ("decline_603", {}, {"status": "failed", "outcome": "rejected", "sip_code": 603}),
        ("not_found_404", {}, {"status": "failed", "outcome": "invalid_number", "sip_code": 404}),
        ("ring_480", {}, {"status": "no-answer", "outcome": "no_answer", "sip_code": 480}),
        ("unavailable_503", {}, {"status": "failed", "outcome": "failed", "sip_code": 503}),
        ("no_answer", {}, {"status": "no-answer", "outcome": "no_answer", "sip_code": 487, "hangup_by": "service"}),
        ("no_reply", {}, {"status": "failed", "outcome": "failed", "sip_code": 408}),
        ("cancel_crosses_200", {}, {"status": "completed", "outcome": "partial", "sip_code": 200, "played_ms": 0}),
    ],
)
def test_one_call(service: Service, peers: Peers, scenario: str, options: dict[str, Any], expected: dict[str, Any]) -> None:
    gateway = peers.gateway(scenario, **options)
    campaign = service.dial(service.gateway(gateway.port), service.sound(SHORT), [number("100")], ring_timeout_s=5)
    counts = service.finished(campaign)
    (call,) = service.calls(campaign)
    assert {key: call[key] for key in expected} == expected
    assert counts == {expected["outcome"]: 1}
    assert (call["attempt"], call["dialled"], call["sip_call_id"]) == (1, number("100"), call["id"])
    assert gateway.stats().dialogs == 1
    if expected["outcome"] in ("delivered", "partial"):
        assert gateway.wait_for("BYE", 1, limit_s=5).byes == 1


def test_a_redirect_to_elsewhere_is_not_followed(service: Service, peers: Peers) -> None:
    elsewhere = peers.gateway("answer")
    gateway = peers.gateway("redirect_302", redirect_to=f"127.0.0.1:{elsewhere.port}")
    campaign = service.dial(service.gateway(gateway.port), service.sound(SHORT), [number("100")])
    assert service.finished(campaign) == {"failed": 1}
    assert service.calls(campaign)[0]["sip_code"] == 302
    assert elsewhere.stats().dialogs == 0


def test_100_subscribers_with_20_lines_are_each_called_once(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    numbers = [number(str(n)) for n in range(100)]
    campaign = service.dial(service.gateway(gateway.port), service.sound(SHORT), numbers, max_lines=20)
    assert service.finished(campaign) == {"delivered": 100}
    stats = gateway.wait_for("BYE", 100, limit_s=10)
    assert stats.dialogs == 100
    assert sorted(stats.numbers) == sorted(numbers)
    assert 10 <= stats.most_at_once <= 20


def test_a_mixed_list_ends_with_every_true_outcome(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("by_number")
    expected = {"486": "busy", "480": "no_answer", "404": "invalid_number", "603": "rejected", "503": "failed", "408": "failed"}
    expected |= {"487": "no_answer", "183": "delivered", "850": "busy", "001": "partial", "003": "delivered", "777": "delivered"}
    message = signals.speech_like(3.0)
    campaign = service.dial(service.gateway(gateway.port), service.sound(message), [number(n) for n in expected], ring_timeout_s=6)
    service.finished(campaign)
    seen = {target["number"][-3:]: target["outcome"] for target in service.targets(campaign)}
    assert seen == expected
    assert gateway.stats().dialogs == len(expected)


def test_the_message_is_not_played_into_early_media(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("session_progress_183_early_media")
    gateway.rtp.listen()
    message = signals.speech_like(2.0)
    campaign = service.dial(service.gateway(gateway.port), service.sound(message), [number("100")])
    assert service.finished(campaign) == {"delivered": 1}
    (stream,) = gateway.rtp.streams()
    found, sound = heard(stream, message)
    assert found.complete, str(found)
    (call,) = service.calls(campaign)
    early_ms = call["ring_ms"] - 100  # our side's media begins a little after the 183
    assert early_ms > 100
    assert found.offset >= (early_ms + 200) * 8  # the silence of the early media, then the lead-in
    assert np.abs(sound[: found.offset]).max() <= 8  # A-law's silence


def test_without_lead_in_and_tail_every_sample_is_on_the_wire(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    gateway.rtp.listen()
    message = signals.speech_like(2.0)
    numbers = [number(str(n)) for n in range(8)]
    campaign = service.dial(service.gateway(gateway.port), service.sound(message), numbers, lead_in_ms=0, tail_ms=0)
    assert service.finished(campaign) == {"delivered": 8}
    streams = gateway.rtp.streams()
    assert len(streams) == 8
    for stream in streams:
        found, _ = heard(stream, message)
        assert (found.complete, stream.lost) == (True, 0), str(found)
        assert found.snr_db >= 37, str(found)


def heard(stream: RtpStream, message: Samples) -> tuple[Comparison, Samples]:
    """The message against all payloads that came, without a jitter buffer between."""
    sound = g711.decode(bytes(stream.sound), "PCMA")
    return compare(sound, message), sound


def test_pause_resume_and_hanging_up_one_call(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    long = service.sound(signals.speech_like(30))
    campaign = service.dial(service.gateway(gateway.port), long, [number(str(n)) for n in range(6)], max_lines=4)
    until(lambda: len(service.get(f"/campaigns/{campaign}/calls", status="in-progress")["items"]) == 4, 10, "four calls are live")
    assert service.http.post(f"/campaigns/{campaign}/pause").json()["status"] == "paused"
    first = service.calls(campaign)[0]["id"]
    assert service.http.post(f"/calls/{first}/hangup").status_code == 200
    ended = until(lambda: service.get(f"/calls/{first}")["ended_at"] and service.get(f"/calls/{first}"), 5, "the call ends")
    assert (ended["outcome"], ended["hangup_by"]) == ("partial", "service")
    assert 0 <= ended["played_ms"] < 30_000
    assert service.http.post(f"/calls/{first}/hangup").status_code == 409
    assert service.counts(campaign) == {"active": 3, "pending": 2, "partial": 1}
    assert {row["why_waiting"] for row in service.targets(campaign) if row["state"] == "pending"} == {"paused"}
    service.http.post(f"/campaigns/{campaign}/resume")
    until(lambda: service.counts(campaign) == {"active": 4, "pending": 1, "partial": 1}, 5, "a free line dials again")
    until(lambda: len(service.get(f"/campaigns/{campaign}/calls", status="in-progress")["items"]) == 4, 5, "it is answered")
    assert service.http.post(f"/campaigns/{campaign}/cancel").json()["status"] == "canceled"
    assert service.finished(campaign, 10) == {"partial": 5, "canceled": 1}
    assert gateway.wait_for("BYE", 5, limit_s=5).byes == 5


def test_cancel_while_it_rings_sends_cancel(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("no_answer")
    campaign = service.dial(service.gateway(gateway.port), service.sound(SHORT), [number("100")])
    until(lambda: service.get(f"/campaigns/{campaign}/calls", status="ringing")["items"], 10, "it rings")
    service.http.post(f"/campaigns/{campaign}/cancel")
    assert service.finished(campaign, 10) == {"canceled": 1}
    assert gateway.stats().cancels == 1
    assert service.calls(campaign)[0]["status"] == "canceled"


def test_a_display_name_cannot_inject_headers(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("answer", trace=True)
    name = 'Клиника "Свет" \\ ; <sip:x@y>'
    gateway_id = service.gateway(gateway.port, display_name=name, caller_id="74950001122")
    campaign = service.dial(gateway_id, service.sound(SHORT), [number("100")])
    assert service.finished(campaign) == {"delivered": 1}
    invite = next(message for message in gateway.messages() if message.method == "INVITE")
    assert invite.header("From").startswith('"Клиника \\"Свет\\" \\\\ ; <sip:x@y>" <sip:74950001122@127.0.0.1>;tag=')
    answer = service.http.post("/gateways", json={"name": "x", "host": "h", "display_name": "A\r\nX-Evil: 1"})
    assert answer.status_code == 400
    assert "X-Evil" not in answer.text


def test_prefix_and_plus_are_applied(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    gateway_id = service.gateway(gateway.port, strip_plus=True, dial_prefix="810")
    campaign = service.dial(gateway_id, service.sound(SHORT), ["8 (912) 000-01-00"])
    service.finished(campaign)
    (call,) = service.calls(campaign)
    assert (call["number"], call["dialled"]) == ("+79120000100", "81079120000100")
    assert list(gateway.stats().numbers) == ["81079120000100"]


def test_over_tcp(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("answer", transport="tcp")
    gateway_id = service.gateway(gateway.port, transport="tcp")
    check = service.http.post(f"/gateways/{gateway_id}/check").json()
    assert (check["ok"], check["sip_code"]) == (True, 200)
    campaign = service.dial(gateway_id, service.sound(SHORT), [number(str(n)) for n in range(5)])
    assert service.finished(campaign) == {"delivered": 5}
