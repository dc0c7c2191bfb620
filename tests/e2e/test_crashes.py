"""kill -9 of the server, its agents, their template, the sandbox and the whole process group: nobody is called twice, nobody is lost.

The long run is `python -m bench.crash`.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.crashes import round as crash_round
from tests.crashes.chaos import STRIKES

KILLS = 12


@pytest.mark.peer("sipp")
@pytest.mark.timeout(400)
def test_killed_at_random_moments_nobody_is_called_twice_and_nobody_is_lost(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"the seed is {seed}")
    found = crash_round.run(tmp_path, seed, KILLS, print)
    print(f"{found.figures}\n{(tmp_path / 'data.log').read_text(errors='replace')[-6000:]}")
    assert found.faults == []
    assert found.kills.total() >= KILLS
    assert (found.figures["extra"], found.figures["lost"]) == (0, 0)
    # The test itself: calls took place, and kills hit them.
    assert found.figures["dialogs"] > 100
    assert found.figures["interrupted"] > 0
    assert len(found.kills) > len(STRIKES) // 2
