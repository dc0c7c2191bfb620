"""Who gets the free lines, one at a time, so that none starves. Pure.

First the user who has the fewest calls live at a gateway, then the campaign of theirs that has the fewest; among equals the one that has
waited longest. So a small campaign is not stuck behind one of a million, also where a gateway carries one call at a time.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Want:
    """A campaign that is not over.

    `room` is how many calls it may start now, all its own limits considered: 0 when it has nobody to call. `served` grows with the time
    at which it got a line last.
    """

    campaign_id: str
    gateway_id: str
    live: int
    room: int
    owner: str = ""
    served: float = 0


Turn = tuple[int, float, int, Want]  # live, served, place


@dataclass
class _Group:
    """The campaigns of one user at one gateway."""

    gateway_id: str
    live: int = 0
    served: float = 0
    queue: list[Turn] = field(default_factory=list)

    def add(self, want: Want, place: int) -> None:
        self.live += want.live
        self.served = max(self.served, want.served)
        if want.room > 0:
            heapq.heappush(self.queue, (want.live, want.served, place, want))


def share(free: int, wants: Iterable[Want], gateway_room: dict[str, int]) -> dict[str, int]:
    """How many calls each campaign may start now.

    Args:
        free: lines of the service that are free.
        wants: the campaigns, each once.
        gateway_room: how many calls each gateway may start now.
    """
    room_of = dict(gateway_room)
    given: dict[str, int] = {}
    queue = [(group.live, group.served, place, group) for place, group in enumerate(_groups(wants)) if group.queue]
    heapq.heapify(queue)
    while queue and free > 0:
        live, _, place, group = heapq.heappop(queue)
        if room_of.get(group.gateway_id, 0) <= 0:
            continue
        room_of[group.gateway_id] -= 1
        free -= 1
        _give_one(group, given)
        if group.queue:
            heapq.heappush(queue, (live + 1, math.inf, place, group))
    return given


def _groups(wants: Iterable[Want]) -> list[_Group]:
    groups: dict[tuple[str, str], _Group] = {}
    for place, want in enumerate(wants):
        groups.setdefault((want.owner, want.gateway_id), _Group(want.gateway_id)).add(want, place)
    return list(groups.values())


def _give_one(group: _Group, given: dict[str, int]) -> None:
    live, _, place, want = heapq.heappop(group.queue)
    given[want.campaign_id] = given.get(want.campaign_id, 0) + 1
    if given[want.campaign_id] < want.room:
        heapq.heappush(group.queue, (live + 1, math.inf, place, want))
