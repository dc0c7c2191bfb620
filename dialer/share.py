"""Who gets the free lines: one at a time to the campaign that has the fewest calls live, so that none starves. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Want:
    """A campaign that has somebody to call now. `room` is how many calls it may start now, all its own limits considered."""

    campaign_id: str
    gateway_id: str
    live: int
    room: int


def share(free: int, wants: Iterable[Want], gateway_room: dict[str, int]) -> dict[str, int]:
    """How many calls each campaign may start now.

    Args:
        free: lines of the service that are free.
        wants: the campaigns, each once.
        gateway_room: how many calls each gateway may start now.
    """
    room_of = dict(gateway_room)
    given: dict[str, int] = {}
    queue = [(want.live, place, want) for place, want in enumerate(wants) if want.room > 0]
    heapq.heapify(queue)
    while queue and free > 0:
        live, place, want = heapq.heappop(queue)
        if room_of.get(want.gateway_id, 0) <= 0:
            continue
        room_of[want.gateway_id] -= 1
        free -= 1
        given[want.campaign_id] = given.get(want.campaign_id, 0) + 1
        if given[want.campaign_id] < want.room:
            heapq.heappush(queue, (live + 1, place, want))
    return given
