"""Dials all rows of the table at once through one service, and tells what was seen of each."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.service import Service, until
from tests.interop.gateways import Fronted, Place, ScenarioGateway
from tests.interop.rows import MESSAGE, Row, Seen
from tests.peers.kamailio import KamailioProxy
from tests.peers.scenarios import Value

LINES = 400
# Refusals share a gateway of the service: so few of one kind on each that none of them stops it.
REFUSAL_GATEWAYS = 6
LIMIT_S = 90.0


class ShortTimers(Service):
    """A service whose SIP timers B, F and D are short."""

    program = "tests/interop/short_timers.py"


@dataclass
class Trial:
    """One gateway of the service with the rows that are dialled through it, by number."""

    rows: dict[str, Row]
    place: Place
    settings: dict[str, Any]
    fields: dict[str, Any] = field(default_factory=dict)
    gateway: str = ""
    campaign: str = ""

    @property
    def numbers(self) -> list[str]:
        """All that are dialled."""
        return list(self.rows)


def run(rows: Sequence[Row], service: Service, folder: Path, stack: ExitStack) -> dict[str, Seen]:
    """Starts the gateways (they are stopped with the stack), dials, waits for all ends; gives what was seen by the rows' names."""
    numbers = (f"+7912{n:07}" for n in itertools.count(1))
    own = sorted((row for row in rows if row.make), key=lambda row: not row.slow)
    trials = [_own(row, folder / row.name, numbers) for row in own] + _shared([row for row in rows if not row.make], folder)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda place: _enter(place, stack), {id(trial.place): trial.place for trial in trials}.values()))
    sound = service.sound(MESSAGE)
    for trial in trials:
        for row in trial.rows.values():
            if row.during:
                threading.Thread(target=row.during, args=(trial.place,), daemon=True).start()
    for trial in trials:
        trial.gateway = service.gateway(trial.place.port, transport=trial.place.transport, **trial.settings)
        trial.campaign = service.dial(trial.gateway, sound, trial.numbers, ring_timeout_s=5, **trial.fields)
    _wait(service, trials)
    return {row.name: seen for trial in trials for row, seen in _collected(service, trial)}


def _own(row: Row, folder: Path, numbers: Iterator[str]) -> Trial:
    assert row.make
    place = row.make(folder)
    settings = dict(row.settings)
    if isinstance(place, Fronted) and isinstance(place.front, KamailioProxy) and place.front.certificates:
        settings["tls_ca"] = place.front.certificates.ca.read_text()
    if row.numbers > 1:
        settings["max_lines"] = 1
    return Trial({next(numbers): row for _ in range(row.numbers)}, place, settings, dict(row.fields))


def _shared(rows: Sequence[Row], folder: Path) -> list[Trial]:
    """The refusals: one SIPp for all, which tells them apart by the number's end."""
    by_digits = {f"9{n:03}": row for n, row in enumerate(rows)}
    if not rows:
        return []
    scenarios: dict[str, tuple[str, Mapping[str, Value]]] = {"": ("answers_at_once", {})} | {
        digits: row.refusal for digits, row in by_digits.items()
    }
    place = ScenarioGateway(scenarios, folder / "refusals", redirect_to="127.0.0.1:9")
    dealt = [dict(list(by_digits.items())[start::REFUSAL_GATEWAYS]) for start in range(REFUSAL_GATEWAYS)]
    return [Trial({f"+7912000{digits}": row for digits, row in part.items()}, place, {}) for part in dealt if part]


def _enter(place: Place, stack: ExitStack) -> None:
    # At once on the stack: when another one does not start, this one is stopped all the same.
    stack.enter_context(place)
    place.rtp.listen()
    place.other.listen()


def _wait(service: Service, trials: Sequence[Trial]) -> None:
    """Until all campaigns have ended, but for those whose targets wait for the gateway as they should."""
    ending = {trial.campaign for trial in trials if all(row.outcome for row in trial.rows.values())}
    end = time.monotonic() + LIMIT_S
    while ending and time.monotonic() < end:
        for campaign in service.get("/campaigns", limit=1000)["items"]:
            if campaign["ended_at"]:
                ending.discard(campaign["id"])
        time.sleep(0.5)
    for trial in trials:
        if any(row.outcome is None for row in trial.rows.values()):
            until(lambda: service.get(f"/gateways/{trial.gateway}/status")["breaker"]["state"] == "open", 10, "the breaker is open")  # noqa: B023
    time.sleep(0.3)  # the gateways' logs are written


def _collected(service: Service, trial: Trial) -> Iterator[tuple[Row, Seen]]:
    calls, targets = service.calls(trial.campaign), {target["number"]: target for target in service.targets(trial.campaign)}
    status = service.get(f"/gateways/{trial.gateway}/status")
    messages = trial.place.messages()
    alone = len(set(map(id, trial.rows.values()))) == 1
    for number, row in trial.rows.items():
        mine = calls if alone else [call for call in calls if call["number"] == number]
        ids = {call["id"] for call in mine}
        heard = messages if alone else [message for message in messages if message.call_id in ids]
        streams = trial.place.rtp.streams() if alone else []
        yield row, Seen(mine, targets[number], status, trial.place, heard, streams, trial.place.other.streams())
