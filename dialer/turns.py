"""Whose turn it is: the campaigns that get the free lines now, agents for them, and the word for what holds the others back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from dialer.contacts import Contacts
from dialer.pool import Pool
from dialer.run import Run
from dialer.share import share


class Turns:
    """See the module. Used by the dialer's thread only.

    Args:
        contacts: the gateways.
        pool: the agents.
    """

    def __init__(self, contacts: Contacts, pool: Pool) -> None:
        self._contacts = contacts
        self._pool = pool
        self._turn = 0

    def shares(self, runs: Mapping[str, Run], free: int, now: int, now_s: float) -> dict[str, int]:
        """How many calls each campaign may start now. Starts agents where they lack, and notes in each run why its targets wait.

        Args:
            free: lines of the service that are free.
            now, now_s: milliseconds of UNIX time, and seconds on a monotonic clock.
        """
        due = [run for run in runs.values() if run.is_due(now) and self._contacts.knows(run.gateway_id)]
        due.sort(key=lambda run: run.served)  # a place for an agent goes to who has waited longest
        rooms = {run.gateway_id: self._contacts.room(run.gateway_id, now, now_s) for run in due}
        self._start_agents(free, due, rooms, now)
        ready = {gateway_id: min(room, self._pool.free_lines(gateway_id)) for gateway_id, room in rooms.items()}
        hungry = {run.id for run in due}
        given = share(free, [run.want(now_s, run.id in hungry) for run in runs.values()], ready)
        self._tell_why(runs, given, free - sum(given.values()), now, now_s)
        self._turn += 1
        for campaign_id in given:
            runs[campaign_id].served = self._turn
        return given

    def _start_agents(self, free: int, due: list[Run], rooms: Mapping[str, int], now: int) -> None:
        for gateway_id in rooms:
            asked = sum(run.lines_wanted() for run in due if run.gateway_id == gateway_id)
            needed = min(free, asked, self._contacts.lines_left(gateway_id, now))
            if needed > 0:
                self._contacts.ensure_agents(gateway_id, needed, now)

    def _tell_why(self, runs: Mapping[str, Run], given: Mapping[str, int], free: int, now: int, now_s: float) -> None:
        starting: Counter[str] = Counter()
        for campaign_id, count in given.items():
            starting[runs[campaign_id].gateway_id] += count
        for run in runs.values():
            run.why = self._why(run, given.get(run.id, 0), starting[run.gateway_id], free, now, now_s)

    def _why(self, run: Run, own: int, through_gateway: int, free: int, now: int, now_s: float) -> str:
        """What holds back the targets that are due, with so many calls starting. Without a free line the pace is not what they wait for."""
        gateway_id = run.gateway_id
        if not self._contacts.knows(gateway_id) or self._contacts.holds_back(gateway_id, now, through_gateway):
            return "gateway"
        lines = min(free, run.lines_left() - own, self._contacts.lines_left(gateway_id, now) - through_gateway)
        pace = min(run.pace.room(now_s) - own, self._contacts.pace_room(gateway_id, now, now_s) - through_gateway)
        return "rate" if lines > 0 >= pace else "lines"
