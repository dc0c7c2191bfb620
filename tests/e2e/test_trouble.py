"""Trouble around the service while it dials: a full disk, a database that another program has locked, a clock set back.

Nobody is called twice, the log tells what is wrong, and the dialling goes on by itself when the trouble is over.
"""

from __future__ import annotations

import contextlib
import resource
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest_peers import Peers
from tests.e2e.service import Service, until
from tests.peers import signals
from tests.peers.sipp import SippGateway

pytestmark = [pytest.mark.peer("sipp"), pytest.mark.timeout(240)]
Start = Callable[..., Service]
MB = 1024 * 1024
PEOPLE = 60


def numbers(count: int) -> list[str]:
    return [f"+7912002{n:04}" for n in range(100, 100 + count)]


def may_mount(folder: Path) -> bool:
    """Whether a small disk can be made: root can, unless it is root of a container without the right to."""
    return subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)], capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder to hold the data: on a disk of 16 MB where that can be made, else an ordinary one."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = may_mount(folder)
    if mounted:
        subprocess.run(["mount", "-o", "remount,size=16m", str(folder)], check=True)
    yield folder
    if mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(service: Service) -> Iterator[None]:
    """The database can't grow: the disk is filled to its last byte where it is a small one, else the service may write no longer files."""
    if service.data.is_mount():
        filler = service.data / "filler"
        with filler.open("wb", buffering=0) as file:
            for size in (MB, 4096, 1):
                fill(file.write, size)
        yield
        filler.unlink()
        return
    most = service.log.stat().st_size + 128 * 1024  # the log may go on, the database is larger
    _, hard = resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (most, hard))
    yield
    resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (hard, hard))


def fill(write: Callable[[bytes], int], size: int) -> None:
    """Writes pieces of this size until none fits."""
    with contextlib.suppress(OSError):
        while True:
            write(b"\0" * size)


def all_called_once(service: Service, gateway: SippGateway, campaign: str, limit_s: float, *others: str) -> None:
    """The campaign ends with everybody reached, each (and the others) by one call, and the database is whole."""
    assert service.finished(campaign, limit_s) == {"delivered": PEOPLE}
    stats = gateway.stats()
    assert sorted(stats.numbers) == sorted([*numbers(PEOPLE), *others])
    assert service.stop() < 10
    with sqlite3.connect(service.data / "db.sqlite3") as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert conn.execute("select count(*) from calls where ended_at is null").fetchone() == (0,)
        assert {row[0] for row in conn.execute("select id from calls")} == {event.call_id for event in stats.of("INVITE")}
    assert "Traceback" not in service.log.read_text(errors="replace")


def begun(start: Start, gateway: SippGateway, data: Path | None = None, **environment: str) -> tuple[Service, str]:
    """A service in the middle of a campaign."""
    service = start("--no-sandbox", "--lines", "8", data=data, **environment)
    campaign = service.dial(service.gateway(gateway.port), service.sound(signals.speech_like(1)), numbers(PEOPLE))
    until(lambda: service.counts(campaign).get("delivered", 0) > 4, 30, "the first calls have ended")
    return service, campaign


@pytest.mark.parametrize("disk", ["small", "limited"])
def test_a_full_disk_stops_the_dialling_until_there_is_room(
    start: Start, peers: Peers, small_disk: Path, tmp_path: Path, disk: str
) -> None:
    gateway = peers.gateway("answer")
    service, campaign = begun(start, gateway, small_disk if disk == "small" else None)
    with full(service):
        until(lambda: "does not take writes" in service.log.read_text(), 20, "the log tells of it")
        calling = gateway.stats().dialogs
        time.sleep(4)  # longer than a call and several tries to write
        assert gateway.stats().dialogs == calling, "somebody was called whose call is not in the database"
        assert calling < PEOPLE, "the campaign was through before the disk was full"
        assert service.http.get(f"/campaigns/{campaign}").status_code == 200
        told = service.log.read_text()
        assert told.count("does not take writes") <= 3, "it floods the log"
    all_called_once(service, gateway, campaign, 60)


def test_a_database_locked_by_another_program_is_waited_for(start: Start, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    service, campaign = begun(start, gateway)
    with contextlib.closing(sqlite3.connect(service.data / "db.sqlite3", isolation_level=None, timeout=10)) as other:
        other.execute("BEGIN EXCLUSIVE")
        time.sleep(0.5)  # what was committed before is on its way
        calling = gateway.stats().dialogs
        time.sleep(9.5)
        assert gateway.stats().dialogs == calling, "somebody was called whose call is not in the database"
        assert calling < PEOPLE, "the campaign was through before the database was locked"
        assert service.http.get(f"/campaigns/{campaign}").status_code == 200
        other.execute("ROLLBACK")
    all_called_once(service, gateway, campaign, 60)
    assert "another program has locked the database" in service.log.read_text()


def test_live_calls_survive_a_lock_that_lasts_long(start: Start, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    service = start("--no-sandbox", "--lines", "8")
    provider = service.gateway(gateway.port)
    long = service.dial(provider, service.sound(signals.speech_like(25)), ["+79120030100", "+79120030101"], max_lines=2)
    until(lambda: len(service.get(f"/campaigns/{long}/calls", status="in-progress")["items"]) == 2, 20, "two calls are live")
    # Short calls meanwhile: with something to write the dialer waits for the lock, and can't listen to the agents.
    short = service.dial(provider, service.sound(signals.speech_like(0.5)), numbers(PEOPLE), max_lines=6)
    until(lambda: service.counts(short).get("delivered", 0) > 2, 20, "short calls have ended")
    with contextlib.closing(sqlite3.connect(service.data / "db.sqlite3", isolation_level=None, timeout=10)) as other:
        other.execute("BEGIN IMMEDIATE")
        until(lambda: "does not take writes" in service.log.read_text(), 40, "the dialer gives up waiting")
        time.sleep(2)
        other.execute("ROLLBACK")
    assert service.finished(long, 60) == {"delivered": 2}
    all_called_once(service, gateway, short, 60, *(f"+7912003010{n}" for n in (0, 1)))


def test_a_clock_set_back_by_an_hour_stops_nobody(start: Start, peers: Peers, tmp_path: Path) -> None:
    gateway = peers.gateway("answer")
    clock = tmp_path / "clock"
    clock.write_text("0")
    moved_clock = str(Path(__file__).with_name("moved_clock"))
    service, campaign = begun(start, gateway, PYTHONPATH=moved_clock, MOVED_CLOCK=str(clock))
    before = len(service.calls(campaign))
    clock.with_suffix(".new").write_text("-3600000")
    clock.with_suffix(".new").replace(clock)
    until(lambda: len(service.calls(campaign)) > before + 16, 30, "calls go on")
    calls = service.calls(campaign)
    assert calls[-1]["initiated_at"] < calls[0]["initiated_at"], "the clock was not set back"
    all_called_once(service, gateway, campaign, 60)
    with contextlib.closing(sqlite3.connect(service.data / "db.sqlite3")) as conn:
        wrong = (
            "select count(*) from calls where ended_at < initiated_at or talk_ms < 0 or ring_ms < 0 or talk_ms > 60000 or ring_ms > 60000"
        )
        assert conn.execute(wrong).fetchone() == (0,)
