"""POST /dial/estimate: what a campaign would be; and that it is so."""

from __future__ import annotations

from typing import Any

import pytest

from clock import from_rfc3339, now_ms, to_rfc3339
from store import dnc
from store.engine import Store
from store.viewer import Viewer
from tests.api.conftest import Api
from tests.campaign_things import a_callbase, a_gateway, a_sound, number

HOUR_MS = 3_600_000
DEMO = "+79440000486"


@pytest.fixture
def body(store: Store, user: Viewer) -> dict[str, Any]:
    """The sound lasts 1 s."""
    return {"gateway_id": "sandbox", "audio_id": a_sound(store, user), "numbers": [number(place) for place in range(20)]}


def told(api: Api, body: dict[str, Any], **changed: Any) -> dict[str, Any]:
    answer: dict[str, Any] = api.user.post("/dial/estimate", body | changed, status=200).json
    assert api.user.get("/campaigns").json["items"] == []
    assert ("wake",) not in api.dialer.asked
    return answer


def test_a_list_of_numbers(api: Api, body: dict[str, Any]) -> None:
    found = told(api, body)
    starts_at, ends_at = from_rfc3339(found.pop("starts_at")), from_rfc3339(found.pop("ends_at"))
    assert abs(starts_at - now_ms()) < 10_000
    assert ends_at - starts_at == 29_000
    assert found == {
        "subscribers": 20,
        "to_dial": 20,
        "do_not_call": 0,
        "not_allowed": 0,
        "bad_numbers": [],
        "bad_numbers_total": 0,
        "callbase_rejected": 0,
        "lines": 8,
        "calls_per_second": None,
        "call_s": 11.4,
        "duration_s": 29,
        "window_open": True,
        "gateway_ok": True,
        "gateway_reason": None,
    }


def test_bad_numbers_are_told_and_not_refused(api: Api, store: Store, user: Viewer, body: dict[str, Any]) -> None:
    numbers = ["8 (912) 000-00-01", "12", "+79120000001", "+4930123456", DEMO, "call me", *["+7912"] * 200]
    own = a_gateway(store, user, allowed_prefixes=["+79"])
    found = told(api, body, numbers=numbers, gateway_id=own)
    assert (found["subscribers"], found["to_dial"], found["not_allowed"]) == (3, 1, 2)
    assert (len(found["bad_numbers"]), found["bad_numbers_total"]) == (100, 204)
    assert [one["index"] for one in found["bad_numbers"][:5]] == [1, 3, 4, 5, 6]
    refused = api.user.post("/dial", body | {"numbers": numbers, "gateway_id": own}, status=400).json
    assert [(f"numbers[{one['index']}]", one["reason"]) for one in found["bad_numbers"]] == [
        (one["field"], one["reason"]) for one in refused["errors"]
    ]
    found = told(api, body, numbers=["1", "2"])
    assert (found["subscribers"], found["duration_s"], found["starts_at"], found["ends_at"]) == (0, 0, None, None)


def test_a_callbase(api: Api, store: Store, user: Viewer, body: dict[str, Any]) -> None:
    callbase = a_callbase(store, user, [number(1), number(2), number(3), "+4930123456", DEMO])
    dnc.add(store, user, [number(2), "+4930123456"], "")
    wanted = {"numbers": None, "callbase_id": callbase}
    found = told(api, body, **wanted)
    assert [found[name] for name in ("subscribers", "to_dial", "do_not_call", "not_allowed")] == [5, 3, 2, 0]
    found = told(api, body, **wanted, gateway_id=a_gateway(store, user, allowed_prefixes=["+7"]))
    assert [found[name] for name in ("subscribers", "to_dial", "do_not_call", "not_allowed")] == [5, 2, 1, 2]


