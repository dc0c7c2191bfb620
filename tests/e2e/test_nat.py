"""Behind a NAT: the service on a private host, the provider outside, each in a network namespace of its own, and a real NAT between."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest_peers import Peers
from tests.e2e.service import Service, until
from tests.interop.raw import RawGateway, reply
from tests.peers import signals
from tests.peers.baresip import read_wav
from tests.peers.compare import compare
from tests.peers.nat import FAR_OUTSIDE, OUTSIDE, PUBLIC, Nat, NotAllowed
from tests.peers.sipmessage import SipMessage
from tests.peers.sipp import SippGateway
from tests.peers.stun import StunServer

NUMBER = "+79120000100"
MESSAGE = signals.speech_like(3.0)
SHORT = signals.speech_like(1.0)
namespaces = pytest.mark.peer("ip", "nft")


@pytest.fixture(scope="module")
def nat() -> Iterator[Nat]:
    """The two hosts. Where namespaces are not allowed the tests are skipped; in CI they fail."""
    try:
        with Nat() as made:
            yield made
    except NotAllowed as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))


@pytest.fixture(scope="module")
def _behind(nat: Nat, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with nat.inside():
        made = Service(tmp_path_factory.mktemp("behind") / "data", "--no-sandbox", "--lines", "40").start()
    yield made
    made.stop()


@pytest.fixture
def behind(nat: Nat, _behind: Service) -> Iterator[Service]:
    """A service on the private host; the test is there too."""
    with nat.inside():
        _behind.log_in()
        yield _behind
    print(f"--- the service's log\n{_behind.tail()}")


@pytest.fixture
def stun(nat: Nat) -> Iterator[str]:
    """A STUN server outside."""
    with nat.outside():
        server = StunServer(OUTSIDE)
    with server:
        yield server.address


def dialled(service: Service, port: int, sound: str, host: str = OUTSIDE, dial: dict[str, Any] | None = None, **settings: Any) -> str:
    """A campaign of one call through a gateway with these settings; gives its id."""
    gateway = service.gateway(port, host=host, codecs=["PCMA"], **settings)
    return service.dial(gateway, sound, [NUMBER], **(dial or {}))


def ended(service: Service, campaign: str) -> tuple[str, str]:
    """Waits for the end of the one call: its outcome and who hung up."""
    service.finished(campaign, 20)
    (call,) = service.calls(campaign)
    return call["outcome"], call["hangup_by"]


@namespaces
@pytest.mark.peer("baresip")
def test_a_phone_that_goes_by_our_addresses_finds_them(nat: Nat, behind: Service, peers: Peers, stun: str) -> None:
    """baresip sends its BYE to our Contact: to a private address it is lost, and the message goes on to its end."""
    settings: list[dict[str, Any]] = [{}, {"public_address": PUBLIC}, {"stun_server": stun}]
    with nat.outside():
        phones = [peers.phone(numbers=[NUMBER], host=OUTSIDE, max_talk_s=1) for _ in settings]
    sound = behind.sound(MESSAGE)
    campaigns = [dialled(behind, phone.port, sound, **own) for phone, own in zip(phones, settings, strict=True)]
    assert [ended(behind, one) for one in campaigns] == [("delivered", "service"), ("partial", "callee"), ("partial", "callee")]
    for phone in phones[1:]:
        (recording,) = phone.wait_for_calls_to_end(1)
        assert compare(read_wav(recording), MESSAGE[:4000]).complete


@namespaces
@pytest.mark.peer("sipp")
@pytest.mark.parametrize("way", ["latching", "public_address", "stun_server"])
def test_sound_goes_both_ways(nat: Nat, behind: Service, peers: Peers, stun: str, way: str) -> None:
    """A key that the callee presses comes in, sent where our sound came from, or to the address of our SDP."""
    settings = {"public_address": {"public_address": PUBLIC}, "stun_server": {"stun_server": stun}}.get(way, {})
    host = OUTSIDE if settings else FAR_OUTSIDE
    with nat.outside():
        phone = peers.gateway("answer", host=host, trace=True)
        phone.rtp.listen()
    campaign = dialled(behind, phone.port, behind.sound(SHORT), host, {"collect_digits": 1}, **settings)
    until(phone.rtp.streams, 10, "our sound comes")
    assert phone.rtp.heard_from
    phone.rtp.press(5, in_sdp(phone) if settings else phone.rtp.heard_from)
    assert ended(behind, campaign) == ("delivered", "service")
    (call,) = behind.calls(campaign)
    assert call["digits"] == "5"
    assert phone.rtp.heard_from[0] == PUBLIC
    assert in_sdp(phone)[0] == (PUBLIC if settings else "192.168.77.2")


def in_sdp(phone: SippGateway) -> tuple[str, int]:
    """The address for sound in our offer."""
    offer = phone.messages()[0].body
    host, port = re.search(r"c=IN IP4 (\S+)", offer), re.search(r"m=audio (\d+) ", offer)
    assert host
    assert port
    return host[1], int(port[1])


@namespaces
@pytest.mark.peer("sipp")
def test_requests_of_the_far_end_come_in(nat: Nat, behind: Service, peers: Peers) -> None:
    """A provider that answers to where a request came from (RFC 3581), through a NAT that changes ports: re-INVITE and BYE."""
    with nat.outside():
        holds = peers.gateway("answer_hold", host=FAR_OUTSIDE, hold_after_ms=300, held_ms=500, trace=True)
        hangs_up = peers.gateway("answer_then_bye", host=FAR_OUTSIDE, talk_ms=700, trace=True)
    sound = behind.sound(SHORT)
    held, hung_up = (dialled(behind, one.port, sound, FAR_OUTSIDE) for one in (holds, hangs_up))
    assert ended(behind, held) == ("delivered", "service")
    assert ended(behind, hung_up) == ("partial", "callee")
    (call,) = behind.calls(held)
    assert call["talk_ms"] >= 1000 + 500
    assert [m.status for m in holds.messages() if m.status == 200 and "INVITE" in m.header("cseq") and not m.sent] == [200, 200]
    assert {message.header("via").partition(";")[2].count("rport") for message in hangs_up.messages() if message.method == "INVITE"} == {1}


@namespaces
@pytest.mark.peer("sipp")
def test_the_way_is_kept_open_during_a_call(nat: Nat, behind: Service, peers: Peers) -> None:
    """The NAT forgets SIP's way after 3 s. Without keep-alive the BYE that comes after 4.5 s does not find it."""
    with nat.outside():
        phones = [peers.gateway("answer_then_bye", host=OUTSIDE, talk_ms=4500) for _ in range(2)]
    sound = behind.sound(signals.speech_like(5.5))
    kept, forgotten = (dialled(behind, one.port, sound, keep_alive_s=seconds) for one, seconds in zip(phones, (1, 0), strict=True))
    assert ended(behind, kept) == ("partial", "callee")
    time.sleep(0.5)
    assert behind.counts(forgotten) == {"active": 1}  # its message goes on


