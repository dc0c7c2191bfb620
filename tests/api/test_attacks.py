"""Requests as an attacker or a clumsy user sends them: refused in the contract's form, never with a 500, and nothing half done."""

from __future__ import annotations

import errno
import json
import sqlite3
import threading
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from api.swagger_adapter import load_contract
from store import gateways as gateway_store
from store.disk import FULL, READ_ONLY
from store.viewer import Viewer
from tests.api.conftest import SPEC, Api
from tests.campaign_things import a_sound, number
from tests.conftest import PASSWORD

JSON = "application/json"
GATEWAY: dict[str, Any] = {"name": "Office", "host": "sip.example.com"}


def errors_of(answer: Any) -> dict[str, str]:
    """Reasons by field."""
    return {one["field"]: one["reason"] for one in answer.json["errors"]}


# -- every wrong field is named ----------------------------------------------------------------------------------------


def test_all_wrong_fields_are_named_at_once(api: Api) -> None:
    wrong = {"name": "a\nb", "host": "sip:x", "port": 0, "region": "ZZ", "transport": "sctp", "codecs": ["PCMA", "opus"], "nmae": 1}
    answer = api.user.post("/gateways", wrong, status=400)
    assert set(errors_of(answer)) == {"name", "host", "port", "region", "transport", "codecs[1]", "nmae"}
    assert errors_of(answer)["region"] == "must be the two capital letters of a country, such as RU"
    assert answer.json["detail"].endswith("; and 4 more")


def test_all_wrong_parameters_are_named_at_once(api: Api) -> None:
    answer = api.user.get("/gateways?limit=0&limti=1&cursor=" + "x" * 1001, status=400)
    assert set(errors_of(answer)) == {"limit", "limti", "cursor"}
    form = api.user.post("/audio", params={"normalize": "perhaps", "nmae": "x"}, content_type="multipart/form-data", status=400)
    assert set(errors_of(form)) == {"normalize", "nmae", "file"}


def test_no_more_than_a_hundred_are_told(api: Api) -> None:
    answer = api.user.post("/dnc", {"numbers": [7] * 5000}, status=400)
    assert len(answer.json["errors"]) == 100


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"opt_out_digit": "99"}, "opt_out_digit", "must be one key of a phone: 0 to 9, * or #"),
        ({"window": {"from": "9", "to": "20:00", "timezone": "UTC"}}, "window.from", "must be a time of the day such as 09:00"),
        (
            {"window": {"from": "09:00", "to": "25:00", "timezone": "UTC"}},
            "window.to",
            "must be a time of the day such as 20:00, at most 24:00",
        ),
    ],
)
def test_a_form_that_is_wrong_is_told_in_words(api: Api, change: dict[str, Any], field: str, reason: str) -> None:
    body = {"gateway_id": "sandbox", "audio_id": "x", "numbers": [number(1)], **change}
    assert errors_of(api.user.post("/dial", body, status=400)) == {field: reason}


# -- who may ask goes before what is asked -----------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), [("GET", "/users"), ("POST", "/users"), ("PATCH", "/users/x"), ("DELETE", "/users/x")])
def test_only_an_admin_is_told_what_is_wrong_with_a_user(api: Api, method: str, path: str) -> None:
    assert api.user.raw(method, path, b"{", JSON, status=403).json["code"] == "forbidden"
    api.user.get("/users/me")


# -- bytes where there should be text ----------------------------------------------------------------------------------


