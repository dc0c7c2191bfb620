"""The child process that reads lists: it reads as the server itself would, and nothing that happens to it or to the server is left."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from errors import Unavailable
from lists import incoming as incoming_
from lists import reader
from lists.accept import Report, accept
from lists.incoming import Incoming
from lists.progress import FINISHING, WRITING, Progress
from tests.list_things import by_child, refusal

ROOT = Path(__file__).resolve().parent.parent


def test_the_child_and_the_server_read_alike(tmp_path: Path) -> None:
    text = (
        "name;number;Город\n"
        + "".join(f"Имя {n};8912{n * 37 % 1_000_000:07};{n % 5 or ''}\n" for n in range(60_000))
        + "x;12\nx;89120000000\n"
    )
    progress = Progress(0)
    (tmp_path / "list.csv").write_text(text)
    with (tmp_path / "list.csv").open("rb") as file:
        incoming = Incoming(file, "RU", progress, WRITING)
        stages, rows = set(), []
        for batch in incoming.batches():
            stages.add(progress.stage)
            assert 0 < progress.rows <= 60_002
            assert 0 < progress.bytes_read <= progress.bytes_total == len(text.encode())
            rows += batch
    report = Report()
    entries = list(accept(reader.read(io.BytesIO(text.encode()), "RU"), "RU", report))
    assert incoming.report(3) == report.as_dict(3)
    assert (stages, progress.stage, progress.rows, progress.bytes_read) == ({WRITING}, FINISHING, 60_002, progress.bytes_total)
    rows.sort(key=lambda row: row[1])
    assert [(row[1], row[3], row[2]) for row in rows] == [(place, one.number, one.name) for place, one in enumerate(entries, 1)]
    assert len({row[0] for row in rows}) == len(rows)


MANY = b"number\n" + b"".join(b"8912%07d\n" % n for n in range(200_000))


def test_a_child_that_takes_too_long_is_ended_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming_, "TIMEOUT_S", 0.05)
    assert refusal(MANY) == incoming_.UNREADABLE


def test_no_child_is_left_when_the_server_gives_up() -> None:
    before = _children()  # other tests' browsers and services
    batches = Incoming(io.BytesIO(MANY), "RU", Progress(0), WRITING).batches()
    next(batches)
    assert _children() - before
    batches.close()
    assert not _children() - before


def _children() -> set[str]:
    return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())


def test_many_at_once_wait_for_their_turn_and_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming_, "TURN_TIMEOUT_S", 0.01)
    busy = [Incoming(io.BytesIO(MANY), "RU", Progress(0), WRITING).batches() for _ in range(incoming_.AT_ONCE)]
    for one in busy:
        next(one)
    with pytest.raises(Unavailable):
        next(Incoming(io.BytesIO(MANY), "RU", Progress(0), WRITING).batches())
    for one in busy:
        one.close()
    assert len(by_child(MANY)[0]) == 200_000


def test_the_child_ends_when_the_server_is_killed(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(MANY)
    program = (
        "import os, signal, sys; from lists.incoming import Incoming; from lists.progress import Progress\n"
        "batches = Incoming(open(sys.argv[1], 'rb'), 'RU', Progress(0), 'writing').batches()\n"
        "next(batches); print(open(f'/proc/{os.getpid()}/task/{os.getpid()}/children').read(), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path / "list.csv")], cwd=ROOT, stdout=subprocess.PIPE, check=False)
    child = Path("/proc", ended.stdout.decode().strip())
    end = time.monotonic() + 20
    while child.exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert ended.returncode == -signal.SIGKILL
    assert child != Path("/proc")
    assert not child.exists()
