"""The harness itself: each peer against another real peer, before our service is put between them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.conftest_peers import Peers
from tests.peers import g711
from tests.peers.baresip import Account, read_wav
from tests.peers.compare import compare
from tests.peers.ports import ClosedPort, SilentPort
from tests.peers.probe import options_answered
from tests.peers.process import PeerError, wait_until
from tests.peers.scenarios import BEHAVIOURS, build
from tests.peers.signals import speech_like

sipp = pytest.mark.peer("sipp")
NUMBER = "+79120000100"


@sipp
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_gateway_answers(peers: Peers, transport: str) -> None:
    gateway = peers.gateway("answer", transport=transport, trace=True)
    numbers = [f"+7912000010{i}" for i in range(5)]
    began = time.time()
    peers.caller("call", transport=transport).call(gateway.port, numbers, rate=50)
    stats = gateway.wait_for("BYE", 5)
    assert (stats.dialogs, stats.numbers, stats.byes, stats.answered, stats.cancels) == (5, numbers, 5, 5, 0)
    assert stats.repeated == {}
    assert all(began <= at <= time.time() for at in stats.times)
    assert stats.of("OPTIONS") == []  # the harness's own probe is no call and is not counted
    first = gateway.messages()[0]
    assert (first.method, first.status, first.sent) == ("INVITE", 0, False)
    answer = next(message for message in gateway.messages() if message.status == 200 and message.method == "INVITE")
    assert f"m=audio {gateway.rtp.port} RTP/AVP 8 120" in answer.body  # telephone-event as offered


REFUSALS = [
    ("busy_486", 486, {}, ""),
    ("busy_486_q850", 486, {}, "Reason: Q.850;cause=17"),
    ("decline_603", 603, {}, ""),
    ("unavailable_503", 503, {}, ""),
    ("unavailable_503", 503, {"headers": "Retry-After: 5"}, "Retry-After: 5"),
    ("ring_480", 480, {"ring_ms": 50}, ""),
    ("not_found_404", 404, {}, ""),
    ("redirect_302", 302, {"redirect_to": "127.0.0.1:5099"}, f"Contact: <sip:{NUMBER}@127.0.0.1:5099>"),
    ("reject", 488, {"code": 488, "phrase": "Not Acceptable Here"}, ""),
]


@sipp
@pytest.mark.parametrize(("scenario", "code", "options", "header"), REFUSALS)
def test_gateway_refuses(peers: Peers, scenario: str, code: int, options: dict[str, str | int], header: str) -> None:
    gateway = peers.gateway(scenario, trace=True, **options)
    peers.caller("refused").call(gateway.port, [NUMBER], expect=code)
    stats = gateway.wait_for("ACK")
    assert (stats.dialogs, stats.numbers, stats.answered, stats.byes) == (1, [NUMBER], 0, 0)
    final = next(message for message in gateway.messages() if message.status >= 300)
    assert final.status == code
    assert header in final.raw.decode()


@sipp
def test_gateway_rings_until_the_cancel(peers: Peers) -> None:
    gateway = peers.gateway("no_answer")
    peers.caller("cancel").call(gateway.port, [NUMBER], talk_ms=200)
    stats = gateway.wait_for("ACK")
    assert (stats.dialogs, stats.cancels, stats.answered) == (1, 1, 0)


@sipp
def test_gateway_answers_into_the_cancel(peers: Peers) -> None:
    gateway = peers.gateway("cancel_crosses_200", trace=True)
    peers.caller("cancel_crossed").call(gateway.port, [NUMBER])
    stats = gateway.wait_for("BYE")
    assert (stats.dialogs, stats.cancels, stats.answered, stats.byes) == (1, 1, 1, 1)
    replies = [(message.status, message.method) for message in gateway.messages() if message.sent and message.status >= 200]
    assert replies == [(200, "INVITE"), (200, "CANCEL"), (200, "BYE")]


@sipp
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_gateway_hangs_up(peers: Peers, transport: str) -> None:
    gateway = peers.gateway("answer_then_bye", talk_ms=200, transport=transport)
    peers.caller("hung_up_on", transport=transport).call(gateway.port, [NUMBER])
    stats = gateway.stats()
    (acked, hung_up) = (stats.of("ACK")[0], stats.of("HANGUP")[0])
    assert 0.15 < hung_up.at - acked.at < 0.6
    assert stats.byes == 0


@sipp
@pytest.mark.parametrize("scenario", ["slow_answer", "session_progress_183_early_media"])
def test_gateway_answers_late(peers: Peers, scenario: str) -> None:
    gateway = peers.gateway(scenario, ring_ms=400, trace=True)
    peers.caller("call").call(gateway.port, [NUMBER])
    stats = gateway.wait_for("BYE")
    assert 0.35 < stats.of("ANSWERED")[0].at - stats.times[0] < 1.0
    provisional = next(message for message in gateway.messages() if 100 < message.status < 200)
    assert provisional.status == (183 if "183" in scenario else 180)
    assert ("m=audio" in provisional.body) == ("183" in scenario)


@sipp
@pytest.mark.parametrize("scenario", ["digest_401", "digest_407"])
def test_gateway_asks_for_credentials(peers: Peers, scenario: str) -> None:
    gateway = peers.gateway(scenario)
    peers.caller("call").call(gateway.port, [NUMBER])
    stats = gateway.wait_for("BYE")
    assert (stats.dialogs, len(stats.of("CHALLENGED")), len(stats.of("AUTHORIZED")), stats.answered) == (1, 1, 1, 1)


@sipp
@pytest.mark.parametrize(("scenario", "wrong"), [("digest_401", {"password": "other"}), ("digest_407", {"username": "bob"})])
def test_gateway_refuses_wrong_credentials(peers: Peers, scenario: str, wrong: dict[str, str]) -> None:
    gateway = peers.gateway(scenario, **wrong)
    with pytest.raises(PeerError, match="403 Forbidden"):
        peers.caller("call").call(gateway.port, [NUMBER])
    assert len(gateway.stats().of("REFUSED")) == 1
    assert gateway.stats().answered == 0


@sipp
def test_gateway_swallows_the_invite_but_answers_options(peers: Peers) -> None:
    gateway = peers.gateway("no_reply", trace=True)
    with pytest.raises(PeerError):
        peers.caller("call").call(gateway.port, [NUMBER], limit_s=2)
    stats = gateway.stats()
    assert (stats.dialogs, stats.numbers) == (1, [NUMBER])  # its retransmissions are one dialog
    assert not [message for message in gateway.messages() if message.sent and message.method == "INVITE"]
    assert options_answered(gateway.port)


@sipp
def test_gateway_chooses_by_number(peers: Peers) -> None:
    gateway = peers.gateway("by_number", ring_ms=30, talk_ms=100)
    for number, code in (("+79120000486", 486), ("+79120000404", 404), ("+79120000603", 603), ("+79120000503", 503), ("+79120000480", 480)):
        peers.caller("refused").call(gateway.port, [number], expect=code)
    peers.caller("hung_up_on").call(gateway.port, ["+79120000001"])
    peers.caller("cancel").call(gateway.port, ["+79120000487"])
    peers.caller("cancel_crossed").call(gateway.port, ["+79120000200"])
    peers.caller("call").call(gateway.port, ["+79120000100", "+79120000183", "+79120000999"])
    stats = gateway.wait_for("BYE", 4)
    assert (stats.dialogs, stats.answered, stats.cancels) == (11, 5, 2)


@sipp
def test_gateway_carries_a_hundred_calls_at_once(peers: Peers) -> None:
    gateway = peers.gateway("by_number", ring_ms=20)
    numbers = [f"+7912{i:04d}100" for i in range(250)]
    peers.caller("call").call(gateway.port, numbers, rate=80, talk_ms=2000)
    stats = gateway.wait_for("BYE", 250)
    assert (stats.dialogs, stats.byes, stats.repeated) == (250, 250, {})
    assert stats.numbers == numbers
    assert stats.most_at_once >= 100


@sipp
def test_gateway_says_why_it_does_not_start(peers: Peers) -> None:
    with SilentPort() as taken, pytest.raises(PeerError, match="sipp"):
        peers.gateway("answer", port=taken.port)


def test_scenarios_refuse_what_nobody_uses() -> None:
    assert all("{{" not in build(name, {"rtp_port": 1, "redirect_to": "h"}) for name in [*BEHAVIOURS, "by_number"])
    with pytest.raises(ValueError, match="ring_s"):
        build("answer", {"rtp_port": 1, "ring_s": 1})
    with pytest.raises(KeyError, match="redirect_to"):
        build("redirect_302", {"rtp_port": 1})


def test_ports_that_are_no_gateway() -> None:
    assert not options_answered(ClosedPort().port)
    with SilentPort() as silent:
        assert not options_answered(silent.port)
        assert not options_answered(silent.port, "tcp")
        assert silent.datagrams()[0].startswith(b"OPTIONS ")


@pytest.mark.peer("sipp", "baresip")
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_phone_records_every_sample(peers: Peers, transport: str) -> None:
    source = speech_like(2.0)
    phone = peers.phone(numbers=[NUMBER], transport=transport)
    caller = peers.caller("play", transport=transport)
    quiet = np.zeros(1600, np.int16)
    (caller.folder / "sound.raw").write_bytes(g711.encode(np.concatenate([quiet, source, quiet, quiet])))
    caller.call(phone.port, [NUMBER], talk_ms=2800)
    (recording,) = phone.wait_for_calls_to_end(1)
    found = compare(read_wav(recording), source)
    assert found.complete, str(found)
    assert found.snr_db >= 37


@pytest.mark.peer("sipp", "baresip")
def test_phone_does_not_know_other_numbers(peers: Peers) -> None:
    phone = peers.phone(numbers=[NUMBER])
    peers.caller("refused").call(phone.port, ["+79120000999"], expect=404)
    assert phone.recordings() == []


@pytest.mark.peer("sipp", "kamailio")
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_proxy_asks_and_lets_in(peers: Peers, transport: str) -> None:
    gateway = peers.gateway("answer", trace=True)
    proxy = peers.proxy(upstream=gateway.port, transport=transport)
    peers.caller("call", transport=transport).call(proxy.port, [NUMBER])
    stats = gateway.wait_for("BYE")
    assert (stats.dialogs, stats.numbers, stats.byes) == (1, [NUMBER], 1)
    assert [proxy.count(what, "INVITE") for what in ("challenged", "accepted", "refused")] == [1, 1, 0]
    assert proxy.count("relayed", "BYE") == 1
    invite = gateway.messages()[0]
    assert invite.header("Record-Route")
    assert invite.header("Proxy-Authorization") == ""  # the credentials stay with the proxy


@pytest.mark.peer("sipp", "kamailio")
def test_proxy_refuses_wrong_passwords(peers: Peers) -> None:
    gateway = peers.gateway("answer")
    proxy = peers.proxy(upstream=gateway.port, users={"alice": "other"}, wrong_credentials=403)
    with pytest.raises(PeerError, match="403 Forbidden"):
        peers.caller("call").call(proxy.port, [NUMBER])
    assert [proxy.count(what) for what in ("challenged", "refused", "accepted")] == [1, 1, 0]
    assert gateway.stats().dialogs == 0


@pytest.mark.peer("sipp", "kamailio")
def test_proxy_carries_cancel_and_hangup(peers: Peers) -> None:
    gateway = peers.gateway("by_number", talk_ms=200)
    proxy = peers.proxy(upstream=gateway.port, auth=False)
    peers.caller("cancel").call(proxy.port, ["+79120000487"])
    peers.caller("hung_up_on").call(proxy.port, ["+79120000001"])
    stats = gateway.stats()
    assert (stats.dialogs, stats.cancels, len(stats.of("HANGUP"))) == (2, 1, 1)


@pytest.mark.peer("sipp", "baresip", "kamailio")
@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_phone_registers_and_calls_through_the_proxy(peers: Peers, transport: str) -> None:
    gateway = peers.gateway("answer_then_bye", talk_ms=200)
    gateway.rtp.listen()
    proxy = peers.proxy(upstream=gateway.port, transport=transport, users={"alice": "s3cret"})
    account = Account("alice", "s3cret", proxy.port, transport)
    peers.phone(account=account, certificates=proxy.certificates, dial=f"sip:{NUMBER}@127.0.0.1:{proxy.port};transport={transport}")
    proxy.wait_for("registered")
    stats = gateway.wait_for("HANGUP")
    assert stats.numbers == [NUMBER]
    (stream,) = gateway.rtp.streams()
    assert stream.packets >= 5
    assert stream.lost == 0
    assert stream.first_at >= stats.of("ANSWERED")[0].at
    assert [proxy.count(what, "REGISTER") for what in ("challenged", "accepted", "refused")] == [1, 1, 0]
    assert proxy.count("accepted", "INVITE") == 1
    wait_until(lambda: proxy.count("relayed", "BYE") == 1, 5, "the BYE passed the proxy")


@pytest.mark.peer("sipp", "dumpcap")
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_capture_sees_the_call(peers: Peers, transport: str) -> None:
    gateway = peers.gateway("answer", transport=transport)
    capture = peers.capture(gateway.port)
    peers.caller("call", transport=transport).call(gateway.port, [NUMBER])
    messages = capture.messages()
    seen = [str(message.status or message.method) for message in messages]
    assert seen == [
        "INVITE",
        "180",
        "200",
        "ACK",
        "BYE",
        "200",
    ]
    assert messages[0].target == gateway.port
    assert messages[1].source == gateway.port
    assert messages[0].header("to") == f"<sip:{NUMBER}@127.0.0.1>"
    assert "a=rtpmap:8 PCMA/8000" in messages[0].body


@pytest.mark.peer("dumpcap")
def test_capture_sees_datagrams(peers: Peers) -> None:
    with SilentPort() as sink, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        capture = peers.capture(sink.port)
        began = time.time()
        for i in range(3):
            sender.sendto(bytes([0x80, i]), ("127.0.0.1", sink.port))
        packets = capture.packets(sink.port)
    assert [data for _, data in packets] == [b"\x80\x00", b"\x80\x01", b"\x80\x02"]
    assert all(abs(at - began) < 5 for at, _ in packets)


@sipp
def test_peers_start_quickly_and_leave_nothing(peers: Peers) -> None:
    began = time.monotonic()
    stopped, killed = peers.gateway("answer"), peers.gateway("answer")
    assert time.monotonic() - began < 2  # 0.02 s each on an idle machine
    pids = stopped.pid, killed.pid
    stopped.stop()
    killed.kill()
    wait_until(lambda: not killed.running(), 2, "the killed peer has ended")
    killed.stop()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


MARKED = """
import pytest

@pytest.mark.peer("no-such-program")
def test_missing(): pass

@pytest.mark.peer("sipp")
def test_fails(peers):
    peers.gateway("answer")
    assert False
"""


@sipp
@pytest.mark.parametrize(("ci", "told"), [("", "1 failed, 1 skipped"), ("true", "1 failed, 1 error")])
def test_missing_program_skips_here_and_fails_in_ci(tmp_path: Path, ci: str, told: str) -> None:
    marked = tmp_path / "test_marked.py"
    marked.write_text(MARKED)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest_peers", "-W", "ignore", "-rs", str(marked)]
    ended = subprocess.run(command, env=os.environ | {"CI": ci}, capture_output=True, text=True, timeout=60)
    assert told in ended.stdout
    assert "apt-get install no-such-program" in ended.stdout
    assert "events.log" in ended.stdout  # the peers' logs of the failed test