def test_headers_that_are_no_utf8(api: Api) -> None:
    odd = b"\xff\xfe".decode("latin-1")
    answer = api.anyone.get("/users/me", headers={"Authorization": f"Bearer {odd}"}, status=401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="dozvon", error="invalid_token"'
    for path, body in (("/gateways", GATEWAY), ("/campaigns/x/pause", {})):
        refused = api.user.post(path, body, headers={"Idempotency-Key": odd}, status=400)
        assert errors_of(refused) == {"Idempotency-Key": "is not valid UTF-8"}


def test_an_idempotency_key_may_have_any_letters_and_not_too_many(api: Api) -> None:
    key = "ключ".encode().decode("latin-1")
    first = api.user.post("/gateways", GATEWAY, headers={"Idempotency-Key": key}, status=201)
    again = api.user.post("/gateways", GATEWAY, headers={"Idempotency-Key": key}, status=201)
    assert again.json == first.json
    assert "Idempotency-Key" in errors_of(api.user.post("/gateways", GATEWAY, headers={"Idempotency-Key": "x" * 256}, status=400))


def test_what_is_given_twice_is_refused(api: Api) -> None:
    twice = {"name": "is given twice; give it once"}
    assert errors_of(api.user.raw("POST", "/gateways", b'{"name": "a", "host": "h", "name": "b"}', JSON, status=400)) == twice
    assert errors_of(api.user.get("/gateways?limit=1&limit=5", status=400)) == {"limit": twice["name"]}
    part = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nA\r\n'
    assert errors_of(api.user.raw("POST", "/callbases", part * 2 + b"--x--\r\n", "multipart/form-data; boundary=x", status=400)) == twice


def test_two_files_in_one_field_are_not_one(api: Api) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n+79123456789\r\n'
    answer = api.user.raw("POST", "/callbases", part * 2 + b"--x--\r\n", "multipart/form-data; boundary=x", status=400)
    assert errors_of(answer) == {"file": "is given twice; give it once"}


def test_a_byte_order_mark_is_overlooked(api: Api) -> None:
    api.user.raw("POST", "/gateways", b"\xef\xbb\xbf" + json.dumps(GATEWAY).encode(), JSON, status=201)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is empty"),
        (b'{\n "name": x}', "is not valid JSON at line 2, column 10"),
        (b'{"port": -Infinity}', "is not valid JSON: NaN, Infinity and endless numbers are none"),
        (b'{"port": ' + b"9" * 10_000 + b"}", "is not valid JSON: NaN, Infinity and endless numbers are none"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"\xff", "is not valid UTF-8"),
    ],
)
def test_what_is_wrong_with_a_body_is_told(api: Api, body: bytes, reason: str) -> None:
    assert errors_of(api.user.raw("POST", "/gateways", body, JSON, status=400)) == {"body": reason}


def test_a_packed_body_is_415(api: Api) -> None:
    answer = api.user.post("/gateways", GATEWAY, headers={"Content-Encoding": "gzip"}, status=415)
    assert answer.json["code"] == "unsupported_media_type"


# -- subscribers -------------------------------------------------------------------------------------------------------


def test_adding_only_people_who_are_on_the_list_already(api: Api) -> None:
    callbase = api.user.post("/callbases", params={"name": "Clients"}, content_type="multipart/form-data").json
    path = f"/callbases/{callbase['id']}/subscribers"
    api.user.post(path, {"subscribers": [{"number": "+79123456789"}]}, status=201)
    again = api.user.post(path, {"subscribers": [{"number": "+79123456789"}]}, status=201).json
    assert again["items"] == []
    assert (again["report"]["accepted"], again["report"]["duplicates"]) == (0, 1)


# -- at the same moment ------------------------------------------------------------------------------------------------