class SeesAnotherAddress(RawGateway):
    """A registrar that sees us at another address than we do (received and rport, RFC 3581)."""

    def _take(self, message: SipMessage) -> None:
        super()._take(message)
        if message.method == "REGISTER":
            answer = reply(message, "200 OK", self.port).decode()
            contact = f"Contact: {message.header('contact')};expires=300"
            answer = re.sub(r"Contact: .*?(?=\r\n)", lambda _: contact, answer)
            self.send(re.sub(r";rport(?=[;\r])", f";received={PUBLIC};rport=4321", answer).encode())


def test_the_contact_is_learnt_from_the_registration(service: Service) -> None:
    with SeesAnotherAddress() as registrar:
        gateway = service.gateway(registrar.port, register=True, username="alice", password="s3cret")
        campaign = service.dial(gateway, service.sound(SHORT), [NUMBER])
        assert service.finished(campaign, 15) == {"delivered": 1}
        (call,) = registrar.seen("INVITE")
        assert f"@{PUBLIC}:4321" in registrar.seen("REGISTER")[-1].header("contact")
        assert f"@{PUBLIC}:4321" in call.header("contact")
        service.http.delete(f"/gateways/{gateway}")


def test_an_address_that_does_not_resolve_is_told(service: Service) -> None:
    for field, told in (
        ("stun_server", "the STUN server can't be used: its name has no IPv4 address"),
        ("public_address", "public_address has no IPv4 address"),
    ):
        gateway = service.gateway(5060, **{field: "no-such-host.invalid"})
        check = service.http.post(f"/gateways/{gateway}/check").json()
        assert check["ok"] is False
        assert told in check["reason"]
