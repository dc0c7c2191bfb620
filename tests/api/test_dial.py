"""POST /dial: what is refused and why, and what a campaign that was started looks like."""

from __future__ import annotations

import dataclasses
import uuid
from dataclasses import replace
from typing import Any

import pytest

from api.dial_fields import checked
from api.swagger_adapter import load_contract
from clock import now_ms, to_rfc3339
from dialer.answering import OFFERED
from sip.listening.params import DetectionParams
from store.engine import Store
from store.viewer import Viewer
from tests.api.conftest import Api, Client
from tests.campaign_things import a_callbase, a_gateway, a_sound, number, rows_of

HOUR_MS = 3_600_000


@pytest.fixture
def sound(store: Store, user: Viewer) -> str:
    return a_sound(store, user)


@pytest.fixture
def request_body(sound: str) -> dict[str, Any]:
    """The smallest request that starts a campaign."""
    return {"gateway_id": "sandbox", "audio_id": sound, "numbers": [number(1)]}


def refused(client: Client, body: dict[str, Any], status: int = 400) -> list[str]:
    """The fields that a request is refused for; nothing was started."""
    problem = client.post("/dial", body, status=status).json
    assert client.get("/campaigns").json["items"] == []
    return [error["field"] for error in problem.get("errors", [])]


# -- it starts ---------------------------------------------------------------------------------------------------------


def test_a_list_of_numbers(api: Api, store: Store, request_body: dict[str, Any]) -> None:
    numbers = ["8 (912) 000-00-01", "+79120000002", "+7 912 000-00-01", "+4930123456"]
    api.dialer.eta = 17
    answer = api.user.post("/dial", request_body | {"numbers": numbers}, status=202)
    campaign = answer.json
    assert answer.headers["Location"] == f"/campaigns/{campaign['id']}"
    assert [row["number"] for row in rows_of(store, campaign["id"])] == ["+79120000001", "+79120000002", "+4930123456"]
    assert campaign["counts"]["total"] == campaign["counts"]["pending"] == 3
    assert (campaign["status"], campaign["eta_s"]) == ("running", 17)
    assert ("wake",) in api.dialer.asked
    assert api.user.get(answer.headers["Location"]).json == campaign


def test_what_is_not_given_is_as_the_contract_says(api: Api, request_body: dict[str, Any]) -> None:
    campaign = api.user.post("/dial", request_body, status=202).json
    expected = {
        "gateway_id": "sandbox",
        "audio_id": request_body["audio_id"],
        "callbase_id": None,
        "max_lines": None,
        "calls_per_second": None,
        "ring_timeout_s": 45,
        "max_attempts": 1,
        "retry": {},
        "window": None,
        "start_at": None,
        "lead_in_ms": 200,
        "tail_ms": 200,
        "repeat": 1,
        "repeat_pause_ms": 0,
        "opt_out_digit": None,
        "collect_digits": 0,
        "redial_interrupted": False,
        "machine_detection": "off",
        "machine_detection_params": {},
        "record_s": 0,
        "recording_days": 30,
    }
    assert {name: campaign[name] for name in expected} == expected


def test_everything_given_is_told_again(api: Api, store: Store, user: Viewer, sound: str) -> None:
    given = {
        "gateway_id": a_gateway(store, user),
        "audio_id": sound,
        "callbase_id": a_callbase(store, user, [number(1), number(2)]),
        "name": "Осень",
        "max_lines": 3,
        "calls_per_second": 0.5,
        "ring_timeout_s": 30,
        "max_attempts": 4,
        "retry": {"busy": {"after_s": 604_800, "max_attempts": 20}, "failed": {"after_s": 0, "max_attempts": 1}},
        "window": {"days": ["mon", "fri"], "from": "22:00", "to": "02:00", "timezone": "Asia/Vladivostok"},
        "start_at": to_rfc3339(now_ms() + HOUR_MS),
        "lead_in_ms": 0,
        "tail_ms": 1000,
        "repeat": 2,
        "repeat_pause_ms": 1500,
        "opt_out_digit": "9",
        "collect_digits": 4,
        "redial_interrupted": True,
        "machine_detection": "message_after_beep",
        "machine_detection_params": {"greeting_ms": 2000, "beep_timeout_ms": 20_000},
        "record_s": 120,
        "recording_days": 1,
    }
    campaign = api.user.post("/dial", given, status=202).json
    assert {name: campaign[name] for name in given} == given
    assert campaign["status"] == "scheduled"
    assert [row["number"] for row in rows_of(store, campaign["id"])] == [number(1), number(2)]


