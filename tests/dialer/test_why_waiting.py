"""Every situation in which a target waits, and the word that `GET /campaigns/{id}/targets` gives for it. The engine on a real store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from security.keys import SecretBox
from store import campaigns, tables
from store.engine import Store
from store.viewer import Viewer
from tests.campaign_things import a_gateway, started
from tests.dialer.puppets import BUSY, GONE, REFUSED, START_MS, Bench, waiting_of

HOUR_MS = 3_600_000
BUSY_AGAIN: dict[str, Any] = {"retry": {"busy": {"after_s": 600, "max_attempts": 3}}, "max_attempts": None}
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def hours(first: int, last: int) -> dict[str, Any]:
    """A campaign's window, from and to so many minutes from the beginning of the test."""
    clock = [START_MS // 60_000 + minutes for minutes in (first, last)]
    texts = [f"{minute // 60 % 24:02}:{minute % 60:02}" for minute in clock]
    return {"window": {"days": DAYS, "from": texts[0], "to": texts[1], "timezone": "UTC"}}


class Scene:
    """One user's campaign on a gateway that has shown that it works, with 8 lines for everybody."""

    def __init__(self, store: Store, user: Viewer, other: Viewer, bench: Bench) -> None:
        self.store, self.user, self.other, self.bench = store, user, other, bench
        self.gateway = ""
        self.own = ""

    def dials(self, count: int = 30, *, works: bool = True, gateway: dict[str, Any] | None = None, **fields: Any) -> None:
        """The campaign is started; `works`: and the gateway's first call has shown that it works."""
        self.gateway = a_gateway(self.store, self.user, **(gateway or {}))
        if works:
            started(self.store, self.user, 1, gateway_id=self.gateway)
            self.bench.look()
            self.bench.end_all()
            self.bench.turn(10_000)
        self.own = started(self.store, self.user, count, gateway_id=self.gateway, **fields)["id"]
        self.bench.look()

    def set_campaign(self, **values: Any) -> None:
        with self.store.write() as conn:
            conn.execute(update(tables.campaigns).where(tables.campaigns.c.id == self.own).values(values))
        self.bench.look()

    def pauses(self) -> None:
        campaigns.pause(self.store, self.user, self.own)
        self.bench.look()


Play = Callable[[Scene], None]


def lines_of_the_service(scene: Scene) -> None:
    scene.dials()


def lines_taken_by_others(scene: Scene) -> None:
    started(scene.store, scene.other, 50)
    scene.bench.look()
    scene.dials(works=False)


def lines_of_the_campaign(scene: Scene) -> None:
    scene.dials(max_lines=2)


def lines_of_the_campaign_though_it_has_a_rate(scene: Scene) -> None:
    scene.dials(max_lines=1, calls_per_second=2)
    scene.bench.turn(5_000)


def lines_of_the_gateway(scene: Scene) -> None:
    scene.dials(gateway={"max_lines": 2})


def lines_of_the_gateway_though_it_has_a_rate(scene: Scene) -> None:
    scene.dials(gateway={"max_lines": 1, "calls_per_second": 2})
    scene.bench.turn(5_000)


def a_resumed_campaign(scene: Scene) -> None:
    scene.dials()
    scene.pauses()
    campaigns.resume(scene.store, scene.user, scene.own)


def one_that_the_dialer_has_not_seen(scene: Scene) -> None:
    scene.own = started(scene.store, scene.user, 3)["id"]


def rate_of_the_campaign(scene: Scene) -> None:
    scene.dials(calls_per_second=1)


def rate_of_the_gateway(scene: Scene) -> None:
    scene.dials(gateway={"calls_per_second": 1})


def rate_of_the_gateway_used_by_another_campaign(scene: Scene) -> None:
    scene.dials(gateway={"calls_per_second": 1})
    scene.own = started(scene.store, scene.user, 3, gateway_id=scene.gateway)["id"]
    scene.bench.look()


def rate_before_the_lines_are_full(scene: Scene) -> None:
    scene.dials(calls_per_second=2, max_lines=3)


def paused(scene: Scene) -> None:
    scene.dials()
    scene.pauses()


def paused_while_a_retry_waits(scene: Scene) -> None:
    scene.dials(1, **BUSY_AGAIN)
    scene.bench.end_all(**BUSY)
    scene.pauses()


def paused_outside_of_the_window(scene: Scene) -> None:
    scene.dials(**hours(-60, -30))
    scene.pauses()


def paused_with_a_stopped_gateway(scene: Scene) -> None:
    gateway_refuses(scene)
    scene.pauses()


def window(scene: Scene) -> None:
    scene.dials(**hours(-60, -30))


def window_that_has_just_closed(scene: Scene) -> None:
    scene.dials(**hours(-60, 30))
    scene.bench.now += HOUR_MS  # the dialer has not turned since


def window_and_a_stopped_gateway(scene: Scene) -> None:
    gateway_refuses(scene, **hours(-60, 30))
    scene.bench.turn(HOUR_MS)


def start_at(scene: Scene) -> None:
    scene.dials()
    scene.set_campaign(status="scheduled", start_at=scene.bench.now + HOUR_MS, started_at=None)


def retry_that_falls_outside_of_the_window(scene: Scene) -> None:
    scene.dials(1, **BUSY_AGAIN, **hours(-60, 5))
    scene.bench.end_all(**BUSY)


def retry(scene: Scene) -> None:
    scene.dials(1, **BUSY_AGAIN)
    scene.bench.end_all(**BUSY)


def retry_within_the_window(scene: Scene) -> None:
    scene.dials(1, **BUSY_AGAIN, **hours(-60, 60))
    scene.bench.end_all(**BUSY)


def retry_with_a_stopped_gateway(scene: Scene) -> None:
    scene.dials(1, **BUSY_AGAIN)
    scene.bench.end_all(**BUSY)
    scene.bench.contacts.get(scene.gateway).failed("the gateway does not answer", scene.bench.now)
    scene.bench.turn()


def gateway_refuses(scene: Scene, **fields: Any) -> None:
    scene.dials(works=False, **fields)
    scene.bench.end_all(**REFUSED)


def gateway_does_not_answer_and_is_tried(scene: Scene) -> None:
    scene.dials(works=False)
    scene.bench.end_all(**GONE)
    scene.bench.turn(6_000)
    assert len(scene.bench.engine.flights) == 1


def gateway_whose_first_call_is_tried(scene: Scene) -> None:
    scene.dials(works=False)


def gateway_that_is_slowed(scene: Scene) -> None:
    scene.dials(5)
    scene.bench.end_all(provisional=True, sip_code=503, sip_reason="Service Unavailable")
    scene.own = started(scene.store, scene.user, 5, gateway_id=scene.gateway)["id"]
    scene.bench.look()
    assert scene.bench.contacts.get(scene.gateway).status()["breaker"]["state"] == "slowed"


def gateway_that_is_not_registered(scene: Scene) -> None:
    scene.dials(works=False, gateway={"register": True})


def gateway_that_is_gone(scene: Scene) -> None:
    scene.dials(3, works=False)
    scene.set_campaign(gateway_id="gone")


def nobody_when_it_is_canceled(scene: Scene) -> None:
    scene.dials()
    campaigns.mark_canceled(scene.store, scene.user, scene.own)
    campaigns.finish_cancel(scene.store, scene.own)


def nobody_when_it_is_completed(scene: Scene) -> None:
    scene.dials(3)
    scene.bench.end_all()


WORDS: dict[str | None, list[Play]] = {
    "lines": [
        lines_of_the_service,
        lines_taken_by_others,
        lines_of_the_campaign,
        lines_of_the_campaign_though_it_has_a_rate,
        lines_of_the_gateway,
        lines_of_the_gateway_though_it_has_a_rate,
        a_resumed_campaign,
        one_that_the_dialer_has_not_seen,
    ],
    "rate": [
        rate_of_the_campaign,
        rate_of_the_gateway,
        rate_of_the_gateway_used_by_another_campaign,
        rate_before_the_lines_are_full,
    ],
    "paused": [paused, paused_while_a_retry_waits, paused_outside_of_the_window, paused_with_a_stopped_gateway],
    "window": [
        window,
        window_that_has_just_closed,
        window_and_a_stopped_gateway,
        start_at,
        retry_that_falls_outside_of_the_window,
    ],
    "retry": [retry, retry_within_the_window, retry_with_a_stopped_gateway],
    "gateway": [
        gateway_refuses,
        gateway_does_not_answer_and_is_tried,
        gateway_whose_first_call_is_tried,
        gateway_that_is_slowed,
        gateway_that_is_not_registered,
        gateway_that_is_gone,
    ],
    None: [nobody_when_it_is_canceled, nobody_when_it_is_completed],
}


@pytest.mark.parametrize(("play", "word"), [pytest.param(play, word, id=play.__name__) for word, plays in WORDS.items() for play in plays])
def test_the_word_is_true(store: Store, box: SecretBox, tmp_path: Path, user: Viewer, other: Viewer, play: Play, word: str | None) -> None:
    scene = Scene(store, user, other, Bench(store, box, tmp_path, lines=8))
    play(scene)
    assert waiting_of(scene.bench, user, scene.own) == ({word} if word else set())
