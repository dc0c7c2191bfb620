"""What POST /dial/estimate tells, and what the console is shown meanwhile, held against a campaign through the sandbox over real SIP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from clock import from_rfc3339
from tests.e2e.service import Service, until

LISTENERS = [f"+7944000{place:04}" for place in range(1001, 1013)]
ODD = ["+79440000486", "+79440000404", "+79440000603"]
REFUSING = ["+79440001486", "+79440001404"]


def tone(samples: int) -> np.ndarray[Any, Any]:
    wave: np.ndarray[Any, Any] = 8000 * np.sin(np.arange(samples) * 0.3)
    return wave


def test_a_campaign_through_the_sandbox_is_as_it_was_told(start: Callable[..., Service]) -> None:
    service = start("--lines", "8")
    sound = service.sound(tone(8000))  # 1 s
    service.made("/dnc", json={"numbers": [*LISTENERS[:2], REFUSING[0]]})
    lines = "\n".join([*LISTENERS, *ODD, *REFUSING, "nobody"]).encode()
    callbase = service.made("/callbases", files={"file": ("people.txt", lines)}, data={"name": "People"})["id"]
    wanted = {"gateway_id": "sandbox", "audio_id": sound, "callbase_id": callbase}
    estimate = service.http.post("/dial/estimate", json=wanted).raise_for_status().json()
    assert [estimate[name] for name in ("subscribers", "to_dial", "do_not_call", "not_allowed", "callbase_rejected")] == [17, 14, 3, 0, 1]
    assert (estimate["lines"], estimate["gateway_ok"], estimate["call_s"]) == (8, True, 11.4)

    campaign = service.made("/dial", json=wanted)["id"]
    seen: list[dict[str, Any]] = []

    def ended() -> bool:
        seen.append(service.get(f"/campaigns/{campaign}"))
        assert sum(seen[-1]["waiting"].values()) == seen[-1]["counts"]["pending"]
        return seen[-1]["ended_at"] is not None

    until(ended, 60, "the campaign ends")
    calls = service.calls(campaign)
    counts = service.counts(campaign)
    assert (len(calls), counts["do_not_call"]) == (estimate["to_dial"], estimate["do_not_call"])
    assert 0 < max(one["lines_in_use"] for one in seen) <= 8
    assert (seen[-1]["lines_in_use"], seen[-1]["counts"]["pending"]) == (0, 0)

    items = service.get(f"/campaigns/{campaign}/timeline")["items"]
    told = {word: sum(item[word] for item in items) for word in ("started", *counts)}
    assert told == dict(Counter(call["outcome"] for call in calls)) | {"started": 14, "do_not_call": 0}
    assert max(item["lines"] for item in items) == 8
    assert from_rfc3339(items[0]["at"]) <= from_rfc3339(calls[0]["initiated_at"])
    (sandbox,) = service.get("/gateways", **{"with": "status"})["items"]
    assert sandbox["status"]["breaker"]["state"] == "closed"

    assert service.http.delete(f"/campaigns/{campaign}").status_code == 204
    assert service.get("/campaigns")["items"] == []


def test_the_tempo_of_a_campaign_is_shown(start: Callable[..., Service]) -> None:
    service = start("--lines", "8")
    sound = service.sound(tone(1600))
    numbers = [f"+7944000{place:04}" for place in range(2003, 2019)]
    campaign = service.dial("sandbox", sound, numbers, calls_per_second=4)
    until(lambda: service.get(f"/campaigns/{campaign}")["calls_per_second_now"] >= 0.5, 20, "calls begin")
    assert service.finished(campaign) == {"delivered": 16}
    assert 0 < max(item["started"] for item in service.get(f"/campaigns/{campaign}/timeline")["items"]) <= 16