def test_max_attempts_counts_only_together_with_retry(api: Api, request_body: dict[str, Any]) -> None:
    retry = {"busy": {"after_s": 60, "max_attempts": 2}}
    for given, expected in (
        ({"max_attempts": 7}, 1),
        ({"max_attempts": 7, "retry": {}}, 1),
        ({"retry": None}, 1),
        ({"retry": retry}, None),
        ({"retry": retry, "max_attempts": 2}, 2),
    ):
        assert api.user.post("/dial", request_body | given, status=202).json["max_attempts"] == expected


def test_a_start_at_in_the_past_is_now(api: Api, request_body: dict[str, Any]) -> None:
    campaign = api.user.post("/dial", request_body | {"start_at": "2020-02-29T12:00:00+03:00"}, status=202).json
    assert (campaign["status"], campaign["start_at"]) == ("running", "2020-02-29T09:00:00.000Z")


def test_a_window_without_days_is_every_day(api: Api, request_body: dict[str, Any]) -> None:
    window = {"from": "00:00", "to": "24:00", "timezone": "UTC"}
    campaign = api.user.post("/dial", request_body | {"window": window}, status=202).json
    assert campaign["window"] == window | {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}


def test_local_numbers_are_read_in_the_gateways_region(api: Api, store: Store, user: Viewer, request_body: dict[str, Any]) -> None:
    body = request_body | {"gateway_id": a_gateway(store, user, region="DE"), "numbers": ["030 123456"]}
    campaign = api.user.post("/dial", body, status=202).json
    assert [row["number"] for row in rows_of(store, campaign["id"])] == ["+4930123456"]


def test_sent_twice_with_one_key_starts_one_campaign(api: Api, request_body: dict[str, Any]) -> None:
    key = {"Idempotency-Key": "once"}
    first = api.user.post("/dial", request_body, headers=key, status=202)
    again = api.user.post("/dial", request_body, headers=key, status=202)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(api.user.get("/campaigns").json["items"]) == 1


def test_a_hundred_thousand_numbers_are_not_too_many(api: Api, request_body: dict[str, Any]) -> None:
    body = request_body | {"numbers": [number(index) for index in range(100_000)]}
    assert api.user.post("/dial", body, status=202).json["counts"]["pending"] == 100_000
    api.user.post("/dial", body | {"numbers": [*body["numbers"], number(1)]}, status=400)


# -- who is called -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [{}, {"callbase_id": None, "numbers": None}, {"callbase_id": "x", "numbers": ["+79120000001"]}])
def test_exactly_one_of_callbase_and_numbers(api: Api, sound: str, who: dict[str, Any]) -> None:
    assert refused(api.user, {"gateway_id": "sandbox", "audio_id": sound} | who) == ["callbase_id", "numbers"]


def test_nobody_to_call(api: Api, store: Store, user: Viewer, request_body: dict[str, Any]) -> None:
    assert refused(api.user, request_body | {"numbers": []}) == ["numbers"]
    del request_body["numbers"]
    assert refused(api.user, request_body | {"callbase_id": a_callbase(store, user, [])}) == ["callbase_id"]


@pytest.mark.parametrize(
    "bad", ['"><script>', "+7 912\r\nX-Evil: 1", "112", "+79120000001 ext. 5", "+7", "+999123456789", " ", "8912000000a"]
)
def test_a_bad_number_is_named_by_its_index_and_never_repeated(api: Api, request_body: dict[str, Any], bad: str) -> None:
    body = request_body | {"numbers": [number(1), bad, number(2), bad]}
    answer = api.user.post("/dial", body, status=400)
    assert [error["field"] for error in answer.json["errors"]] == ["numbers[1]", "numbers[3]"]
    assert len(bad) < 4 or bad not in answer.text
    assert "Evil" not in answer.text
    assert api.user.get("/campaigns").json["items"] == []


def test_300_digits(api: Api, request_body: dict[str, Any]) -> None:
    assert refused(api.user, request_body | {"numbers": [number(1), "9" * 300]}) == ["numbers[1]"]


def test_the_first_hundred_bad_numbers_are_told(api: Api, request_body: dict[str, Any]) -> None:
    answer = api.user.post("/dial", request_body | {"numbers": [number(1), *["none"] * 500]}, status=400).json
    assert len(answer["errors"]) == 100
    assert "500 of 501" in answer["detail"]


def test_numbers_outside_of_the_allowed_prefixes(api: Api, store: Store, user: Viewer, request_body: dict[str, Any]) -> None:
    gateway = a_gateway(store, user, allowed_prefixes=["+7912", "+49"])
    body = request_body | {"gateway_id": gateway}
    assert refused(api.user, body | {"numbers": ["+79120000001", "+79130000001", "+4930123456", "8 913 000-00-01"]}) == [
        "numbers[1]",
        "numbers[3]",
    ]
    api.user.post("/dial", body | {"numbers": ["+79120000001", "+4930123456"]}, status=202)


