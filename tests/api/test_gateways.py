"""`/gateways` over HTTP: the sandbox beside the user's own, and what the dialer is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from api.services import Services
from api_srv import make_app
from store import gateways
from store.viewer import Viewer
from tests.api.conftest import Api, Client
from tests.conftest import PASSWORD
from tests.test_store_gateways import add_campaign

OFFICE = {"name": "Office", "host": "sip.example.com", "username": "74951234567", "password": "s3cret-of-the-trunk"}
CLOSED = {"state": "closed", "reason": "", "since": None, "next_try_at": None}


def add(client: Client, **fields: Any) -> dict[str, Any]:
    item: dict[str, Any] = client.post("/gateways", {**OFFICE, **fields}, status=201).json
    return item


def test_a_gateway_is_made_shown_changed_and_deleted(api: Api) -> None:
    made = api.user.post("/gateways", OFFICE, status=201)
    gateway_id = made.json["id"]
    assert made.headers["Location"] == f"/gateways/{gateway_id}"
    assert (made.json["port"], made.json["codecs"], made.json["max_lines"]) == (5060, ["PCMA", "PCMU"], None)
    assert api.user.get(f"/gateways/{gateway_id}").json == made.json
    changed = api.user.patch(f"/gateways/{gateway_id}", {"max_lines": 5}, status=200).json
    assert changed == {**made.json, "max_lines": 5}
    assert api.user.patch(f"/gateways/{gateway_id}", {"max_lines": None}, status=200).json == made.json
    api.user.delete(f"/gateways/{gateway_id}", status=204)
    api.user.get(f"/gateways/{gateway_id}", status=404)
    assert api.dialer.asked == [("gateway_changed", gateway_id)] * 3


def test_the_password_never_comes_back(api: Api) -> None:
    made = api.user.post("/gateways", OFFICE, status=201)
    answers = [made, api.user.get(made.headers["Location"]), api.user.get("/gateways")]
    answers.append(api.user.patch(made.headers["Location"], {"password": OFFICE["password"]}))
    answers.append(api.user.post("/gateways", {**OFFICE, "port": 0}, status=400))
    assert all(OFFICE["password"] not in answer.text and '"password"' not in answer.text for answer in answers)


def test_a_change_of_something_else_keeps_the_password_and_null_removes_it(api: Api, services: Services) -> None:
    gateway_id = add(api.user)["id"]

    def password() -> str:
        with services.store.read() as conn:
            return gateways.settings(conn, gateway_id, services.box).password

    api.user.patch(f"/gateways/{gateway_id}", {"username": "other"})
    assert password() == OFFICE["password"]
    api.user.patch(f"/gateways/{gateway_id}", {"password": None})
    assert password() == ""


def test_tls_without_a_port_is_5061(api: Api) -> None:
    assert add(api.user, transport="tls")["port"] == 5061
    assert add(api.user, transport="tls", port=5060)["port"] == 5060


def test_a_new_name_is_nothing_to_the_dialer(api: Api) -> None:
    gateway_id = add(api.user)["id"]
    api.user.patch(f"/gateways/{gateway_id}", {"name": "New"})
    assert api.dialer.asked == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", 'a"\r\nX-Evil: 1'),
        ("host", "sip.example.com\r\nX-Evil: 1"),
        ("host", "sip:evil.example.com"),
        ("port", 70000),
        ("port", "5060"),
        ("codecs", ["opus"]),
        ("codecs", ["PCMA", "PCMA"]),
        ("max_lines", 0),
        ("calls_per_second", 0),
        ("region", "XX"),
        ("tls_ca", "evil"),
        ("register", "yes"),
        ("evil", 1),
    ],
)
def test_what_is_refused(api: Api, field: str, value: Any) -> None:
    gateway_id = add(api.user)["id"]
    for answer in (
        api.user.post("/gateways", {**OFFICE, field: value}, status=400),
        api.user.patch(f"/gateways/{gateway_id}", {field: value}, status=400),
    ):
        assert [error["field"].partition("[")[0] for error in answer.json["errors"]] == [field]
        assert "X-Evil" not in answer.text
        assert "evil.example" not in answer.text


def test_the_sandbox_ends_the_list(api: Api) -> None:
    ids = [add(api.user, name=f"g{number}")["id"] for number in range(2)]
    assert [item["id"] for item in api.user.get("/gateways").json["items"]] == [*reversed(ids), "sandbox"]
    assert [item["id"] for item in api.other.get("/gateways").json["items"]] == ["sandbox"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_no_page_is_longer_than_its_limit(api: Api, limit: int) -> None:
    ids = [add(api.user, name=f"g{number}")["id"] for number in range(3)]
    found: list[str] = []
    cursor = ""
    for _ in range(5):
        page = api.user.get(f"/gateways?limit={limit}{cursor}").json
        assert len(page["items"]) <= limit
        found += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == [*reversed(ids), "sandbox"]


def test_the_sandbox_is_read_only(api: Api) -> None:
    sandbox = api.user.get("/gateways/sandbox").json
    assert (sandbox["host"], sandbox["port"]) == ("127.0.0.1", 5062)
    assert api.user.patch("/gateways/sandbox", {"name": "mine"}, status=409).json["code"] == "conflict"
    api.admin.delete("/gateways/sandbox", status=409)
    assert api.user.get("/gateways/sandbox").json == sandbox
    assert api.dialer.asked == []


def test_without_a_sandbox_there_is_none(api: Api, services: Services) -> None:
    token = api.login("user", PASSWORD).json["access_token"]
    user = Client(make_app(replace(services, sandbox_port=None), validate_responses=True), token)
    assert user.get("/gateways").json == {"items": [], "next_cursor": None}
    user.get("/gateways/sandbox", status=404)
    user.patch("/gateways/sandbox", {"name": "x"}, status=404)
    user.delete("/gateways/sandbox", status=404)
    user.post("/gateways/sandbox/check", status=404)
    user.get("/gateways/sandbox/status", status=404)


def test_check_status_and_resume_ask_the_dialer(api: Api) -> None:
    for gateway_id in (add(api.user)["id"], "sandbox"):
        api.dialer.asked.clear()
        assert api.user.post(f"/gateways/{gateway_id}/check", status=200).json == api.dialer.check
        assert api.user.get(f"/gateways/{gateway_id}/status", status=200).json["breaker"] == CLOSED
        assert api.user.post(f"/gateways/{gateway_id}/resume", status=200).json["breaker"] == CLOSED
        asked = ["check_gateway", "gateway_status", "resume_gateway", "gateway_status"]
        assert api.dialer.asked == [(what, gateway_id) for what in asked]


def test_a_list_with_the_state_of_each(api: Api) -> None:
    first, second = add(api.user)["id"], add(api.user)["id"]
    plain = api.user.get("/gateways").json["items"]
    api.dialer.unusable = {first}
    items = api.user.get("/gateways?with=status").json["items"]
    assert [item["id"] for item in items] == [second, first, "sandbox"]
    assert [item.get("status", {}).get("lines_in_use") for item in items] == [0, None, 0]
    assert items[0].pop("status") == api.user.get(f"/gateways/{second}/status").json
    assert items[0] == plain[0]
    assert items[1] == plain[1]
    api.user.get("/gateways?with=calls", status=400)


def test_a_check_that_failed_is_still_an_answer(api: Api) -> None:
    api.dialer.check = {"ok": False, "sip_code": None, "reason": "The name does not resolve", "rtt_ms": None}
    assert api.user.post(f"/gateways/{add(api.user)['id']}/check", status=200).json == api.dialer.check


@pytest.mark.parametrize("gateway_id", ["mine", "no-uuid", "%27", "a" * 300])
def test_another_users_gateway_is_not_there(api: Api, gateway_id: str) -> None:
    path = f"/gateways/{add(api.user)['id'] if gateway_id == 'mine' else gateway_id}"
    api.other.get(path, status=404)
    api.other.patch(path, {"name": "x"}, status=404)
    api.other.delete(path, status=404)
    api.other.post(f"{path}/check", status=404)
    api.other.get(f"{path}/status", status=404)
    api.other.post(f"{path}/resume", status=404)
    api.anyone.get(path, status=401)
    assert api.dialer.asked == []


def test_an_admin_sees_all(api: Api) -> None:
    item = add(api.user)
    assert api.admin.get(f"/gateways/{item['id']}").json == item
    assert api.admin.patch(f"/gateways/{item['id']}", {"name": "x"}).json["name"] == "x"


def test_a_gateway_in_use_can_be_changed_but_not_deleted(api: Api, services: Services, user: Viewer) -> None:
    gateway_id = add(api.user)["id"]
    add_campaign(services.store, user, gateway_id, "running")
    api.user.delete(f"/gateways/{gateway_id}", status=409)
    api.user.patch(f"/gateways/{gateway_id}", {"password": "right"}, status=200)
    assert api.dialer.asked == [("gateway_changed", gateway_id)]


def test_the_same_key_makes_one_gateway(api: Api) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = api.user.post("/gateways", OFFICE, status=201, headers=headers)
    again = api.user.post("/gateways", OFFICE, status=201, headers=headers)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert len(api.user.get("/gateways").json["items"]) == 2
