"""`/oauth/token` and `/oauth/revoke` over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from webtest import TestApp, TestResponse

from tests.api.conftest import Api
from tests.conftest import PASSWORD

FORM = "application/x-www-form-urlencoded"
GOOD = {"grant_type": "password", "username": "user", "password": PASSWORD}


def token(api: Api, fields: Any, *, status: int = 200, headers: dict[str, str] | None = None, path: str = "/oauth/token") -> TestResponse:
    """A form, or bytes, as it is; the answer must never be cached."""
    answer = TestApp(api.app).post(path, fields, headers=headers or {}, status=status)
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    return answer


def error(answer: TestResponse) -> str:
    """The RFC's code of an answer in the form of RFC 6749 section 5.2."""
    assert answer.content_type == "application/json"
    assert set(answer.json) == {"error", "error_description"}
    return str(answer.json["error"])


def test_a_login_a_call_and_a_refresh(api: Api) -> None:
    answer = token(api, GOOD)
    assert set(answer.json) == {"access_token", "token_type", "expires_in", "refresh_token"}
    bearer = {"Authorization": f"Bearer {answer.json['access_token']}"}
    assert TestApp(api.app).get("/users/me", headers=bearer).json["login"] == "user"
    again = token(api, {"grant_type": "refresh_token", "refresh_token": answer.json["refresh_token"]})
    assert again.json["access_token"] != answer.json["access_token"]


def test_client_credentials_and_unknown_fields_are_ignored(api: Api) -> None:
    token(api, {**GOOD, "client_id": "x", "client_secret": "y", "scope": "all", "what": "ever"}, headers={"Authorization": "Basic Og=="})
    token(api, GOOD, headers={"Authorization": "Basic !!!"})


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({**GOOD, "password": "wrong"}, "invalid_grant"),
        ({**GOOD, "username": "nobody"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, "invalid_grant"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
        ({}, "invalid_request"),
        ({"username": "user", "password": PASSWORD}, "invalid_request"),
        ({"grant_type": "password", "username": "user"}, "invalid_request"),
        ({**GOOD, "password": ""}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ([*GOOD.items(), ("username", "admin")], "invalid_request"),
        (b"grant_type=password&username=user&password=%ff", "invalid_request"),
        (b"grant_type=password&username=\xff\xfe&password=x", "invalid_request"),
        (b"&".join(b"a%d=1" % number for number in range(200)), "invalid_request"),
    ],
)
def test_errors_have_the_rfcs_form(api: Api, fields: Any, code: str) -> None:
    assert error(token(api, fields, status=400)) == code


def test_wrong_and_unknown_are_told_alike(api: Api) -> None:
    wrong = token(api, {**GOOD, "password": "wrong"}, status=400)
    unknown = token(api, {**GOOD, "username": "nobody"}, status=400)
    assert wrong.body == unknown.body


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke"])
def test_another_content_type_is_refused(api: Api, path: str, content_type: str) -> None:
    answer = TestApp(api.app).request(path, method="POST", body=b'{"a": 1}', content_type=content_type, status=400)
    assert error(answer) == "invalid_request"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_charset_beside_the_content_type_is_fine(api: Api) -> None:
    token(api, GOOD, headers={"Content-Type": f"{FORM}; charset=UTF-8"})


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke"])
def test_a_body_over_64_kb_is_refused(api: Api, path: str) -> None:
    assert error(token(api, {**GOOD, "token": "x", "padding": "x" * 65_536}, status=413, path=path)) == "invalid_request"


def test_too_many_wrong_tries(api: Api) -> None:
    for _ in range(5):
        token(api, {**GOOD, "password": "wrong"}, status=400)
    answer = token(api, GOOD, status=429)
    assert error(answer) == "slow_down"
    assert int(answer.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_acts_at_once(api: Api, kind: str) -> None:
    given = token(api, GOOD).json
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    TestApp(api.app).get("/users/me", headers=bearer, status=200)
    assert token(api, {"token": given[kind], "token_type_hint": kind}, path="/oauth/revoke").json == {}
    TestApp(api.app).get("/users/me", headers=bearer, status=401)
    token(api, {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}, status=400)


def test_revoking_an_unknown_token_is_fine_and_no_token_is_not(api: Api) -> None:
    token(api, {"token": "unknown"}, path="/oauth/revoke")
    assert error(token(api, {"what": "ever"}, path="/oauth/revoke", status=400)) == "invalid_request"


def test_secrets_are_never_echoed(api: Api) -> None:
    for fields in (
        {**GOOD, "password": "hush-hush"},
        {"grant_type": "hush-hush"},
        {"grant_type": "refresh_token", "refresh_token": "hush-hush"},
    ):
        assert "hush-hush" not in token(api, fields, status=400).text
