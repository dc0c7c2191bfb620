"""What processes use, from /proc: CPU time and memory of a program and everything that it has started. Linux."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """CPU seconds since each process began, by its id."""

    by_pid: dict[int, float] = field(default_factory=dict)

    def since(self, before: Usage, only: int | None = None) -> float:
        """CPU seconds used since `before`, by all processes or by one; one that ended in between counts up to `before` only."""
        pids = self.by_pid if only is None else [only]
        return sum(self.by_pid[pid] - before.by_pid.get(pid, 0.0) for pid in pids if pid in self.by_pid)


def family(root: int) -> list[int]:
    """The process and all its living descendants."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found, ahead = [], [root]
    while ahead:
        pid = ahead.pop()
        found.append(pid)
        ahead += children.get(pid, [])
    return found


def usage(pids: list[int]) -> Usage:
    """The CPU time of these processes, user and system."""
    return Usage({pid: seconds for pid in pids if (seconds := _cpu_s(pid)) is not None})


def pss_mb(pids: list[int]) -> float:
    """Memory of these processes in MB (10^6 bytes): what several share is counted in parts (PSS). Takes about 5 ms of CPU a process."""
    return sum(_pss_kib(pid) for pid in pids) * 1024 / 1e6


def machine_busy_s() -> float:
    """CPU seconds that all processors have been busy since the machine started, also for other machines' sake (steal)."""
    with open("/proc/stat") as stat:
        user, nice, system, _idle, _wait, irq, softirq, steal = (int(word) for word in stat.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def _stat(pid: int | str) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended
        return None


def _parents() -> Iterator[tuple[int, int]]:
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (stat := _stat(entry)) is not None:
            yield int(entry), int(stat[1])


def _cpu_s(pid: int) -> float | None:
    stat = _stat(pid)
    return (int(stat[11]) + int(stat[12])) / TICKS if stat else None


def _pss_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