@pytest.mark.parametrize(
    ("node", "gateway", "campaign", "expected"),
    [
        (8, {}, {}, (8, None)),
        (8, {"max_lines": 3}, {"max_lines": 5}, (3, None)),
        (2, {"max_lines": 3}, {"max_lines": 5}, (2, None)),
        (8, {"calls_per_second": 2}, {"calls_per_second": 0.5, "max_lines": 1}, (1, 0.5)),
        (8, {"calls_per_second": 2.5}, {}, (8, 2.5)),
    ],
)
def test_the_narrowest_limit_holds(
    api: Api, store: Store, user: Viewer, body: dict[str, Any], node: int, gateway: Any, campaign: Any, expected: Any
) -> None:
    api.dialer.all_lines = (node, 1)
    found = told(api, body, **campaign, gateway_id=a_gateway(store, user, **gateway))
    assert (found["lines"], found["calls_per_second"]) == expected
    assert found["duration_s"] == max(-(-20 * 114 // (10 * found["lines"])), 50 if expected[1] == 0.5 else 0)


def test_the_hours_and_the_start_are_counted_in(api: Api, body: dict[str, Any]) -> None:
    start_at = now_ms() + HOUR_MS
    assert told(api, body, start_at=to_rfc3339(start_at))["starts_at"] == to_rfc3339(start_at)
    assert told(api, body, start_at=to_rfc3339(start_at - 2 * HOUR_MS))["starts_at"] < (to_rfc3339(start_at) or "")
    far = told(api, body, start_at="9999-12-31T23:59:59Z", window={"from": "09:00", "to": "18:00", "timezone": "Europe/Moscow"})
    assert (far["starts_at"], far["ends_at"]) == ("9999-12-31T23:59:59.000Z", None)
    noon = (to_rfc3339(now_ms() + 12 * HOUR_MS) or "")[11:13]
    window = {"from": f"{noon}:00", "to": f"{noon}:30", "timezone": "UTC"}
    found = told(api, body, window=window, max_lines=1, repeat=10)
    assert not found["window_open"]
    assert found["starts_at"][11:] == f"{noon}:00:00.000Z"
    assert from_rfc3339(found["ends_at"]) - from_rfc3339(found["starts_at"]) == 1000 * found["duration_s"] < HOUR_MS // 2
    found = told(api, body, window=window, max_lines=1, repeat=10, tail_ms=10_000, lead_in_ms=10_000, repeat_pause_ms=10_000)
    assert found["duration_s"] > 1800
    assert from_rfc3339(found["ends_at"]) - from_rfc3339(found["starts_at"]) == 1000 * found["duration_s"] + 47 * HOUR_MS // 2


@pytest.mark.parametrize(
    ("breaker", "registration", "expected"),
    [
        ({"state": "open", "reason": "407 Proxy Authentication Required"}, {}, (False, "407 Proxy Authentication Required")),
        ({"state": "slowed", "reason": "503 Full"}, {}, (True, "503 Full")),
        ({}, {"state": "failed", "sip_code": 403, "reason": "Forbidden"}, (False, "the registration failed: 403 Forbidden")),
        ({}, {"state": "registered"}, (True, None)),
    ],
)
def test_whether_the_gateway_works(
    api: Api, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch, breaker: Any, registration: Any, expected: Any
) -> None:
    status = api.dialer.gateway_status("sandbox")
    status = {**status, "breaker": status["breaker"] | breaker, "registration": status["registration"] | registration}
    monkeypatch.setattr(api.dialer, "gateway_status", lambda _gateway_id: status)
    found = told(api, body)
    assert (found["gateway_ok"], found["gateway_reason"]) == expected


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"numbers": None}, "callbase_id"),
        ({"numbers": []}, "numbers"),
        ({"repeat": 0}, "repeat"),
        ({"start_at": "tomorrow"}, "start_at"),
        ({"window": {"from": "09:00", "to": "09:00", "timezone": "UTC"}}, "window.to"),
        ({"transfer_digit": "1", "transfer_to": "+"}, "transfer_to"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_other_bad_input_is_refused_as_by_dial(api: Api, body: dict[str, Any], changed: dict[str, Any], field: str) -> None:
    problems = [api.user.post(path, body | changed, status=400).json for path in ("/dial/estimate", "/dial")]
    assert field in [error["field"] for error in problems[0]["errors"]]
    assert problems[0]["errors"] == problems[1]["errors"]


@pytest.mark.parametrize("field", ["gateway_id", "audio_id", "callbase_id"])
def test_what_is_not_there_is_404(api: Api, store: Store, other: Viewer, body: dict[str, Any], field: str) -> None:
    foreign = {
        "gateway_id": a_gateway(store, other),
        "audio_id": a_sound(store, other),
        "callbase_id": a_callbase(store, other, [number(1)]),
    }
    wanted = body | ({"numbers": None} if field == "callbase_id" else {})
    for value in (foreign[field], "no-uuid"):
        assert field in api.user.post("/dial/estimate", wanted | {field: value}, status=404).json["detail"]
    api.anyone.post("/dial/estimate", body, status=401)


def test_an_empty_callbase_is_refused(api: Api, store: Store, user: Viewer, body: dict[str, Any]) -> None:
    api.user.post("/dial/estimate", body | {"numbers": None, "callbase_id": a_callbase(store, user, [])}, status=400)