def test_demo_numbers_only_through_the_sandbox(api: Api, store: Store, user: Viewer, request_body: dict[str, Any]) -> None:
    demo = ["8 944 000-04-86", "+79120000001", "+79440009999"]
    provider = request_body | {"gateway_id": a_gateway(store, user)}
    assert refused(api.user, provider | {"numbers": demo}) == ["numbers[0]", "numbers[2]"]
    del provider["numbers"]
    callbase = a_callbase(store, user, ["+79440000486", "+79120000001"])
    answer = api.user.post("/dial", provider | {"callbase_id": callbase}, status=400).json
    assert [error["field"] for error in answer["errors"]] == ["callbase_id"]
    assert "1 of its numbers" in answer["detail"]
    assert api.user.post("/dial", request_body | {"numbers": demo}, status=202).json["counts"]["pending"] == 3


# -- with what ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["gateway_id", "audio_id", "callbase_id"])
@pytest.mark.parametrize("wrong", ["unknown", "no uuid", "another user's"])
def test_what_is_not_there_is_404_and_named(
    api: Api, store: Store, user: Viewer, other: Viewer, request_body: dict[str, Any], field: str, wrong: str
) -> None:
    foreign = {
        "gateway_id": a_gateway(store, other),
        "audio_id": a_sound(store, other),
        "callbase_id": a_callbase(store, other, [number(1)]),
    }
    if field == "callbase_id":
        del request_body["numbers"]
    request_body[field] = {"unknown": str(uuid.uuid4()), "no uuid": "../7", "another user's": foreign[field]}[wrong]
    problem = api.user.post("/dial", request_body, status=404).json
    assert problem["detail"].startswith(f"{field}: ")
    assert api.user.get("/campaigns").json["items"] == []
    assert api.dialer.asked == []


def test_a_deleted_sound(api: Api, request_body: dict[str, Any]) -> None:
    api.user.delete(f"/audio/{request_body['audio_id']}", status=204)
    assert "deleted" in api.user.post("/dial", request_body, status=404).json["detail"]


def test_the_sandbox_may_be_off(services: Any, dialer: Any, user: Viewer, sound: str, request_body: dict[str, Any]) -> None:
    from api_srv import make_app
    from tests.conftest import PASSWORD

    app = make_app(replace(services, sandbox_port=None), validate_responses=True)
    token = (
        Client(app).post("/oauth/token", params={"grant_type": "password", "username": "user", "password": PASSWORD}).json["access_token"]
    )
    assert "--no-sandbox" in Client(app, token).post("/dial", request_body, status=404).json["detail"]


def test_nobody_dials_without_a_token(api: Api, request_body: dict[str, Any]) -> None:
    api.anyone.post("/dial", request_body, status=401)


# -- when and how ------------------------------------------------------------------------------------------------------

WINDOW = {"days": ["mon"], "from": "09:00", "to": "20:00", "timezone": "Europe/Moscow"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"days": []}, "window.days"),
        ({"days": ["monday"]}, "window.days[0]"),
        ({"days": ["mon", "mon"]}, "window.days"),
        ({"from": "9:00"}, "window.from"),
        ({"from": "24:00"}, "window.from"),
        ({"to": "24:01"}, "window.to"),
        ({"to": "09:60"}, "window.to"),
        ({"to": "20:00\n"}, "window.to"),
        ({"to": "09:00"}, "window.to"),
        ({"timezone": "Mars/Base"}, "window.timezone"),
        ({"timezone": "../../etc/passwd"}, "window.timezone"),
        ({"timezone": "europe/moscow"}, "window.timezone"),
        ({"holidays": True}, "window.holidays"),
    ],
)
def test_a_window_that_is_none(api: Api, request_body: dict[str, Any], change: dict[str, Any], field: str) -> None:
    assert refused(api.user, request_body | {"window": WINDOW | change}) == [field]


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("start_at", "tomorrow", "start_at"),
        ("start_at", "2026-01-31T09:00:00", "start_at"),
        ("start_at", "2026-02-30T09:00:00Z", "start_at"),
        ("start_at", "0001-01-01T00:00:00+14:00", "start_at"),
        ("start_at", 1_800_000_000, "start_at"),
        ("retry", {"busy": {"after_s": -1, "max_attempts": 1}}, "retry.busy.after_s"),
        ("retry", {"busy": {"after_s": 604_801, "max_attempts": 1}}, "retry.busy.after_s"),
        ("retry", {"busy": {"after_s": 1, "max_attempts": 0}}, "retry.busy.max_attempts"),
        ("retry", {"busy": {"after_s": 1, "max_attempts": 21}}, "retry.busy.max_attempts"),
        ("retry", {"busy": {"after_s": 1}}, "retry.busy.max_attempts"),
        ("retry", {"delivered": {"after_s": 1, "max_attempts": 1}}, "retry.delivered"),
        ("max_attempts", 0, "max_attempts"),
        ("max_attempts", True, "max_attempts"),
        ("calls_per_second", 0, "calls_per_second"),
        ("calls_per_second", "1", "calls_per_second"),
        ("max_lines", 0, "max_lines"),
        ("ring_timeout_s", 0, "ring_timeout_s"),
        ("opt_out_digit", "12", "opt_out_digit"),
        ("opt_out_digit", "a", "opt_out_digit"),
        ("collect_digits", -1, "collect_digits"),
        ("repeat", 0, "repeat"),
        ("repeat_pause_ms", -1, "repeat_pause_ms"),
        ("repeat_pause_ms", 10_001, "repeat_pause_ms"),
        ("name", "x" * 201, "name"),
        ("name", "two\nlines", "name"),
        ("gateway", "sandbox", "gateway"),
    ],
)
def test_a_field_that_is_wrong_is_named(api: Api, request_body: dict[str, Any], field: str, value: Any, named: str) -> None:
    assert refused(api.user, request_body | {field: value}) == [named]


