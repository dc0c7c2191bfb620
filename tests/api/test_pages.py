"""The pages, /health and /metrics."""

from __future__ import annotations

import re

import pytest

from tests.api.conftest import Api, RecordingDialer


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_loads_only_what_is_here(api: Api, path: str) -> None:
    page = api.anyone.get(path, status=200)
    assert page.content_type == "text/html"
    policy = dict(part.split(maxsplit=1) for part in page.headers["Content-Security-Policy"].split("; "))
    assert policy.get("script-src", policy["default-src"]) == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert links
    for link in links:
        assert link.startswith("/"), "nothing from elsewhere"
        api.anyone.get(link, status=200)
    assert "<script>" not in page.text
    assert " onload=" not in page.text


def test_an_unknown_file_of_a_page_is_404(api: Api) -> None:
    for path in ("/docs/nothing.js", "/assets/home.html", "/assets/../docs.html", "/assets/vendor", "/docs/docs.html", "/help/x"):
        assert api.anyone.get(path, status=404).json["code"] == "not_found"


def test_a_file_that_the_browser_has_is_not_sent_again(api: Api) -> None:
    first = api.anyone.get("/assets/main.js", status=200)
    again = api.anyone.get("/assets/main.js", status=304, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.body, again.headers["ETag"]) == (b"", first.headers["ETag"])
    assert api.anyone.get("/assets/main.js", status=200, headers={"If-None-Match": '"another"'}).body == first.body


def test_the_docs_start_on_the_own_contract(api: Api) -> None:
    script = api.anyone.get("/docs/docs.js").text
    assert 'url: "/swagger.json"' in script
    assert api.anyone.get("/swagger.json").json["securityDefinitions"]["login"]["tokenUrl"] == "/oauth/token"


def test_health(api: Api, dialer: RecordingDialer) -> None:
    dialer.all_lines = (8, 3)
    assert api.anyone.get("/health", status=200).json == {"status": "ok", "version": "0.1.0", "lines": 8, "lines_in_use": 3}
    dialer.is_ready = False
    assert api.anyone.get("/health", status=503).json["status"] == "starting"


def test_head_asks_without_a_body(api: Api) -> None:
    assert api.anyone.raw("HEAD", "/health", b"", "", status=200).body == b""
    assert api.user.raw("HEAD", "/gateways", b"", "", status=200).body == b""


def test_metrics(api: Api, dialer: RecordingDialer) -> None:
    dialer.all_lines = (8, 3)
    answer = api.user.get("/metrics", status=200)
    assert answer.content_type == "text/plain"
    assert "dozvon_lines 8.0" in answer.text
    assert "dozvon_lines_in_use 3.0" in answer.text
    assert 'dozvon_targets{outcome="delivered"} 0.0' in answer.text
    api.anyone.get("/metrics", status=401)
