"""Reads what a SIPp gateway logged of its calls."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.peers.probe import PROBE


@dataclass(frozen=True)
class Event:
    """One thing that happened in one call. `at` is UNIX time in seconds; `number` the user part of the INVITE's Request-URI."""

    name: str
    call_id: str
    number: str
    at: float


@dataclass(frozen=True)
class GatewayStats:
    """What a gateway saw. Retransmissions are not counted.

    `events` holds, in order: INVITE, ANSWERED (200 sent), ACK, BYE (received), HANGUP (BYE sent), CANCEL, OPTIONS, REGISTER,
    and of digest_407 CHALLENGED, AUTHORIZED, REFUSED.
    """

    events: tuple[Event, ...]

    def of(self, name: str) -> list[Event]:
        """The events of one kind."""
        return [event for event in self.events if event.name == name]

    @property
    def dialogs(self) -> int:
        """How many different Call-IDs came with an INVITE."""
        return len({event.call_id for event in self.of("INVITE")})

    @property
    def numbers(self) -> list[str]:
        """The dialled numbers in the order of their INVITEs, one for each call."""
        return [event.number for event in self.of("INVITE")]

    @property
    def times(self) -> list[float]:
        """When each INVITE came, UNIX time in seconds, in the order of `numbers`."""
        return [event.at for event in self.of("INVITE")]

    @property
    def byes(self) -> int:
        """Calls whose BYE came from the caller."""
        return len({event.call_id for event in self.of("BYE")})

    @property
    def cancels(self) -> int:
        """Calls that the caller cancelled."""
        return len({event.call_id for event in self.of("CANCEL")})

    @property
    def answered(self) -> int:
        """Calls whose INVITE was answered with 200."""
        return len({event.call_id for event in self.of("ANSWERED")})

    @property
    def repeated(self) -> dict[str, int]:
        """Numbers that were called more than once, and how often."""
        return {number: count for number, count in Counter(self.numbers).items() if count > 1}

    @property
    def most_at_once(self) -> int:
        """The most calls that were answered and not yet hung up at one time."""
        live: set[str] = set()
        most = 0
        for event in self.events:
            if event.name == "ANSWERED":
                live.add(event.call_id)
            elif event.name in {"BYE", "HANGUP"}:
                live.discard(event.call_id)
            most = max(most, len(live))
        return most


class EventLog:
    """The log of one gateway, read on from where the last reading ended, so that asking often costs little."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self._events: list[Event] = []

    def stats(self) -> GatewayStats:
        """Everything so far. A line that is being written is left for the next time."""
        if self._path.exists():
            with self._path.open("rb") as file:
                file.seek(self._read)
                new = file.read()
            whole = new[: new.rfind(b"\n") + 1]
            self._read += len(whole)
            events = [_event(line) for line in whole.decode(errors="replace").splitlines() if line.count("|") == 3]
            self._events += [event for event in events if not event.call_id.startswith(PROBE)]
        return GatewayStats(tuple(self._events))


def _event(line: str) -> Event:
    name, call_id, number, stamp = line.split("|")
    # SIPp's timestamp is date, time and UNIX time, with tabs between them.
    return Event(name, call_id, number, float(stamp.split("\t")[-1]))
