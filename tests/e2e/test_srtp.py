"""Encrypted sound (SRTP with SDES keys, RFC 4568), and TLS with a wrong certificate: the fault is named, nothing goes out in clear."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.conftest_peers import Peers
from tests.e2e.service import Service, until
from tests.interop.raw import RawGateway, reply
from tests.peers import g711, signals
from tests.peers.baresip import read_wav
from tests.peers.certificates import make_certificates
from tests.peers.compare import compare
from tests.peers.rtp import RtpSink
from tests.peers.sipmessage import SipMessage

NUMBER = "+79120000100"
MESSAGE = signals.speech_like(1.5)


@pytest.mark.peer("baresip")
@pytest.mark.parametrize(
    ("transport", "ours", "theirs"),
    [("tls", "required", "required"), ("udp", "required", "optional"), ("tls", "optional", "optional")],
)
def test_the_message_is_heard_whole_through_srtp(service: Service, peers: Peers, transport: str, ours: str, theirs: str) -> None:
    certificates = make_certificates(peers.folder("tls")) if transport == "tls" else None
    trust = {"tls_ca": certificates.ca.read_text()} if certificates else {}
    phone = peers.phone(numbers=[NUMBER], transport=transport, certificates=certificates, srtp=theirs)
    gateway = service.gateway(phone.port, transport=transport, srtp=ours, codecs=["PCMA"], **trust)
    check = service.http.post(f"/gateways/{gateway}/check").json()
    assert check["ok"] is True, check
    campaign = service.dial(gateway, service.sound(MESSAGE), [NUMBER])
    assert service.finished(campaign, 15) == {"delivered": 1}, service.calls(campaign)
    (recording,) = phone.wait_for_calls_to_end(1)
    assert phone.log_has("SRTP is Enabled"), phone.output.read_text(errors="replace")[-3000:]
    found = compare(read_wav(recording), MESSAGE)
    assert found.complete, str(found)


@pytest.mark.peer("baresip")
def test_optional_reaches_a_callee_who_demands_encryption(service: Service, peers: Peers) -> None:
    phone = peers.phone(numbers=[NUMBER], srtp="required")  # it refuses RTP/AVP with 488
    campaign = service.dial(service.gateway(phone.port, srtp="optional", codecs=["PCMA"]), service.sound(MESSAGE), [NUMBER])
    assert service.finished(campaign, 15) == {"delivered": 1}, service.calls(campaign)
    (call,) = service.calls(campaign)
    assert (call["sip_code"], call["attempt"]) == (200, 1)
    (recording,) = phone.wait_for_calls_to_end(1)
    assert phone.log_has("SRTP is Enabled"), phone.output.read_text(errors="replace")[-3000:]
    found = compare(read_wav(recording), MESSAGE)
    assert found.complete, str(found)


class Refuses(RawGateway):
    """Refuses every INVITE, at once or after it rang."""

    def __init__(self, status: str, rings: bool) -> None:
        super().__init__()
        self._status, self._rings = status, rings

    def on_invite(self, request: SipMessage) -> None:
        if self._rings:
            self.send(reply(request, "180 Ringing", self.port))
        self.send(reply(request, self._status, self.port), 0.2 if self._rings else 0.0)


@pytest.mark.parametrize(
    ("status", "rings", "offers"),
    [
        ("488 Not Acceptable Here", False, ["AVP", "SAVP"]),
        ("415 Unsupported Media Type", False, ["AVP", "SAVP"]),
        ("488 Not Acceptable Here", True, ["AVP"]),
        ("486 Busy Here", False, ["AVP"]),
    ],
)
def test_optional_offers_encryption_alone_only_where_nothing_rang(service: Service, status: str, rings: bool, offers: list[str]) -> None:
    with Refuses(status, rings) as gateway:
        campaign = service.dial(service.gateway(gateway.port, srtp="optional"), service.sound(MESSAGE), [NUMBER])
        assert service.finished(campaign, 10) == {"busy" if status.startswith("486") else "failed": 1}
        (call,) = service.calls(campaign)
        assert f"{call['sip_code']} {call['sip_reason']}" == status
        bodies = {invite.raw: invite.body for invite in gateway.seen("INVITE")}.values()
        assert [found[1] for body in bodies if (found := re.search(r"m=audio \d+ RTP/(\w+) ", body))] == offers
        assert {invite.call_id for invite in gateway.seen("INVITE")} == {call["sip_call_id"]}


@pytest.mark.peer("sipp")
def test_optional_offers_keys_and_works_without(service: Service, peers: Peers) -> None:
    phone = peers.gateway("answer", trace=True)
    phone.rtp.listen()
    campaign = service.dial(service.gateway(phone.port, srtp="optional", codecs=["PCMA"]), service.sound(MESSAGE), [NUMBER])
    assert service.finished(campaign, 10) == {"delivered": 1}
    offer = phone.messages()[0].body
    assert re.search(r"m=audio \d+ RTP/AVP ", offer)
    assert "a=crypto:" in offer
    assert in_clear(phone.rtp)


@pytest.mark.peer("sipp")
@pytest.mark.parametrize("scenario", ["answer_early_bye", "session_progress_183_early_media"])
def test_required_sends_nothing_to_a_callee_without_srtp(service: Service, peers: Peers, scenario: str) -> None:
    phone = peers.gateway(scenario, trace=True)
    phone.rtp.listen()
    campaign = service.dial(service.gateway(phone.port, srtp="required"), service.sound(MESSAGE), [NUMBER], ring_timeout_s=5)
    assert service.finished(campaign, 10) == {"failed": 1}
    (call,) = service.calls(campaign)
    assert call["sip_code"] == (487 if "early_media" in scenario else 488)  # before the answer we cancel
    assert not call["played_ms"]
    assert phone.rtp.streams() == []
    offer = phone.messages()[0].body
    assert re.search(r"m=audio \d+ RTP/SAVP ", offer)
    assert "RTP/AVP" not in offer
    assert phone.stats().byes + phone.stats().cancels == 1


@pytest.mark.peer("sipp")
def test_required_stays_encrypted_when_the_callee_asks_for_clear_sound(service: Service, peers: Peers) -> None:
    plain = RtpSink()
    plain.listen()
    try:
        phone = peers.gateway("srtp_then_plain", plain_port=plain.port)
        phone.rtp.listen()
        gateway = service.gateway(phone.port, srtp="required", codecs=["PCMA"])
        campaign = service.dial(gateway, service.sound(MESSAGE), [NUMBER])
        assert service.finished(campaign, 10) == {"delivered": 1}
        assert len(phone.stats().of("REFUSED")) == 1
        assert sum(stream.packets for stream in phone.rtp.streams()) >= 1500 // 20
        assert not in_clear(phone.rtp)
        assert plain.streams() == []
    finally:
        plain.close()


def in_clear(sink: RtpSink) -> bool:
    """Whether the message, as PCMA, is among what the sink heard."""
    return any(compare(g711.decode(bytes(stream.sound), "PCMA"), MESSAGE).complete for stream in sink.streams())


@pytest.mark.peer("kamailio")
@pytest.mark.parametrize(
    ("fault", "options", "trusted"),
    [
        ("was issued by Test authority, which is not trusted; to trust it, give the issuer's certificate as tls_ca", {}, False),
        ("is self-signed; to trust it, give it as tls_ca", {"self_signed": True}, False),
        ("is for 192.0.2.1, localhost, not for 127.0.0.1", {"host": "192.0.2.1"}, True),
        ("expired on 20", {"valid_days": -1}, True),
    ],
)
def test_a_wrong_certificate_is_named(service: Service, peers: Peers, fault: str, options: dict[str, Any], trusted: bool) -> None:
    made = make_certificates(peers.folder("tls"), **options)
    proxy = peers.proxy(transport="tls", certificates=made, auth=False)
    trust = {"tls_ca": made.ca.read_text()} if trusted else {}
    gateway = service.gateway(proxy.port, transport="tls", **trust)
    check = service.http.post(f"/gateways/{gateway}/check").json()
    assert check["ok"] is False
    assert fault in check["reason"]
    campaign = service.dial(gateway, service.sound(MESSAGE), [NUMBER])
    until(lambda: service.get(f"/gateways/{gateway}/status")["breaker"]["state"] == "open", 10, "the gateway stops")
    status = service.get(f"/gateways/{gateway}/status")
    assert status["breaker"]["reason"].startswith("TLS with the gateway failed: its certificate ")
    assert fault in status["breaker"]["reason"]
    (call,) = service.calls(campaign)
    assert fault in call["sip_reason"]
    assert call["outcome"] is None
    service.http.post(f"/campaigns/{campaign}/cancel")
    service.http.delete(f"/gateways/{gateway}")


@pytest.mark.peer("kamailio")
def test_a_registration_over_a_wrong_certificate_says_why(service: Service, peers: Peers) -> None:
    proxy = peers.proxy(transport="tls", users={"alice": "s3cret"})
    gateway = service.gateway(proxy.port, transport="tls", register=True, username="alice", password="s3cret")
    check = service.http.post(f"/gateways/{gateway}/check").json()
    assert check["ok"] is False
    assert "REGISTER: its certificate was issued by Test authority" in check["reason"]
    status = service.get(f"/gateways/{gateway}/status")
    assert "its certificate was issued by Test authority" in status["registration"]["reason"]
    service.http.delete(f"/gateways/{gateway}")


@pytest.mark.peer("kamailio")
def test_a_self_signed_certificate_can_be_trusted(service: Service, peers: Peers) -> None:
    made = make_certificates(peers.folder("tls"), self_signed=True)
    proxy = peers.proxy(transport="tls", certificates=made, auth=False)
    gateway = service.gateway(proxy.port, transport="tls", tls_ca=made.certificate.read_text())
    assert service.http.post(f"/gateways/{gateway}/check").json()["ok"] is True
