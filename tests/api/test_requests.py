"""What is refused before a handler sees it, and how it is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from webtest import Upload

from tests.api.conftest import Api

JSON = "application/json"
GATEWAY: dict[str, Any] = {"name": "Office", "host": "sip.example.com"}


def _errors(answer: Any) -> dict[str, str]:
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "bad_input"
    return {one["field"]: one["reason"] for one in answer.json["errors"]}


@pytest.mark.parametrize("path", ["/users", "/nothing/here", "/audio/x/content", "/metrics", "/docs2", "/oauth", "//health/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT"])
def test_without_a_token_nothing_is_told(api: Api, method: str, path: str) -> None:
    answer = api.anyone.raw(method, path, b"[[[", JSON, status=401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="dozvon"'
    assert answer.json["code"] == "unauthorized"


@pytest.mark.parametrize("header", ["Bearer nonsense", "bearer a.b.c", "Bearer " + "x" * 10_000])
def test_a_bad_token_is_told_so(api: Api, header: str) -> None:
    answer = api.anyone.get("/gateways", headers={"Authorization": header}, status=401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="dozvon", error="invalid_token"'


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "token"])
def test_what_is_no_bearer_token_is_none(api: Api, header: str) -> None:
    answer = api.anyone.get("/gateways", headers={"Authorization": header}, status=401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="dozvon"'


def test_unknown_paths_and_methods(api: Api) -> None:
    assert api.user.get("/nothing/here", status=404).json["code"] == "not_found"
    assert api.user.raw("PUT", "/gateways", b"{}", JSON, status=405).json["code"] == "method_not_allowed"
    assert "GET" in api.user.raw("PUT", "/gateways", b"{}", JSON, status=405).headers["Allow"]
    assert api.anyone.get("/docs/../main.py", status=404).json["code"] == "not_found"
    assert "error" in api.anyone.get("/oauth/nothing", status=404).json


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"port": "5060"}, "port"),
        ({"port": True}, "port"),
        ({"port": 0}, "port"),
        ({"port": 5060.5}, "port"),
        ({"port": 10**30}, "port"),
        ({"register": "yes"}, "register"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": None}, "name"),
        ({"name": ["Office"]}, "name"),
        ({"codecs": ["PCMA", "opus"]}, "codecs[1]"),
        ({"codecs": []}, "codecs"),
        ({"calls_per_second": 0}, "calls_per_second"),
        ({"transport": "sctp"}, "transport"),
        ({"nmae": "Office"}, "nmae"),
        ({"<script>alert(1)</script>": 1}, "(unknown)"),
        ({"name": "Of\0fice"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"password": "secret" * 100}, "password"),
    ],
)
def test_a_wrong_field_is_named_and_its_value_is_not(api: Api, change: dict[str, Any], field: str) -> None:
    answer = api.user.raw("POST", "/gateways", json.dumps({**GATEWAY, **change}).encode(), JSON, status=400)
    assert field in _errors(answer)
    assert "secret" not in answer.text
    assert "script>" not in answer.text


def test_missing_fields_are_all_named(api: Api) -> None:
    assert _errors(api.user.post("/gateways", {}, status=400)) == {"name": "is required", "host": "is required"}


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"name":' + b"[" * 40 + b"]" * 40 + b"}",
        b"",
        b"{",
        b"nonsense",
        b'{"name": "\xff"}',
        b'{"port": NaN}',
        b'{"port": ' + b"9" * 10_000 + b"}",
        "{}".encode("utf-16"),
        b"null",
        b"[]",
        b'"text"',
        b"7",
    ],
)
def test_what_is_no_json_object_is_400(api: Api, body: bytes) -> None:
    _errors(api.user.raw("POST", "/gateways", body, JSON, status=400))


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", ""])
def test_another_content_type_is_415(api: Api, content_type: str) -> None:
    assert api.user.raw("POST", "/gateways", b"{}", content_type, status=415).json["code"] == "unsupported_media_type"


def test_a_charset_is_no_other_content_type(api: Api) -> None:
    api.user.raw("POST", "/gateways", json.dumps(GATEWAY).encode(), "application/json; charset=utf-8", status=201)


def test_a_json_body_over_16_mb_is_413(api: Api) -> None:
    body = b'{"name": "' + b"x" * (16 * 1024 * 1024) + b'"}'
    assert api.user.raw("POST", "/gateways", body, JSON, status=413).json["code"] == "too_large"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit", "limit"),
        ("limit=1e3", "limit"),
        ("limit=%00", "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=" + "x" * 1001, "cursor"),
        ("limti=10", "limti"),
    ],
)
def test_a_wrong_query_is_named(api: Api, query: str, field: str) -> None:
    assert field in _errors(api.user.get(f"/gateways?{query}", status=400))


def test_a_query_that_is_no_utf8_is_400(api: Api) -> None:
    assert api.user.get("/gateways?limit=%ff", status=400).json["code"] == "bad_input"


@pytest.mark.parametrize("odd", ["%00", "a%00b", "%ff%fe", "..%2f..%2fetc", "x" * 5000, "0b5b1c9e-3c56-4b8f-9c0e-2f6f0a4d7a11", "%D0%90"])
@pytest.mark.parametrize("noun", ["gateways", "audio", "callbases", "campaigns", "calls", "users"])
def test_an_id_that_is_none_is_404(api: Api, noun: str, odd: str) -> None:
    assert api.admin.get(f"/{noun}/{odd}", status=404).json["code"] == "not_found"


def test_forms_are_checked(api: Api) -> None:
    sound = Upload("a.wav", b"RIFF")
    assert "file" in _errors(api.user.post("/audio", params={"name": "x"}, content_type="multipart/form-data", status=400))
    assert "nmae" in _errors(api.user.post("/audio", params={"file": sound, "nmae": "x"}, status=400))
    assert "normalize" in _errors(api.user.post("/audio", params={"file": sound, "normalize": "perhaps"}, status=400))
    assert "normalize" in _errors(api.user.post("/audio", params={"file": sound, "normalize": ""}, status=400))
    assert "name" in _errors(api.user.post("/audio", params={"file": sound, "name": "a\0b"}, status=400))
    assert "name" in _errors(api.user.post("/audio", params={"file": sound, "name": "x" * 201}, status=400))


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x"])
def test_a_broken_form_is_400(api: Api, content_type: str) -> None:
    for body in (b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n", b"\xff" * 1000):
        assert api.user.raw("POST", "/audio", body, content_type, status=400).json["code"] == "bad_input"


@pytest.mark.parametrize(("count", "size"), [(50, 60_000), (1, 70_000), (1000, 1)])
def test_fields_of_a_form_are_limited(api: Api, count: int, size: int) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="n%d"\r\n\r\n' + b"y" * size + b"\r\n"
    body = b"".join(part % number for number in range(count)) + b"--x--\r\n"
    assert api.user.raw("POST", "/audio", body, "multipart/form-data; boundary=x", status=413).json["code"] == "too_large"


def test_the_security_headers_are_on_every_answer(api: Api) -> None:
    for answer in (api.anyone.get("/health"), api.anyone.get("/users", status=401), api.user.get("/nothing", status=404)):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_unforeseen_failure_tells_nothing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("store.gateways.list_page", fail)
    answer = api.user.get("/gateways", status=500)
    assert answer.json["code"] == "internal_error"
    assert "secret" not in answer.text
