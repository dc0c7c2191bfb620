"""A random world for the engine: gateways, users, campaigns, people who answer or not, and what happens to all of them meanwhile.

Time is passed in. Each start is checked at its own moment against every limit that holds then; what must never be stops the run.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import math
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import update

from dialer.recovery import recover
from errors import Conflict
from security.keys import SecretBox
from sip.messages import Dial, Stop
from store import campaigns, flight, tables
from store.engine import Store
from store.viewer import Viewer
from tests.campaign_things import a_gateway, started
from tests.dialer.puppets import BUSY, Bench, Puppet

LATE_MS = 15  # how long the dialer's thread may oversleep
IDLE_LIMIT_MS = 15_000  # so long may a line stay free that a target waits for: agents of other gateways make room


class Starts:
    """When calls began under one limit, and the rates that held: a new rate begins with the last start."""

    def __init__(self, rate: float | None) -> None:
        self._eras: list[tuple[float | None, list[int]]] = [(rate, [])]

    def add(self, now: int) -> None:
        self._eras[-1][1].append(now)

    def change(self, rate: float | None) -> None:
        last = [moment for _, era in self._eras for moment in era][-1:]
        self._eras.append((rate, last))

    def crowded(self) -> list[tuple[float, int, int]]:
        """(rate, first, last) where N + 1 starts took less than N/rate, N the rate rounded up."""
        found = []
        for rate, era in self._eras:
            count = math.ceil(rate or 0)
            pairs = zip(era, era[count:], strict=False) if rate else ()
            found += [(rate or 0, first, last) for first, last in pairs if last - first < 1000 * count / (rate or 1)]
        return found


class World:
    """See the module."""

    def __init__(self, store: Store, box: SecretBox, folder: Path, owners: list[Viewer], seed: int) -> None:
        self.rng = random.Random(seed)
        self.lines = self.rng.choice([1, 3, 4, 9, 14])
        self._store, self._box, self._folder = store, box, folder
        self._folders = itertools.count()
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._seen: Counter[int] = Counter()
        self.limits: dict[str, int | None] = {}  # max_lines, by gateway and by campaign
        self.starts: dict[str, Starts] = {}
        self.live: dict[str, tuple[str, str, int]] = {}  # call: gateway, campaign, target
        self.free_at: dict[tuple[str, int], int] = {}  # (campaign, target): not called again before
        self.done: set[tuple[str, int]] = set()
        self._idle_since: dict[str, int] = {}
        self.bench = self._a_bench(None)
        self._owner_of: dict[str, Viewer] = {}
        self._gateways = [self._a_gateway(self.rng.choice(owners)) for _ in range(self.rng.randint(1, 3))]
        self._campaigns = [self._a_campaign() for _ in range(self.rng.randint(2, 5))]
        for at in sorted(self.rng.randrange(200, 60_000) for _ in range(12)):
            self._at(self.bench.now + at, self.rng.choice([self._pause, self._change_limits, self._change_settings]))
        self._at(self.bench.now + self.rng.randrange(1_000, 20_000), self._restart)

    # -- what there is -------------------------------------------------------------------------------------------------

    def _a_bench(self, now: int | None) -> Bench:
        folder = self._folder / f"run{next(self._folders)}"
        folder.mkdir()
        bench = Bench(self._store, self._box, folder, self.lines)
        bench.now = bench.now if now is None else now
        self._seen.clear()
        return bench

    def _some_limits(self) -> dict[str, Any]:
        rate = self.rng.choice([None, None, 0.5, 1, 2.5, 7, 20])
        return {"max_lines": self.rng.choice([None, 1, 2, 5]), "calls_per_second": rate}

    def _a_gateway(self, owner: Viewer) -> str:
        limits = self._some_limits()
        made = a_gateway(self._store, owner, **limits)
        self._owner_of[made] = owner
        self.limits[made], self.starts[made] = limits["max_lines"], Starts(limits["calls_per_second"])
        return made

    def _a_campaign(self) -> str:
        gateway, limits = self.rng.choice(self._gateways), self._some_limits()
        retry = {"busy": {"after_s": self.rng.randint(0, 9), "max_attempts": self.rng.randint(1, 2)}}
        fields = limits | {"gateway_id": gateway, "retry": retry, "max_attempts": None}
        owner = self._owner_of[gateway]
        made = str(started(self._store, owner, self.rng.randint(3, 30), **fields)["id"])
        self._owner_of[made] = owner
        self.limits[made], self.starts[made] = limits["max_lines"], Starts(limits["calls_per_second"])
        return made

    def _at(self, moment: int, event: Callable[[], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), event))

    # -- what happens --------------------------------------------------------------------------------------------------

    def run(self, limit_ms: int) -> None:
        """Until all campaigns have ended."""
        end = self.bench.now + limit_ms
        self.bench.engine.look_again()
        while self._step():
            assert self.bench.now < end, "the campaigns do not end"

    def _step(self) -> bool:
        bench = self.bench
        while self._events and self._events[0][0] <= bench.now:
            heapq.heappop(self._events)[2]()
        bench = self.bench
        for agent, message in bench.pool.wait(0.0):
            bench.engine.handle(agent, message, bench.now)
        next_in = bench.engine.step(bench.now, bench.now / 1000)
        heard = self._listen()
        self._nobody_waits_for_a_free_line()
        if heard:
            return True
        wake_at = bench.now + math.ceil(next_in * 1000) + self.rng.randrange(LATE_MS)
        bench.now = max(bench.now, min([wake_at, *(event[0] for event in self._events[:1])]))
        return bool(bench.engine.runs) or bool(self._events)

    def _listen(self) -> bool:
        """Whether somebody was called, or an agent went."""
        news = False
        for place, puppet in enumerate(self.bench.launcher.puppets):
            if puppet.sock.fileno() < 0:
                continue
            dials = puppet.dials()
            for dial in dials[self._seen[place] :]:
                self._called(puppet, dial)
                news = True
            self._seen[place] = len(dials)
            if any(isinstance(message, Stop) for message in puppet.heard):
                puppet.die()
                news = True
        return news

    def _called(self, puppet: Puppet, dial: Dial) -> None:
        now, own = self.bench.now, self.bench.engine.flights[dial.call_id]
        who = (own.campaign_id, own.target_id)
        assert who not in self.done, "called again"
        assert who not in {(campaign, target) for _, campaign, target in self.live.values()}, "called while in a call"
        assert now >= self.free_at.get(who, 0), "called again before its time"
        self.live[dial.call_id] = (own.gateway_id, *who)
        assert len(self.live) <= self.lines
        for place, name in enumerate((own.gateway_id, own.campaign_id)):
            self.starts[name].add(now)
            count = sum(1 for live in self.live.values() if live[place] == name)
            assert count <= (self.limits[name] or count), "more calls at once than max_lines"
        self._at(now + self._length_ms(), lambda: self._ends(puppet, dial))

    def _length_ms(self) -> int:
        return self.rng.choice([0, self.rng.randrange(300), self.rng.randrange(300, 8_000)])

    def _ends(self, puppet: Puppet, dial: Dial) -> None:
        if dial.call_id not in self.live:
            return  # it was cut off by the restart
        _, campaign, target = self.live.pop(dial.call_id)
        facts = BUSY if self.rng.random() < 0.3 else {}
        if facts:
            after_s = self.bench.engine.runs[campaign].plan.rules["busy"].after_s
            self.free_at[campaign, target] = self.bench.now + 1000 * after_s
        else:
            self.done.add((campaign, target))
        self.bench.end(puppet, dial, **facts)

    def _pause(self) -> None:
        own = self.rng.choice(self._campaigns)
        with contextlib.suppress(Conflict):  # it has ended
            campaigns.pause(self._store, self._owner_of[own], own)
            self._at(self.bench.now + self.rng.randrange(4_000), lambda: self._resume(own))
            self.bench.engine.look_again()

    def _resume(self, own: str) -> None:
        with contextlib.suppress(Conflict):
            campaigns.resume(self._store, self._owner_of[own], own)
            self.bench.engine.look_again()

    def _change_limits(self) -> None:
        own, limits = self.rng.choice(self._gateways), self._some_limits()
        self._changed(own, **limits)
        self.limits[own] = limits["max_lines"]
        self.starts[own].change(limits["calls_per_second"])

    def _change_settings(self) -> None:
        self._changed(self.rng.choice(self._gateways), changed_at=self.bench.now)

    def _changed(self, gateway_id: str, **values: Any) -> None:
        with self._store.write() as conn:
            conn.execute(update(tables.gateways).where(tables.gateways.c.id == gateway_id).values(**values))
        self.bench.contacts.changed(gateway_id)

    def _restart(self) -> None:
        """kill -9, and a new start some time later."""
        self.bench.pool.close()
        for _, campaign, target in self.live.values():
            self.done.add((campaign, target))
        self.live.clear()
        now = self.bench.now + self.rng.randrange(1_000)
        recover(self._store, now)
        self.bench = self._a_bench(now)
        self.bench.engine.look_again()

    # -- what must be --------------------------------------------------------------------------------------------------

    def _nobody_waits_for_a_free_line(self) -> None:
        bench = self.bench
        for own, run in bench.engine.runs.items():
            now_s, gateway = bench.now / 1000, bench.contacts.get(run.gateway_id)
            room = min(self.lines - len(bench.engine.flights), run.room(now_s), gateway.room(bench.now, now_s))
            if room <= 0 or not run.running or not self._due(own):
                self._idle_since.pop(own, None)
            assert bench.now - self._idle_since.setdefault(own, bench.now) <= IDLE_LIMIT_MS, "a line is free and somebody waits for it"

    def _due(self, campaign_id: str) -> bool:
        with self._store.read() as conn:
            due_at = flight.next_due_at(conn, campaign_id)
        return due_at is not None and due_at <= self.bench.now
