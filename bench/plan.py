"""How large a run of the benchmarks is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """`lines`: for a, b, d, e. `rate_lines`: for c. `fill`: for f, (lines, calls). `api`: for g, (lines, seconds). `size`: for h
    and i, subscribers."""

    lines: tuple[int, ...] = (100, 200, 400, 800)
    message_s: float = 12.5
    cycles: int = 2  # a window is so many whole calls long, so that each line's placing and ending of calls is in it
    rate_lines: tuple[int, ...] = (200, 600)
    backs: tuple[bool, ...] = (False, True)  # callee silent, sound back
    rate_s: float = 15.0  # about so long at two calls a line and second
    fill: tuple[int, int] = (200, 2000)
    fill_message_s: float = 2.0
    fill_ring_s: float = 4.0
    api: tuple[int, float] = (200, 20.0)
    size: int = 1_000_000


FULL = Plan()
QUICK = Plan(
    lines=(20,),
    message_s=2.0,
    cycles=1,
    rate_lines=(20,),
    rate_s=2.0,
    fill=(20, 60),
    fill_message_s=0.5,
    fill_ring_s=0.5,
    api=(20, 3.0),
    size=30_000,
)
