"""The sandbox's calls and transactions, message by message, with time passed in."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile

from sip.sandbox import sdp
from sip.sandbox.message import Request, Response, tag_of
from tests.sandbox_caller import OFFER, PEER, Caller

LADDER = [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]  # RFC 3261: T1 doubling up to T2, until 64*T1


@pytest.fixture
def caller() -> Iterator[Caller]:
    made = Caller()
    yield made
    made.server.close()
    assert len(made.server.media) == 0


@pytest.fixture
def rtp() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.setblocking(False)
        yield made


def drain(rtp: socket.socket) -> list[bytes]:
    packets = []
    try:
        while True:
            packets.append(rtp.recv(2048))
    except BlockingIOError:
        return packets


def speak(rtp: socket.socket, port: int, numbers: range, payload: bytes = b"\xd5" * 160) -> None:
    for number in numbers:
        rtp.sendto(struct.pack("!BBHII", 0x80, 0, number, number * 160, 7) + payload, ("127.0.0.1", port))


def port_of(ok: Request | Response) -> int:
    return sdp.parse(ok.body)[0].port


def offsets(caller: Caller, since: float, start: bytes) -> list[float]:
    return [round(at - since, 3) for at, data in caller.sent if data.startswith(start)]


@pytest.mark.parametrize(
    ("digits", "status", "cause"), [("486", 486, 17), ("404", 404, 1), ("603", 603, 21), ("503", 503, 34)], ids=lambda value: str(value)
)
def test_a_refusal_is_final_at_once_and_repeated_until_its_ack(caller: Caller, digits: str, status: int, cause: int) -> None:
    began = caller.clock.now
    caller.invite("79990000" + digits)
    assert caller.codes() == [100, status]
    final = caller.last()
    assert final.first("reason").startswith(f"Q.850;cause={cause};")
    assert final.to_tag
    assert caller.messages()[0].to_tag == ""
    caller.clock.advance(2.0)
    assert offsets(caller, began, b"SIP/2.0 %d" % status) == LADDER[:3]
    caller.send("ACK", "79990000" + digits, to_tag=final.to_tag)
    caller.clock.advance(60)
    assert offsets(caller, began, b"SIP/2.0 %d" % status) == LADDER[:3]
    assert [(report["code"], report["answered"], report["number"]) for report in caller.reports] == [(status, False, "79990000" + digits)]
    assert len(caller.server) == 0


def test_a_refusal_without_ack_follows_the_whole_ladder(caller: Caller) -> None:
    began = caller.clock.now
    caller.invite("79990000486")
    caller.clock.advance(100)
    assert offsets(caller, began, b"SIP/2.0 486") == LADDER
    assert caller.clock.waiting == 0


def test_an_invite_that_comes_again_gets_the_last_response(caller: Caller) -> None:
    caller.invite()
    caller.invite()
    assert caller.codes() == [100, 180, 180]
    assert len(caller.server) == 1
    caller.clock.advance(0.85)
    sent = len(caller.sent)
    caller.invite()
    assert caller.sent[sent][1] == caller.sent[sent - 1][1]
    assert caller.last().to_tag == caller.messages()[1].to_tag != ""


def test_a_200_is_repeated_until_64_t1_then_bye(caller: Caller) -> None:
    caller.invite()
    caller.clock.advance(0.8)
    answered = next(at for at, data in caller.sent if data.startswith(b"SIP/2.0 200"))
    caller.clock.advance(answered + 32.1 - caller.clock.now)
    assert offsets(caller, answered, b"SIP/2.0 200") == LADDER
    assert offsets(caller, answered, b"BYE ") == [32.0]
    assert caller.reports[0]["ended_by"] == "network"
    caller.clock.advance(60)
    assert len(caller.server) == 0


def test_an_answered_call_ends_with_the_callers_bye(caller: Caller, rtp: socket.socket) -> None:
    ok = caller.answered(rtp_port=rtp.getsockname()[1])
    assert ok.first("contact") == "<sip:sandbox@127.0.0.1:5060>"
    assert "INVITE" in ok.first("allow")
    assert port_of(ok) % 2 == 0
    caller.clock.advance(1)
    sent = len(caller.sent)
    speak(rtp, port_of(ok), range(100, 150))
    caller.send("BYE", cseq=2)
    caller.send("BYE", cseq=2)
    assert caller.codes()[sent:] == [200, 200]
    assert len(caller.reports) == 1
    report = caller.reports[0]
    assert (report["packets"], report["lost"], report["first_seq"], report["last_seq"], report["bytes"]) == (50, 0, 100, 149, 8000)
    assert (report["ended_by"], report["answered"], report["codec"], report["code"]) == ("caller", True, "PCMU", 200)
    assert 1000 <= report["talk_ms"] <= 1600
    assert 300 <= report["ring_ms"] <= 800
    assert len(drain(rtp)) == pytest.approx(report["talk_ms"] / 20, abs=2)
    caller.clock.advance(100)
    assert caller.clock.waiting == 0
    caller.send("BYE", cseq=3)
    assert caller.codes()[-1] == 481


def test_a_cancel_gets_200_and_the_invite_487(caller: Caller) -> None:
    caller.invite("79990000480")
    caller.clock.advance(100)
    assert caller.codes() == [100, 180]
    caller.send("CANCEL", "79990000480")
    assert caller.codes()[2:] == [200, 487]
    assert [message.cseq[1] for message in caller.messages()[2:]] == ["CANCEL", "INVITE"]
    assert caller.reports[0]["ended_by"] == "caller"
    caller.send("ACK", "79990000480", to_tag=caller.last().to_tag)
    caller.clock.advance(100)
    assert caller.codes()[2:] == [200, 487]


def test_a_cancel_that_crosses_the_answer_changes_nothing(caller: Caller) -> None:
    caller.answered()
    caller.send("CANCEL", to_tag="")
    assert caller.codes()[-1] == 200
    assert 487 not in caller.codes()
    assert caller.last().cseq[1] == "CANCEL"
    assert len(caller.server) == 1


def test_a_cancel_of_nothing_is_481(caller: Caller) -> None:
    caller.send("CANCEL")
    assert caller.codes() == [481]


def test_nobody_rings_for_ever(caller: Caller) -> None:
    caller.invite("79990000480")
    caller.clock.advance(181)
    assert caller.codes()[:3] == [100, 180, 480]
    assert "cause=19" in caller.last().first("reason")


def test_408_says_nothing_but_options_are_answered(caller: Caller) -> None:
    caller.invite("79990000408")
    caller.clock.advance(3)
    caller.invite("79990000408")
    caller.send("CANCEL", "79990000408")
    assert caller.sent == []
    caller.send("OPTIONS", "79990000408", call="other")
    assert caller.codes() == [200]
    assert caller.last().to_tag
    caller.clock.advance(40)
    assert [report["code"] for report in caller.reports] == [None]
    assert len(caller.server) == 0
    caller.clock.advance(40)
    caller.invite("79990000404", call="next")
    caller.invite("79990000408")
    assert len(caller.server) == 1


def test_001_hangs_up_after_2_s_and_repeats_its_bye(caller: Caller) -> None:
    caller.invite("79990000001", Record_Route="<sip:127.0.0.1:5070;lr;x=a,b>, <sip:127.0.0.2;lr>")
    caller.clock.advance(0.85)
    ok = caller.last()
    assert ok.first("record-route") == "<sip:127.0.0.1:5070;lr;x=a,b>, <sip:127.0.0.2;lr>"
    caller.tag = ok.to_tag
    caller.send("ACK", "79990000001", branch="ack")
    began = caller.clock.now
    caller.clock.advance(4)
    byes = [data for _, data in caller.sent if data.startswith(b"BYE")]
    assert offsets(caller, began, b"BYE") == [2.0, 2.5, 3.5]
    assert len(set(byes)) == 1
    bye = caller.last()
    assert isinstance(bye, Request)
    assert bye.uri == "sip:a@127.0.0.1:5070"
    assert bye.all("route") == ["<sip:127.0.0.1:5070;lr;x=a,b>", "<sip:127.0.0.2;lr>"]
    assert (bye.from_tag, bye.to_tag, bye.call_id) == (ok.to_tag, "caller", "call-1")
    assert "cause=16" in bye.first("reason")
    assert caller.reports[0]["ended_by"] == "sandbox"
    assert len(caller.server) == 1  # a BYE that crosses ours still finds its dialog
    caller.send("BYE", "79990000001", cseq=2)
    assert caller.codes()[-1] == 200
    reply = b"SIP/2.0 200 OK\r\nVia: %s\r\nFrom: x\r\nTo: y\r\nCall-ID: call-1\r\nCSeq: 1 BYE\r\n\r\n" % bye.via.encode()
    caller.server.datagram(reply, PEER)
    caller.clock.advance(100)
    assert len([data for _, data in caller.sent if data.startswith(b"BYE")]) == 3
    assert len(caller.server) == 0
    assert len(caller.reports) == 1


def test_a_bye_without_any_reply_is_given_up(caller: Caller) -> None:
    caller.answered("79990000001")
    caller.clock.advance(2)
    began = caller.clock.now
    caller.clock.advance(100)
    assert offsets(caller, began, b"BYE") == LADDER
    assert len(caller.server) == 0


def test_a_key_is_pressed_after_1_s_with_the_offered_payload_type(caller: Caller, rtp: socket.socket) -> None:
    caller.answered("79990000107", rtp_port=rtp.getsockname()[1])
    caller.clock.advance(0.95)
    assert {packet[1] & 0x7F for packet in drain(rtp)} == {0}
    caller.clock.advance(0.5)
    packets = drain(rtp)
    event = [packet for packet in packets if packet[1] & 0x7F == 120]
    assert [(packet[12], packet[13] >> 7) for packet in event] == [(7, 0)] * 7 + [(7, 1)] * 3
    numbers = [int.from_bytes(packet[2:4], "big") for packet in packets]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    caller.send("BYE", "79990000107", cseq=2)
    assert caller.reports[0]["key"] == "7"


def test_voicemail_plays_its_greeting_then_silence(caller: Caller, rtp: socket.socket) -> None:
    caller.answered("79990000002", rtp_port=rtp.getsockname()[1])
    drain(rtp)
    caller.clock.advance(1)
    assert any(set(packet[12:]) != {0xFF} for packet in drain(rtp))
    caller.clock.advance(9)
    drain(rtp)
    caller.clock.advance(1)
    assert {bytes(packet[12:]) for packet in drain(rtp)} == {b"\xff" * 160}
    assert caller.reports == []


def test_hold_and_unhold(caller: Caller, rtp: socket.socket) -> None:
    caller.answered(rtp_port=rtp.getsockname()[1])
    offer = OFFER % rtp.getsockname()[1]
    caller.send("INVITE", cseq=2, body=offer.replace(b"sendrecv", b"sendonly"))
    assert caller.codes()[-1] == 200
    assert b"a=recvonly" in caller.last().body
    caller.send("INVITE", cseq=3, body=offer)
    assert caller.codes()[-1] == 491  # the ACK is not there yet
    caller.send("ACK", cseq=2, branch="ack2")
    drain(rtp)
    caller.clock.advance(1)
    assert drain(rtp) == []
    caller.send("INVITE", cseq=4, body=offer)
    ok = caller.last()
    caller.send("ACK", cseq=4, branch="ack4")
    caller.clock.advance(1)
    assert len(drain(rtp)) == pytest.approx(50, abs=1)
    assert b"a=sendrecv" in ok.body
    caller.send("INVITE", cseq=5, body=offer.replace(b"96 0 8 120", b"96"))
    assert caller.codes()[-1] == 488
    caller.send("INVITE", cseq=2, branch="old", body=offer)
    assert caller.codes()[-1] == 500
    assert len(caller.server) == 1


def test_an_invite_without_offer_gets_one(caller: Caller, rtp: socket.socket) -> None:
    caller.send("INVITE")
    caller.clock.advance(0.85)
    ok = caller.last()
    assert sdp.parse(ok.body)[0].formats == ["8", "0", "101"]
    caller.tag = ok.to_tag
    caller.clock.advance(0.1)
    caller.send("ACK", branch="ack", body=OFFER % rtp.getsockname()[1])
    caller.clock.advance(1)
    assert len(drain(rtp)) == pytest.approx(50, abs=1)


def test_sdp_that_points_elsewhere_still_gets_loopback_only(caller: Caller, rtp: socket.socket) -> None:
    caller.send("INVITE", body=(OFFER % rtp.getsockname()[1]).replace(b"c=IN IP4 127.0.0.1", b"c=IN IP4 192.0.2.1"))
    caller.clock.advance(1.5)
    assert len(drain(rtp)) > 10


def test_no_common_codec_is_488(caller: Caller) -> None:
    caller.send("INVITE", body=OFFER.replace(b"96 0 8 120", b"96") % 4000)
    assert caller.codes() == [100, 488]
    assert "cause=88" in caller.last().first("reason")


def test_a_caller_that_died_is_hung_up(caller: Caller, rtp: socket.socket) -> None:
    ok = caller.answered(rtp_port=rtp.getsockname()[1])
    caller.clock.advance(200)
    speak(rtp, port_of(ok), range(5))
    caller.clock.advance(299)
    assert caller.reports == []
    caller.clock.advance(3)
    assert caller.reports[0]["ended_by"] == "network"


@pytest.mark.parametrize(
    ("method", "status"),
    [("REGISTER", 405), ("INFO", 405), ("UPDATE", 405), ("FOO", 501), ("options", 501), ("BYE", 481), ("OPTIONS", 200)],
)
def test_methods(caller: Caller, method: str, status: int) -> None:
    caller.send(method)
    caller.send(method)
    assert caller.codes() == [status, status]
    first, second = caller.messages()
    assert first.to_tag == second.to_tag
    if status in (200, 405):
        assert first.first("allow") == "INVITE, ACK, CANCEL, BYE, OPTIONS, REFER"


def test_what_is_required_and_not_there_is_420(caller: Caller) -> None:
    caller.invite(Require="100rel")
    assert caller.codes() == [420]
    assert caller.last().first("unsupported") == "100rel"


def test_a_reinvite_of_no_call_is_481_and_another_scheme_416(caller: Caller) -> None:
    caller.invite(to_tag="gone")
    assert caller.codes() == [481]
    caller.server.datagram(caller.request("INVITE", call="x").replace(b"INVITE sip:", b"INVITE http:"), PEER)
    assert caller.codes() == [481, 416]


def test_noise_is_counted_and_strangers_get_no_answer(caller: Caller) -> None:
    caller.server.datagram(b"\r\n\r\n", PEER)
    caller.server.datagram(b"hello", PEER)
    caller.server.datagram(b"SIP/2.0 200 OK\r\n\r\n", PEER)
    caller.server.datagram(caller.request("OPTIONS"), ("192.0.2.1", 5060))
    assert caller.sent == []
    assert (caller.server.malformed, caller.server.strangers) == (2, 1)


def test_transactions_are_forgotten_in_time(caller: Caller) -> None:
    for number in range(50):
        caller.invite("79990000404", call=f"c{number}")
    caller.clock.advance(65)
    caller.invite("79990000404", call="last")
    assert len(caller.server._transactions) == 1


def test_closing_ends_every_call(caller: Caller) -> None:
    caller.answered()
    caller.invite("79990000480", call="ringing", to_tag="")
    caller.invite("79990000408", call="silent", to_tag="")
    caller.server.close()
    assert sorted(report["call_id"] for report in caller.reports) == ["call-1", "ringing", "silent"]
    assert [message.status if isinstance(message, Response) else message.method for message in caller.messages()[-2:]] == ["BYE", 503]
    assert len(caller.server.media) == 0


def test_a_recording_holds_what_was_heard(tmp_path: Path, rtp: socket.socket) -> None:
    caller = Caller(record=tmp_path)
    ok = caller.answered(rtp_port=rtp.getsockname()[1], call="../../a b")
    speak(rtp, port_of(ok), range(0, 10), b"\x80" * 160)
    speak(rtp, port_of(ok), range(12, 20), b"\x00" * 160)
    caller.clock.advance(0.1)
    caller.send("BYE", cseq=2, call="../../a b")
    path = caller.reports[0]["recording"]
    assert path is not None
    assert Path(path).parent == tmp_path
    sound, rate = soundfile.read(path, dtype="int16")
    assert (rate, len(sound)) == (8000, 20 * 160)
    assert set(sound[:1600]) == {32124}
    assert set(sound[1600:1920]) == {0}
    assert set(sound[1920:]) == {-32124}


def test_no_free_port_is_congestion(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError("no free RTP port")

    monkeypatch.setattr(caller.server.media, "open", full)
    caller.invite()
    caller.clock.advance(0.85)
    assert caller.codes() == [100, 180, 503]
    assert tag_of(caller.last().first("to"))


def test_a_provisional_reply_does_not_end_our_bye(caller: Caller) -> None:
    caller.answered("79990000001")
    caller.clock.advance(2)
    bye = caller.last()
    trying = b"SIP/2.0 100 Trying\r\nVia: %s\r\nFrom: x\r\nTo: y\r\nCall-ID: call-1\r\nCSeq: 1 BYE\r\n\r\n" % bye.via.encode()
    caller.server.datagram(trying, PEER)
    began = caller.clock.now
    caller.clock.advance(1)
    assert offsets(caller, began, b"BYE")[-1] == 0.5


def test_only_the_ack_of_this_invite_stops_its_200(caller: Caller) -> None:
    caller.invite()
    caller.clock.advance(0.85)
    caller.tag = caller.last().to_tag
    caller.send("ACK", cseq=9, branch="other")
    before = len(caller.sent)
    caller.clock.advance(2)
    assert set(caller.codes()[before:]) == {200}


def test_a_bye_without_ack_stops_the_200_too(caller: Caller) -> None:
    caller.invite()
    caller.clock.advance(0.85)
    caller.tag = caller.last().to_tag
    caller.send("BYE", cseq=2)
    before = len(caller.sent)
    caller.clock.advance(40)
    assert len(caller.sent) == before
    assert len(caller.reports) == 1


def test_a_request_with_the_branch_of_another_is_not_its_repetition(caller: Caller) -> None:
    caller.answered(branch="same")
    caller.send("BYE", cseq=2, branch="same")
    assert caller.last().cseq == (2, "BYE")
    assert caller.reports[0]["ended_by"] == "caller"


def test_a_reinvite_moves_the_target_of_our_bye(caller: Caller) -> None:
    caller.answered("79990000001")
    again = caller.request("INVITE", cseq=2, body=OFFER % 4000).replace(b"<sip:a@127.0.0.1:5070>", b"<sip:moved@127.0.0.1:5071>")
    caller.server.datagram(again, PEER)
    caller.send("ACK", cseq=2, branch="ack2")
    caller.clock.advance(2)
    bye = caller.last()
    assert isinstance(bye, Request)
    assert bye.uri == "sip:moved@127.0.0.1:5071"
