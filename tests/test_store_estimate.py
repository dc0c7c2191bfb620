"""store/campaign_estimate.py: what is told beforehand is what a campaign then does."""

from __future__ import annotations

import random
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from errors import BadInput, NotFound
from security.keys import SecretBox
from store import campaign_estimate, campaigns, dnc, tables
from store.campaign_estimate import Counts, Lengths
from store.engine import Store
from store.viewer import Viewer
from tests.campaign_things import SETTINGS, a_call, a_callbase, a_gateway, a_sound, counts_add_up, number, started
from tests.dialer.puppets import Bench

DEMO = "+79440000486"


def counted(
    store: Store, viewer: Viewer, fields: dict[str, Any], numbers: tuple[str, ...] = (), allowed: tuple[str, ...] = ()
) -> tuple[int, int, int, int]:
    found = campaign_estimate.counts(store, viewer, SETTINGS | fields, numbers, allowed)
    assert found.to_dial + found.do_not_call + found.not_allowed == found.subscribers
    return found.subscribers, found.to_dial, found.do_not_call, found.not_allowed


@pytest.mark.parametrize("allowed", [(), ("+7",), ("+7912", "+49"), ("+79120000001", "+7912000001", "+7", "+49301"), ("+1",)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_campaign_does_what_was_told(
    store: Store, box: SecretBox, tmp_path: Path, user: Viewer, other: Viewer, allowed: tuple[str, ...], seed: int
) -> None:
    rng = random.Random(seed)
    everybody = [number(place) for place in range(25)] + [f"+49301{place:06}" for place in range(5)] + ["+493020", "+12025550123"]
    some = rng.sample(everybody, 20)
    for viewer in (user, other):  # some are on both lists
        dnc.add(store, viewer, rng.sample(everybody, 10), "")
    fields = {
        "gateway_id": a_gateway(store, user, allowed_prefixes=list(allowed)),
        "audio_id": a_sound(store, user),
        "callbase_id": a_callbase(store, user, some),
    }
    a_callbase(store, user, everybody)
    told = counted(store, user, fields, allowed=allowed)
    assert counted(store, user, fields | {"callbase_id": None}, tuple(some), allowed) == told
    own = campaigns.create(store, user, str(uuid.uuid4()), SETTINGS | fields)["id"]
    bench = Bench(store, box, tmp_path)
    bench.look()
    while bench.end_all():
        bench.turn(50)
    done = counts_add_up(store, own)
    assert told == (20, done.get("delivered", 0), done.get("do_not_call", 0), done.get("rejected", 0))
    assert len(bench.dials()) == told[1]


@pytest.mark.parametrize("allowed", [(), ("+7",), ("+7944",), ("+794400004",), ("+7944001",)])
def test_demo_numbers_are_for_the_sandbox_only(store: Store, user: Viewer, allowed: tuple[str, ...]) -> None:
    numbers = [DEMO, "+79439999999", "+79440010000", "+79120000001"]
    fields = {"audio_id": a_sound(store, user), "callbase_id": a_callbase(store, user, numbers)}
    dnc.add(store, user, [DEMO, "+79440010000"], "")
    assert counted(store, user, fields | {"gateway_id": "sandbox"}) == (4, 2, 2, 0)
    real = a_gateway(store, user, allowed_prefixes=list(allowed))
    able = [one for one in numbers if one != DEMO and (not allowed or one.startswith(allowed))]
    listed = "+79440010000" in able
    expected = (4, len(able) - listed, listed, 4 - len(able))
    assert counted(store, user, fields | {"gateway_id": real}, allowed=allowed) == expected
    assert counted(store, user, fields | {"gateway_id": real, "callbase_id": None}, tuple(numbers), allowed) == expected


def test_it_reads_and_starts_nothing(store: Store, user: Viewer) -> None:
    fields = {"gateway_id": "sandbox", "audio_id": a_sound(store, user), "callbase_id": a_callbase(store, user, [number(1)])}
    with store.write() as conn:
        conn.execute(update(tables.callbases).values(report={"rejected": 3}))
        conn.execute(update(tables.audio).values(duration_ms=4321))
    with store.write():
        found = campaign_estimate.counts(store, user, SETTINGS | fields, (), ())  # also while somebody writes
    assert found == Counts(1, 1, 0, 0, callbase_rejected=3, sound_ms=4321, lengths=None)


def test_what_is_not_there(store: Store, user: Viewer, other: Viewer) -> None:
    fields = {"gateway_id": "sandbox", "audio_id": a_sound(store, user), "callbase_id": a_callbase(store, user, [number(1)])}
    with pytest.raises(NotFound, match="audio_id"):
        counted(store, other, fields)
    with pytest.raises(NotFound, match="callbase_id"):
        counted(store, other, fields | {"audio_id": a_sound(store, other)})
    with pytest.raises(NotFound, match="opt_out_audio_id"):
        counted(store, user, fields | {"opt_out_audio_id": "no uuid"})
    with pytest.raises(BadInput, match="no subscribers"):
        counted(store, user, fields | {"callbase_id": a_callbase(store, user, [])})


# -- how long calls were -----------------------------------------------------------------------------------------------


def lengths(store: Store, viewer: Viewer, gateway_id: str = "sandbox") -> Lengths | None:
    fields = {"gateway_id": gateway_id, "audio_id": a_sound(store, viewer)}
    return campaign_estimate.counts(store, viewer, SETTINGS | fields, (), ()).lengths


def test_earlier_calls_through_the_gateway_tell_how_long_they_are(store: Store, user: Viewer, other: Viewer) -> None:
    own = started(store, user)["id"]
    for _ in range(10):
        a_call(store, own, initiated_at=1000, ended_at=9000, audio_ms=4000, played_ms=4000)
    for _ in range(9):
        a_call(store, own, initiated_at=1000, ended_at=7000, audio_ms=4000, played_ms=None, status="busy", outcome="busy")
    a_call(store, own, initiated_at=1000, ended_at=10**9, outcome="interrupted", status="interrupted")
    a_call(store, own, initiated_at=1000, ended_at=None, outcome=None, status="ringing")
    assert lengths(store, user) is None  # nineteen are too few
    a_call(store, own, initiated_at=1000, ended_at=7000, audio_ms=4000, played_ms=0, status="busy", outcome="busy")
    assert lengths(store, user) == Lengths(waited_s=5.0, heard=0.5)
    assert lengths(store, other) is None
    assert lengths(store, user, a_gateway(store, user)) is None


def test_the_newest_ones_tell(store: Store, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign_estimate, "CALLS_SEEN", 20)
    own = started(store, user)["id"]
    for ended_at in (50_000, 3000):
        for _ in range(20):
            a_call(store, own, initiated_at=1000, ended_at=ended_at, audio_ms=1000, played_ms=1000)
    assert lengths(store, user) == Lengths(waited_s=1.0, heard=1.0)
