"""What the callee heard, from the file that it saves: gaps between packets, packets lost, and how soon the first one came."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
LEAST_NS = 100_000_000  # a call that was cut off sooner need not have had a packet
GRACE_NS = 5_000_000  # packets that cross the BYE still belong to their call


@dataclass(frozen=True)
class Heard:
    """Times in ms, one row a gap or a call. `lost` and `packets` count packets of calls that have ended."""

    gaps: Array
    first: Array
    lost: int
    packets: int
    silent_calls: int  # answered, and not one packet came
    span_s: float  # from the first INVITE to the last BYE

    @classmethod
    def read(cls, path: Path) -> Heard:
        """From the callee's file."""
        with np.load(path) as saved:
            return analyse(saved["packets"], saved["calls"])


def analyse(packets: Array, calls: Array) -> Heard:
    """Gives each packet to the call that it belongs to.

    Args:
        packets: of `mmsg.PACKET`, as they came in.
        calls: of `callee.__main__.CALL`; those never answered are left out.
    """
    calls = calls[calls["answered"] > 0]
    one_port = len(calls) > 1 and len(np.unique(calls["port"])) == 1
    calls = np.sort(calls, order=["invited"] if one_port else ["port", "answered"])
    owner = _by_stream(packets, len(calls)) if one_port else _by_port(packets, calls)
    if len(calls):
        row = calls[owner]
        owner = np.where((row["answered"] <= packets["at"]) & (packets["at"] <= row["ended"] + GRACE_NS), owner, -1)
    order = np.lexsort((packets["at"], owner))
    packets, owner = packets[order], owner[order]
    packets, owner = packets[owner >= 0], owner[owner >= 0]
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    inside = np.ones(max(len(owner) - 1, 0), bool)
    inside[starts[1:] - 1] = False
    gaps = np.diff(packets["at"])[inside] / 1e6
    first = (packets["at"][starts] - calls["answered"][owner[starts]]) / 1e6
    span_s = float(calls["ended"].max() - calls["invited"].min()) / 1e9 if len(calls) else 0.0
    silent = np.ones(len(calls), bool)
    silent[owner[starts]] = False
    silent &= calls["ended"] - calls["answered"] > LEAST_NS
    return Heard(gaps, first, _lost(packets, starts), len(packets), int(silent.sum()), span_s)


def _by_port(packets: Array, calls: Array) -> Array:
    """The row of each packet's call, -1 for none: a call has its port alone while it lasts."""
    if not len(calls):
        return np.full(len(packets), -1)
    # One number to search by: the port above the time. Times are taken from the first call's on, so that both fit in 64 bits.
    base = int(calls["answered"].min())
    key = (calls["port"].astype(np.int64) << 46) + (calls["answered"] - base)
    wanted = (packets["port"].astype(np.int64) << 46) + np.maximum(packets["at"] - base, -1)
    owner = np.searchsorted(key, wanted, side="right") - 1
    return np.where(calls["port"][owner] == packets["port"], owner, -1)


def _by_stream(packets: Array, calls: int) -> Array:
    """The same for SIPp, which sends everything from one port and counts its SSRC up by one a call."""
    if not len(packets):
        return np.full(0, -1)
    owner = packets["ssrc"].astype(np.int64) - int(packets["ssrc"].min())
    return np.where(owner < calls, owner, -1)


def _lost(packets: Array, starts: Array) -> int:
    """Sequence numbers that never came, within each call; a call is shorter than the sequence's round of 65,536."""
    if not len(starts):
        return 0
    counts = np.diff(np.r_[starts, len(packets)])
    offset = (packets["sequence"].astype(np.int64) - np.repeat(packets["sequence"][starts].astype(np.int64), counts)) % 65536
    offset = np.where(offset > 32768, offset - 65536, offset)  # one that came before its time
    return int((np.maximum.reduceat(offset, starts) - np.minimum.reduceat(offset, starts) + 1 - counts).sum())
