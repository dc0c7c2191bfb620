"""The sandbox as a process, called by SIPp and by pjsua2 over real sockets."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile

from sip.sandbox.process import SandboxProcess
from tests.peers.process import wait_until
from tests.peers.rtp import RtpSink
from tests.peers.sipp import SippCaller
from tests.sandbox_caller import Caller

pytestmark = pytest.mark.peer("sipp")


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    made = SandboxProcess(record=tmp_path / "heard")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def sink() -> Iterator[RtpSink]:
    made = RtpSink()
    made.listen()
    yield made
    made.close()


def reports(sandbox: SandboxProcess, count: int) -> list[dict[str, Any]]:
    wait_until(lambda: len(sandbox.heard()) >= count, 5, f"{count} reports")
    assert len(sandbox.heard()) == count
    return sandbox.heard()


def descriptors(sandbox: SandboxProcess) -> int:
    return len(os.listdir(f"/proc/{sandbox.pid}/fd"))


@pytest.mark.parametrize("code", [486, 404, 603, 503])
def test_refusals(sandbox: SandboxProcess, tmp_path: Path, code: int) -> None:
    SippCaller("refused", tmp_path / "sipp").call(sandbox.port, [f"+79990000{code}", f"79990009{code}"], expect=code)
    assert [(report["code"], report["answered"]) for report in reports(sandbox, 2)] == [(code, False)] * 2


def test_a_ringing_call_is_canceled(sandbox: SandboxProcess, tmp_path: Path) -> None:
    SippCaller("cancel", tmp_path / "sipp").call(sandbox.port, ["79990000480"], talk_ms=1500)
    (report,) = reports(sandbox, 1)
    assert (report["behaviour"], report["code"], report["ended_by"]) == ("no_answer", 487, "caller")
    assert report["ring_ms"] >= 1450


def test_nothing_comes_back_from_408_but_to_options(sandbox: SandboxProcess) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(1.5)
        sock.sendto(Caller().request("INVITE", "79990000408"), ("127.0.0.1", sandbox.port))
        with pytest.raises(TimeoutError):
            sock.recv(4096)
        sock.sendto(Caller().request("OPTIONS", "79990000408"), ("127.0.0.1", sandbox.port))
        assert sock.recv(4096).startswith(b"SIP/2.0 200 ")


def test_001_hangs_up_by_itself(sandbox: SandboxProcess, tmp_path: Path) -> None:
    SippCaller("hung_up_on", tmp_path / "sipp").call(sandbox.port, ["79990000001"])
    (report,) = reports(sandbox, 1)
    assert report["ended_by"] == "sandbox"
    assert 1950 <= report["talk_ms"] <= 2500


@pytest.mark.parametrize("key", ["1", "9"])
def test_a_key_is_pressed(sandbox: SandboxProcess, tmp_path: Path, sink: RtpSink, key: str) -> None:
    SippCaller("call", tmp_path / "sipp").call(sandbox.port, [f"7999000010{key}"], talk_ms=1600, rtp_port=sink.port)
    (report,) = reports(sandbox, 1)
    assert report["key"] == key
    (stream,) = sink.streams()
    assert stream.lost == 0
    assert stream.payload_types[120] == 10
    assert stream.payload_types.keys() == {8, 120}
    assert stream.packets == pytest.approx(80, abs=10)


def test_what_is_played_is_heard_whole(sandbox: SandboxProcess, tmp_path: Path) -> None:
    sound = bytes((at * 7 + at // 160) % 251 for at in range(16000))  # 2 s, no two packets alike
    folder = tmp_path / "sipp"
    caller = SippCaller("play", folder)
    (folder / "sound.raw").write_bytes(sound)
    caller.call(sandbox.port, ["79991234567"], talk_ms=2600)
    (report,) = reports(sandbox, 1)
    assert (report["lost"], report["out_of_order"], report["duplicates"], report["ignored"]) == (0, 0, 0, 0)
    assert report["packets"] >= 100
    assert report["bytes"] == 160 * report["packets"]
    assert 0 <= report["first_packet_ms"] < 200
    assert sound in Path(report["recording"]).read_bytes()
    assert soundfile.info(report["recording"]).frames == report["bytes"]


def test_500_short_calls_leave_nothing_behind(sandbox: SandboxProcess, tmp_path: Path) -> None:
    before = descriptors(sandbox)
    numbers = [f"7999{5_000_000 + number}" for number in range(500)]
    SippCaller("call", tmp_path / "sipp").call(sandbox.port, numbers, rate=60, talk_ms=200)
    heard = reports(sandbox, 500)
    assert sorted(report["number"] for report in heard) == numbers
    assert {(report["answered"], report["ended_by"]) for report in heard} == {(True, "caller")}
    assert descriptors(sandbox) == before
    assert sandbox.is_alive()


def test_pjsua2_hears_the_key_and_is_heard(sandbox: SandboxProcess) -> None:
    program = Path(__file__).with_name("sandbox_call.py")
    command = [sys.executable, str(program), str(sandbox.port), "79990000105", "2.6"]
    told = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=30).stdout.splitlines()[-1])
    (report,) = reports(sandbox, 1)
    assert told["keys"] == "5"
    assert told["received"] >= 60
    assert (report["key"], report["ended_by"], report["lost"]) == ("5", "caller", 0)
    assert report["packets"] > 10  # it has nothing to say and sends few
