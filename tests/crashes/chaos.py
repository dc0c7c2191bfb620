"""Who is killed and when: at random moments, and at those that are known to be nasty."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable

import httpx

from tests.crashes.load import Load
from tests.crashes.processes import Process, family, marked
from tests.e2e.service import Service, until

ORPHANS_END_S = 12.0  # the agents say BYE for up to 3 s
APPEARS_S = 20.0

# (victim, moment). `group` is the server's process group: server, template and agents, all at once.
STRIKES = [
    ("server", "dialling"),
    ("agent", "dialling"),
    ("group", "dialling"),
    ("template", "dialling"),
    ("server", "after 202"),
    ("sandbox", "dialling"),
    ("server", "import"),
    ("group", "preparing"),
    ("server", "starting"),
    ("agent", "dialling"),
    ("server", "cancel of a list"),
    ("group", "after 202"),
    ("server", "cancel of live calls"),
    ("server", "preparing"),
    ("server", "dial"),
]


class Chaos:
    """Kills.

    Args:
        mark: of the service's processes.

    Attributes:
        kills: how many, by victim and moment.
        faults: what was wrong right after a kill.
    """

    def __init__(self, service: Service, load: Load, mark: str, rng: random.Random) -> None:
        self.kills: Counter[str] = Counter()
        self.faults: list[str] = []
        self._service = service
        self._load = load
        self._mark = mark
        self._rng = rng
        self._orphans: list[tuple[Process, float]] = []

    def strike(self, victim: str, moment: str) -> None:
        """One kill at its moment, and what a person does then: start it again, and ask again what was not answered."""
        self._load.keep_busy()
        if victim in ("server", "group"):
            self._strike_service(victim, moment)
        else:
            self._strike_child(victim)
        self.kills[f"{victim}, {moment}"] += 1

    def orphans_are_gone(self, at_last: bool = False) -> None:
        """Notes as a fault who outlived its server for too long; at last, waits for them."""
        while self._orphans:
            now = time.monotonic()
            self._orphans = [(one, end) for one, end in self._orphans if one.alive()]
            late = [one for one, end in self._orphans if end < now]
            self.faults += [f"process {one.pid} still runs {ORPHANS_END_S:g} s after its server died: {one.command}" for one in late]
            self._orphans = [(one, end) for one, end in self._orphans if end >= now]
            if not at_last:
                return
            time.sleep(0.1)

    # -- the service ---------------------------------------------------------------------------------------------------

    def _strike_service(self, victim: str, moment: str) -> None:
        kill = self._kill_server if victim == "server" else self._kill_group
        cancel_list = self._load.to_cancel(scheduled=True) if moment == "cancel of a list" else ""
        cancel_live = self._load.to_cancel(scheduled=False) if moment == "cancel of live calls" else ""
        if moment == "import":
            self._during(kill, self._load.import_list, self._load.import_s)
        elif moment == "preparing":
            self._during(kill, self._load.start_big, self._load.prepare_s)
        elif moment == "dial":
            self._during(kill, self._load.start_one, 0.06)
        elif cancel_list or cancel_live:
            self._during(kill, lambda: self._load.cancel(cancel_list or cancel_live), self._load.prepare_s if cancel_list else 0.3)
        elif moment == "after 202":
            self._load.start_one()
            kill()
        else:
            time.sleep(self._rng.uniform(0.0, 1.5))
            kill()
        if moment == "starting":
            self._kill_while_starting()
        self._start_again()

    def _during(self, kill: Callable[[], None], request: Callable[[], bool], about_s: float) -> None:
        """Kills while the request is under way, which takes about so long."""
        killer = threading.Timer(self._rng.uniform(0.0, about_s), kill)
        killer.start()
        with contextlib.suppress(httpx.TransportError):
            request()
        killer.join()

    def _kill_server(self) -> None:
        self._note_orphans()
        self._service.kill()

    def _kill_group(self) -> None:
        self._note_orphans()
        os.killpg(self._service.process.pid, signal.SIGKILL)
        self._service.process.wait()

    def _kill_while_starting(self) -> None:
        """Starts the service and kills it before, or just after, it has settled what the last crash left."""
        killer = threading.Timer(self._rng.uniform(0.2, 2.5), lambda: self._kill_server())
        killer.start()
        with contextlib.suppress(AssertionError, httpx.HTTPError, KeyError):
            self._service.start()
        killer.join()
        self.kills["server, starting again"] += 1

    def _note_orphans(self) -> None:
        end = time.monotonic() + ORPHANS_END_S
        self._orphans += [(one, end) for one in marked(self._mark) if one.pid != self._service.process.pid]

    def _start_again(self) -> None:
        self._service.start()
        self._load.ask_again()
        known = {one["id"] for one in self._load.all()}
        self.faults += [f"campaign {one} was answered with 202 and is gone" for one in self._load.promised.keys() - known]
        self.orphans_are_gone()

    # -- its children --------------------------------------------------------------------------------------------------

    def _strike_child(self, victim: str) -> None:
        time.sleep(self._rng.uniform(0.0, 1.5))
        until(lambda: self._kill_one(victim), APPEARS_S, f"there is a process to kill: {victim}")
        if self._service.process.poll() is not None:
            self.faults.append(f"the server died with its {victim}")

    def _kill_one(self, victim: str) -> bool:
        self._load.keep_busy()
        there: tuple[Process, ...] = getattr(family(self._mark, self._service.process.pid), victim)
        return bool(there) and self._rng.choice(there).kill()