def test_twenty_at_once_with_one_key_start_one_campaign(api: Api) -> None:
    body = {"gateway_id": "sandbox", "audio_id": a_sound(api.services.store, _viewer(api)), "numbers": [number(1)]}
    gate, answers = threading.Barrier(20), []

    def dial() -> None:
        gate.wait()
        answers.append(api.user.post("/dial", body, headers={"Idempotency-Key": "one"}, status="*"))

    threads = [threading.Thread(target=dial) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 409)
    assert sum(answer.status_code == 202 and "Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert len(api.user.get("/campaigns").json["items"]) == 1


def _viewer(api: Api) -> Viewer:
    return Viewer(api.user.get("/users/me").json["uid"], is_admin=False)


# -- a full disk -------------------------------------------------------------------------------------------------------


def test_a_full_disk_is_503_changes_nothing_and_passes(api: Api) -> None:
    full = _Disk(api, "database or disk is full")
    sound = a_sound(api.services.store, _viewer(api))
    full.begins()
    for path, body in (("/gateways", GATEWAY), ("/dial", {"gateway_id": "sandbox", "audio_id": sound, "numbers": [number(1)]})):
        answer = api.user.post(path, body, headers={"Idempotency-Key": "one"}, status=503)
        assert (answer.json["code"], answer.json["detail"]) == ("unavailable", FULL)
        assert answer.headers["Retry-After"] == "60"
    assert api.login("user", PASSWORD).json["error"] == "temporarily_unavailable"
    assert [item["id"] for item in api.user.get("/gateways").json["items"]] == ["sandbox"]
    assert api.user.get("/campaigns").json["items"] == []
    full.ends()
    api.user.post("/gateways", GATEWAY, headers={"Idempotency-Key": "one"}, status=201)


def test_a_folder_that_must_not_be_written_is_told(api: Api) -> None:
    _Disk(api, "attempt to write a readonly database").begins()
    assert api.user.post("/gateways", GATEWAY, status=503).json["detail"] == READ_ONLY


def test_a_disk_that_fills_up_half_way_leaves_the_key_usable(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key's row can't be brought to its end while the disk is full, and must not be 'still running' for ever."""
    disk, create = _Disk(api, "database or disk is full"), gateway_store.create

    def fills_up(*args: Any) -> Any:
        disk.begins()
        return create(*args)

    key = {"Idempotency-Key": str(uuid.uuid4())}
    monkeypatch.setattr(gateway_store, "create", fills_up)
    api.user.post("/gateways", GATEWAY, headers=key, status=503)
    monkeypatch.setattr(gateway_store, "create", create)
    api.user.post("/gateways", GATEWAY, headers=key, status=503)
    disk.ends()
    api.user.post("/gateways", GATEWAY, headers=key, status=201)
    assert len(api.user.get("/gateways").json["items"]) == 2


def test_an_answer_that_could_not_be_kept_is_given_and_found_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    disk, create = _Disk(api, "database or disk is full"), gateway_store.create

    def then_full(*args: Any) -> Any:
        item = create(*args)
        disk.begins()
        return item

    key = {"Idempotency-Key": str(uuid.uuid4())}
    monkeypatch.setattr(gateway_store, "create", then_full)
    first = api.user.post("/gateways", GATEWAY, headers=key, status=201)
    disk.ends()
    again = api.user.post("/gateways", GATEWAY, headers=key, status=201)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"


def test_no_room_for_an_upload(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("api.audio._save", no_room)
    answer = api.user.post("/audio", upload_files=[("file", "a.wav", b"RIFF")], status=503)
    assert answer.json["detail"] == FULL


class _Disk:
    """Lets every write to the database fail, as SQLite does then, from `begins` to `ends`."""

    def __init__(self, api: Api, said: str) -> None:
        self._engine, self._said, self._on = api.services.store.engine, said, False

    def begins(self) -> None:
        if not self._on:
            event.listen(self._engine, "before_cursor_execute", self._refuse)
        self._on = True

    def ends(self) -> None:
        event.remove(self._engine, "before_cursor_execute", self._refuse)
        self._on = False

    def _refuse(self, conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError(statement, None, sqlite3.OperationalError(self._said))


# -- anything at all ---------------------------------------------------------------------------------------------------

_TEXTS = st.text(max_size=40) | st.sampled_from(
    ["\ud800", "\0", '"><script>', "x" * 2000, "+7 912\r\nX-Evil: 1", "sandbox", "\u202e", "=1+1"]
)
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=8,
)
_BODIES = [
    (method.upper(), path, SPEC.deref(param["schema"])["example"])
    for path, operations in load_contract()["paths"].items()
    for method, operation in operations.items()
    if method != "parameters" and operation.get("operationId") not in ("changeMe", "createUser", "changeUser")
    for param in operation.get("parameters", [])
    if param.get("in") == "body"
]


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.sampled_from(_BODIES), data=st.data())
def test_no_body_is_a_500(api: Api, which: tuple[str, str, dict[str, Any]], data: st.DataObject) -> None:
    method, path, example = which
    body: Any = dict(example)
    if data.draw(st.booleans()):
        body[data.draw(st.sampled_from(sorted(example)) | _TEXTS)] = data.draw(_ANYTHING)
    else:
        body = data.draw(_ANYTHING)
    answer = api.user.raw(method, path.replace("{", "").replace("}", ""), json.dumps(body).encode(), JSON, status="*")
    assert answer.status_code < 500
