"""The benchmarks' harness: that it counts right, and that its smallest run works. No figure is judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.callee.__main__ import CALL
from bench.callee.mmsg import PACKET, Receiver, Sender, rtp_socket
from bench.callee.signalling import Address, Call, Signalling
from bench.heard import analyse
from bench.plan import QUICK
from bench.runs import ideal_makespan

ROOT = Path(__file__).resolve().parents[1]
MS = 1_000_000


def packets(port: int, start_ms: float, sequences: list[int], ssrc: int = 1) -> np.ndarray:
    """A packet each 20 ms, those left out of `sequences` lost on the way."""
    rows = [(int((start_ms + 20 * (n - sequences[0])) * MS), port, n % 65536, 0, ssrc, 172) for n in sequences]
    return np.array(rows, PACKET)


def test_gaps_losses_and_first_packets_of_calls_that_share_a_port_in_turn() -> None:
    spans = [(4000, 100, 300), (4000, 400, 600), (4002, 100, 250), (4004, 100, 150)]  # the last was cut off before it had a packet
    calls = np.array([(1, port, 0, start * MS, end * MS) for port, start, end in spans], CALL)
    came = np.concatenate([packets(4000, 105, [65534, 65535, 65537]), packets(4000, 410, [7, 8]), packets(4000, 350, [99])])
    heard = analyse(came, calls)
    assert sorted(heard.gaps.tolist()) == pytest.approx([20, 20, 40])
    assert heard.first.tolist() == pytest.approx([5, 10])
    assert (heard.lost, heard.packets, heard.silent_calls) == (1, 5, 1)
    assert heard.span_s == pytest.approx(0.6)


def test_streams_from_one_port_are_told_apart_by_their_ssrc() -> None:
    calls = np.array([(1, 6000, 1, 100 * MS, 300 * MS), (2, 6000, 2, 110 * MS, 300 * MS)], CALL)
    came = np.concatenate([packets(6000, 120, [0, 1, 2], 0xCA110000), packets(6000, 125, [0, 1], 0xCA110001)])
    heard = analyse(came, calls)
    assert heard.gaps.tolist() == pytest.approx([20, 20, 20])
    assert heard.first.tolist() == pytest.approx([20, 15])
    assert heard.lost == 0


def test_nothing_came() -> None:
    heard = analyse(np.zeros(0, PACKET), np.zeros(0, CALL))
    assert (len(heard.gaps), len(heard.first), heard.lost, heard.packets) == (0, 0, 0, 0)


def test_batches_of_packets_over_real_sockets() -> None:
    here, there = rtp_socket(), rtp_socket()
    with here, there:
        receiver, sender = Receiver(here), Sender(there, 8)
        for call in range(5):
            sender.add(call, here.getsockname()[1])
        sender.remove(0)
        for turn in range(2 * Sender.PHASES):
            sender.send(turn)
        receiver.drain()
        came = receiver.take()
        assert set(came["port"]) == {there.getsockname()[1]}
    assert len(came) == 8
    assert set(came["bytes"]) == {172}
    by_stream = [came[came["ssrc"] == ssrc]["sequence"].astype(int) for ssrc in np.unique(came["ssrc"])]
    assert [np.diff(sequence).tolist() for sequence in by_stream] == [[1]] * 4
    assert (np.diff(came["at"]) >= 0).all()


def test_the_callee_answers_repeats_and_counts() -> None:
    sent: list[bytes] = []
    media: list[tuple[int, bool]] = []

    def send(data: bytes, _peer: Address) -> None:
        sent.append(data)

    def on_media(call: Call, up: bool) -> None:
        media.append((call.rtp_port, up))

    signalling = Signalling(send, 5060, 7000, 0.0, False, on_media)
    peer = ("127.0.0.1", 5070)
    invite = request("INVITE", "v=0\r\nm=audio 4000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n")
    signalling.datagram(invite, peer)
    signalling.datagram(invite, peer)  # it came again: the same answer
    assert sent[0] == sent[1]
    assert sent[0].startswith(b"SIP/2.0 200 OK\r\n")
    assert b"m=audio 7000 RTP/AVP 8 101\r\n" in sent[0]
    assert b";rport=5070;branch=z9hG4bK1" in sent[0]
    signalling.datagram(request("ACK"), peer)
    assert (signalling.live, signalling.repeated) == (1, 1)
    signalling.datagram(request("BYE"), peer)
    assert (signalling.live, signalling.answered, len(signalling.done)) == (0, 1, 1)
    assert media == [(4000, True), (4000, False)]
    assert signalling.done[0].number == 79120000001


def request(method: str, body: str = "") -> bytes:
    lines = [
        f"{method} sip:+79120000001@127.0.0.1 SIP/2.0",
        "Via: SIP/2.0/UDP 127.0.0.1:5070;rport;branch=z9hG4bK1",
        "From: <sip:a@b>;tag=1",
        "To: <sip:c@d>",
        "Call-ID: x@y",
        f"CSeq: 1 {method}",
    ]
    return ("\r\n".join([*lines, "", body])).encode()


def test_the_ideal_gives_a_free_line_the_next_call_at_once() -> None:
    assert ideal_makespan([3, 1, 1, 1, 4], 2) == 7  # one line 3 then 4, the other 1, 1, 1


@pytest.mark.peer("sipp")
def test_the_smallest_run(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench", "--quick", "--lines", "4", "--message-s", "1", "--only", "d,e", "--callee", "back"]
    ended = subprocess.run([*command, "--out", str(out)], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert ended.returncode == 0, ended.stderr
    figures = {row["name"]: row for row in json.loads(out.read_text())["figures"]}
    gap = figures["gap_median"]
    assert 15 < gap["service"] < 25
    assert 15 < gap["sipp"] < 25
    assert gap["ratio"] == pytest.approx(gap["service"] / gap["sipp"])
    assert (figures["lost"]["service"], figures["silent_calls"]["service"]) == (0, 0)
    assert "gap between packets, median" in ended.stdout


def test_the_figures_of_a_large_list(tmp_path: Path) -> None:
    figures = quick("h", f"{QUICK.size} targets", tmp_path)
    assert all(figures[name] > 0 for name in ("begin_s", "begin_wait", "progress_max", "pages_first", "pages_last", "import_s", "cancel_s"))


def test_the_figures_of_lists_that_come_and_go(tmp_path: Path) -> None:
    figures = quick("i", f"{QUICK.size} subscribers", tmp_path)
    assert all(figures[name] > 0 for name in ("import_wait", "workbook_s", "export_csv_s", "export_xlsx_s", "calls_import_s", "gap_p99"))
    assert (figures["lost"], figures["silent_calls"]) == (0, 0)


def quick(letter: str, load: str, folder: Path) -> dict[str, float]:
    """The service's figures of a small run without SIPp, by name."""
    out = folder / "figures.json"
    command = [sys.executable, "-m", "bench", "--quick", "--only", letter, "--no-sipp", "--out", str(out)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert ended.returncode == 0, ended.stderr
    rows = json.loads(out.read_text())["figures"]
    assert {row["load"] for row in rows} == {load}
    return {row["name"]: row["service"] for row in rows}
