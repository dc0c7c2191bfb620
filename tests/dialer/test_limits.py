"""Every limit at every moment, in random worlds: lines, pace, fair turns, retries, pauses, changed settings, a restart."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import func, select

from security.keys import SecretBox
from store import tables
from store.engine import Store
from store.viewer import Viewer
from tests.campaign_things import counts_add_up
from tests.dialer.worlds import World

FRESH = random.SystemRandom().randrange(1_000_000)


@pytest.mark.parametrize("seed", [*range(8), pytest.param(FRESH, id="fresh")])
def test_limits_hold_at_every_moment_and_all_campaigns_end(
    store: Store, box: SecretBox, tmp_path: Path, user: Viewer, other: Viewer, seed: int
) -> None:
    world = World(store, box, tmp_path, [user, other], seed)
    world.run(limit_ms=600_000)
    assert {own: starts.crowded() for own, starts in world.starts.items() if starts.crowded()} == {}
    with store.read() as conn:
        ended = dict(conn.execute(select(tables.campaigns.c.id, tables.campaigns.c.status)).tuples().all())
        attempts = conn.scalar(select(func.sum(tables.targets.c.attempts)))
        assert conn.scalar(select(func.count()).select_from(tables.calls)) == attempts
    assert set(ended.values()) == {"completed"}
    for own in ended:
        assert not {"pending", "active"} & counts_add_up(store, own).keys()