def test_all_that_is_wrong_is_told_at_once(api: Api, sound: str) -> None:
    body = {
        "gateway_id": "sandbox",
        "audio_id": sound,
        "start_at": "soon",
        "window": WINDOW | {"to": "09:00", "timezone": "x"},
        "name": "a\tb",
    }
    assert set(refused(api.user, body)) == {"callbase_id", "numbers", "start_at", "window.to", "window.timezone", "name"}


def test_checked_leaves_what_it_was_given_alone() -> None:
    given = {"numbers": ["1"], "start_at": "1970-01-01T00:00:01Z", "window": {"from": "09:00", "to": "20:00", "timezone": "UTC"}}
    before = {**given, "window": {**given["window"]}}  # type: ignore[dict-item]
    assert checked(given)["start_at"] == 1000
    assert given == before


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"machine_detection": "maybe"}, "machine_detection"),
        ({"machine_detection_params": {"greeting_ms": 99}}, "machine_detection_params.greeting_ms"),
        ({"machine_detection_params": {"greeting_ms": "long"}}, "machine_detection_params.greeting_ms"),
        ({"machine_detection_params": {"timeout_ms": 3_000, "initial_silence_ms": 4_000}}, "machine_detection_params.initial_silence_ms"),
        ({"machine_detection_params": {"loudness": 1}}, "machine_detection_params"),
        ({"record_s": 121}, "record_s"),
        ({"record_s": -1}, "record_s"),
        ({"recording_days": 0}, "recording_days"),
    ],
)
def test_what_can_not_be_listened_for(api: Api, request_body: dict[str, Any], fields: dict[str, Any], field: str) -> None:
    problem = api.user.post("/dial", request_body | fields, status=400).json
    assert problem["errors"][0]["field"].startswith(field)


def test_the_detections_parameters_are_those_that_it_has() -> None:
    told = load_contract()["definitions"]["DetectionParams"]["properties"]
    assert set(told) == set(OFFERED)
    for one in dataclasses.fields(DetectionParams):
        if one.name in OFFERED:
            assert (told[one.name]["minimum"], told[one.name]["maximum"]) == (one.metadata["low"], one.metadata["high"]), one.name
            assert f"{one.default} unless given" in told[one.name]["description"], one.name


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        ({"opt_out_audio_id": "SOUND"}, "opt_out_audio_id"),
        ({"transfer_digit": "1"}, "transfer_to"),
        ({"transfer_to": "100"}, "transfer_digit"),
        ({"transfer_digit": "9", "transfer_to": "100", "opt_out_digit": "9"}, "transfer_digit"),
        ({"transfer_digit": "1", "transfer_to": "112"}, "transfer_to"),
        ({"transfer_digit": "1", "transfer_to": "a@elsewhere.example"}, "transfer_to"),
        ({"transfer_digit": "1", "transfer_to": "+7912"}, "transfer_to"),
    ],
)
def test_keys_that_do_not_go_together(api: Api, request_body: dict[str, Any], sound: str, keys: dict[str, Any], field: str) -> None:
    given = {name: sound if value == "SOUND" else value for name, value in keys.items()}
    assert refused(api.user, request_body | given) == [field]
