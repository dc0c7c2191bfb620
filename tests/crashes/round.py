"""One round: a service on a fresh data folder, campaigns into a SIPp of its own, kills, the end of all campaigns, the audit."""

from __future__ import annotations

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from store.setup import DB_FILE
from tests.crashes.audit import audit
from tests.crashes.chaos import STRIKES, Chaos
from tests.crashes.load import Load
from tests.crashes.processes import MARK, marked
from tests.e2e.service import Service, until
from tests.peers.process import PeerError
from tests.peers.sipp import SippGateway

LINES = 24
FINISH_LIMIT_S = 180.0
GONE_LIMIT_S = 12.0


@dataclass
class Round:
    """What became of one round. `kills` are counted by victim and moment, `figures` as `Audit` has them."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    figures: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


def run(folder: Path, seed: int, kills: int, say: Callable[[str], None]) -> Round:
    """Blocks until the round is over; ends every process that it started.

    Args:
        folder: for the data folder and the logs.
        seed: decides who is killed when, as far as the machine's own pace lets it.
        kills: at least so many; of each kind in turn, the order by chance.
        say: is told of each kill.
    """
    started = time.monotonic()
    mark = uuid.uuid4().hex
    service = Service(folder / "data", "--lines", str(LINES), **{MARK: mark})
    result = Round(seed)
    try:
        with SippGateway("by_number", folder / "gateway") as gateway:
            _play(service, gateway, mark, kills, result, say)
    except (AssertionError, PeerError) as error:
        result.faults.append(f"the round broke off: {error}")
    finally:
        for process in marked(mark):
            process.kill()
        result.seconds = time.monotonic() - started
    return result


def _play(service: Service, gateway: SippGateway, mark: str, kills: int, result: Round, say: Callable[[str], None]) -> None:
    rng = random.Random(result.seed)
    load = Load(service, rng)
    chaos = Chaos(service, load, mark, rng)
    result.kills = chaos.kills
    service.start()
    load.prepare(gateway.port)
    for victim, moment in _strikes(kills, rng):
        if chaos.kills.total() >= kills:
            break
        chaos.strike(victim, moment)
        say(f"kill {chaos.kills.total()}: {victim}, {moment}")
    _finish(service, load)
    assert service.stop() < 10
    chaos.orphans_are_gone(at_last=True)
    until(lambda: not marked(mark), GONE_LIMIT_S, f"no process is left: {marked(mark)}")
    found = audit(service.data / DB_FILE, gateway.stats(), load.promised, load.lists)
    result.figures = found.figures
    result.faults = chaos.faults + found.faults
    if service.process.returncode != 0:
        result.faults.append(f"the service's exit code is {service.process.returncode}")
    if "Traceback" in service.log.read_text(errors="replace"):
        result.faults.append(f"a traceback in {service.log}")


def _strikes(kills: int, rng: random.Random) -> list[tuple[str, str]]:
    strikes: list[tuple[str, str]] = []
    while len(strikes) < kills:
        strikes += rng.sample(STRIKES, len(STRIKES))
    return strikes


def _finish(service: Service, load: Load) -> None:
    for campaign in load.all():
        if campaign["status"] == "scheduled":
            assert load.cancel(campaign["id"])

    def ended() -> bool:
        return all(campaign["ended_at"] for campaign in load.all())

    until(ended, FINISH_LIMIT_S, f"all campaigns end; {service.data}")
