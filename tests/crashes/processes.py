"""The service's processes, found by a mark in their environment: all children inherit it, so that orphans are found too."""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path

MARK = "DOZVON_CRASH_TEST"


@dataclass(frozen=True)
class Process:
    """One process. `started` tells it from a later one with the same id."""

    pid: int
    parent: int
    started: str
    command: str

    def alive(self) -> bool:
        """Whether it still runs; a zombie does not."""
        stat = _stat(self.pid)
        return stat is not None and stat[19] == self.started and stat[0] not in "ZX"

    def kill(self) -> bool:
        """SIGKILL, as a crash. False when it had ended before."""
        if not self.alive():
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
            return True
        return False


@dataclass(frozen=True)
class Family:
    """The processes of one service that lives, by what they do."""

    all: tuple[Process, ...]
    template: tuple[Process, ...]
    agent: tuple[Process, ...]
    sandbox: tuple[Process, ...]


def marked(mark: str) -> list[Process]:
    """All processes with this mark, in any order."""
    return [found for entry in Path("/proc").glob("[0-9]*") if (found := _look_at(int(entry.name), mark)) is not None]


def family(mark: str, server: int) -> Family:
    """Of the service whose server has this process id."""
    everyone = tuple(marked(mark))
    forks = [one for one in everyone if "sip.template" in one.command]
    return Family(
        everyone,
        template=tuple(one for one in forks if one.parent == server),
        agent=tuple(one for one in forks if one.parent != server),
        sandbox=tuple(one for one in everyone if "sip.sandbox" in one.command),
    )


def _look_at(pid: int, mark: str) -> Process | None:
    try:
        folder = Path("/proc", str(pid))
        if f"{MARK}={mark}".encode() not in folder.joinpath("environ").read_bytes().split(b"\0"):
            return None
        command = folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:  # it has just ended, or is somebody else's
        return None
    stat = _stat(pid)
    return None if stat is None else Process(pid, int(stat[1]), stat[19], command)


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat after the name: state, parent, ...; the twentieth is the start time."""
    try:
        return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
