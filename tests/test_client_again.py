"""Requests that are sent again after a broken connection are carried out once, and large files never fill the memory."""

from __future__ import annotations

import contextlib
import subprocess
import time
from pathlib import Path

import pytest

from tests.client_things import DROP, Client, FakeServer, Reply, problem, start_campaign

ID = "00000000-0000-4000-8000-00000000000{}"


def things(*names: str) -> Reply:
    return Reply(200, {"items": [{"id": ID.format(i), "name": name} for i, name in enumerate(names)], "next_cursor": None})


def test_a_dial_whose_connection_breaks_is_sent_again_with_the_same_key(logged_in: Client, server: FakeServer) -> None:
    server.answer("POST", "/dial", DROP, DROP, Reply(202, {"id": ID.format(5)}))
    run = start_campaign(logged_in)
    assert (run.code, run.json()["id"]) == (0, ID.format(5))
    keys = [request.headers["idempotency-key"] for request in server.of("POST", "/dial")]
    assert (len(keys), len(set(keys))) == (3, 1)


def test_each_run_has_a_key_of_its_own(logged_in: Client, server: FakeServer) -> None:
    server.answer("POST", "/dial", Reply(202, {"id": ID.format(5)}))
    start_campaign(logged_in)
    start_campaign(logged_in)
    assert len({request.headers["idempotency-key"] for request in server.of("POST", "/dial")}) == 2


def test_while_the_first_is_still_at_work_it_waits(logged_in: Client, server: FakeServer) -> None:
    busy = Reply(409, {"status": 409, "detail": "still running"}, {"Retry-After": "1"})
    server.answer("POST", "/dial", DROP, busy, Reply(202, {"id": ID.format(5)}))
    assert start_campaign(logged_in).code == 0


def test_retry_after_is_obeyed(logged_in: Client, server: FakeServer) -> None:
    server.answer("GET", "/gateways", Reply(429, {"detail": "too many"}, {"Retry-After": "1"}), things("a"))
    run = logged_in("gateway", "list")
    assert run.code == 0
    assert "wait 1 s" in run.err


def test_a_long_retry_after_is_told(logged_in: Client, server: FakeServer) -> None:
    server.answer("GET", "/gateways", Reply(429, {"detail": "Too many. Come back in an hour."}, {"Retry-After": "3600"}))
    run = logged_in("gateway", "list")
    assert (run.code, run.err) == (4, "Too many. Come back in an hour.\n")


def test_an_upload_is_sent_again_from_its_start(logged_in: Client, server: FakeServer, tmp_path: Path) -> None:
    sound = tmp_path / "звук.wav"
    sound.write_bytes(b"RIFF" + bytes(1000) + b"END")
    server.answer("POST", "/audio", DROP, problem(401, "expired"), Reply(201, {"id": ID.format(1), "name": "звук"}))
    run = logged_in("audio", "add", str(sound), "--json")
    assert run.code == 0, run.err
    bodies = server.of("POST", "/audio")
    assert len({request.headers["idempotency-key"] for request in bodies}) == 1
    assert all(sound.read_bytes() in request.body for request in bodies)
    assert [b'name="name"' in request.body and "звук".encode() in request.body for request in bodies] == [True] * 3


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads a process's peak of memory from /proc")
def test_an_upload_is_never_whole_in_memory(logged_in: Client, server: FakeServer, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(200_000_000)
    server.answer("POST", "/callbases", Reply(201, {"id": ID.format(1), "name": "large", "report": {}}))
    process = logged_in.start("callbase", "add", str(large), stdin=None)
    assert process.stdout
    assert process.stderr
    peak = highest_memory_kb(process)
    process.stdout.read()
    told = process.stderr.read()
    assert process.wait() == 0, told
    assert server.of("POST", "/callbases")[0].size > 200_000_000
    assert 10_000 < peak < 130_000
    assert "Sending large.csv: 100 % of 200.0 MB" in told


def highest_memory_kb(process: subprocess.Popen[str]) -> int:
    """The peak of a process's memory until its end. Not ru_maxrss: that begins with the memory of whoever started it."""
    peak = 0
    while process.poll() is None:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    peak = max(peak, int(line.split()[1]))
        time.sleep(0.01)
    return peak
