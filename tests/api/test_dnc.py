"""/dnc over HTTP."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api.conftest import Api


def test_add_list_and_remove(api: Api) -> None:
    numbers = ["8 (912) 345-67-89", "+7 912 345 67 89", "+4930901820"]
    added = api.user.post("/dnc", {"numbers": numbers, "reason": "asked"}, status=201).json["items"]
    assert [(entry["number"], entry["reason"]) for entry in added] == [("+79123456789", "asked"), ("+4930901820", "asked")]
    assert {entry["number"] for entry in api.user.get("/dnc").json["items"]} == {"+79123456789", "+4930901820"}
    api.user.delete("/dnc/%2B79123456789", status=204)
    api.user.delete("/dnc/%2B79123456789", status=404)
    assert [entry["number"] for entry in api.user.get("/dnc").json["items"]] == ["+4930901820"]


@pytest.mark.parametrize(
    "spelling", ["%2B79123456789", "+79123456789", "79123456789", "%2079123456789", "89123456789", "8%20(912)%20345-67-89"]
)
def test_any_spelling_removes(api: Api, spelling: str) -> None:
    api.user.post("/dnc", {"numbers": ["+79123456789"]}, status=201)
    api.user.delete(f"/dnc/{spelling}", status=204)
    assert api.user.get("/dnc").json["items"] == []


def test_a_number_of_another_country_whose_plus_was_lost(api: Api) -> None:
    api.user.post("/dnc", {"numbers": ["030 901820"], "region": "DE"}, status=201)
    api.user.delete("/dnc/4930901820", status=204)


def test_each_sees_and_removes_their_own_and_an_admin_all(api: Api) -> None:
    for client in (api.user, api.other):
        client.post("/dnc", {"numbers": ["+79123456789"]}, status=201)
    assert len(api.other.get("/dnc").json["items"]) == 1
    assert len(api.admin.get("/dnc").json["items"]) == 2
    api.other.delete("/dnc/%2B79123456789", status=204)
    assert len(api.user.get("/dnc").json["items"]) == 1
    api.admin.delete("/dnc/%2B79123456789", status=204)
    assert api.user.get("/dnc").json["items"] == []
    api.anyone.get("/dnc", status=401)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"numbers": []},
        {"numbers": "+79123456789"},
        {"numbers": [89123456780]},
        {"numbers": ["+79123456789", "1" * 300]},
        {"numbers": ["+79123456789"], "region": "XX"},
        {"numbers": ["+79123456789"], "region": 7},
        {"numbers": ["+79123456789"], "reason": "a\u0000b"},
        {"numbers": ["+79123456789"], "reason": "x" * 201},
        {"numbers": ["+79123456789"], "why": "x"},
    ],
)
def test_bad_bodies_add_nothing(api: Api, body: dict[str, Any]) -> None:
    assert api.user.post("/dnc", body, status=400).json["errors"]
    assert api.user.get("/dnc").json["items"] == []


def test_bad_numbers_are_named_by_index_and_not_shown(api: Api) -> None:
    answer = api.user.post("/dnc", {"numbers": ["+79123456789", '"><script>', "+7 912\r\nX-Evil: 1", "112"]}, status=400)
    assert [(error["field"], error["reason"]) for error in answer.json["errors"]] == [
        ("numbers[1]", "has letters"),
        ("numbers[2]", "has control characters or line breaks"),
        ("numbers[3]", "is an emergency number"),
    ]
    assert "script" not in answer.text
    assert "Evil" not in answer.text
    assert api.user.get("/dnc").json["items"] == []


@pytest.mark.parametrize("path", ["abc", "%22%3E%3Cscript%3E", "112", "1" * 300])
def test_removing_what_is_no_number_is_404(api: Api, path: str) -> None:
    assert "script" not in api.user.delete(f"/dnc/{path}", status=404).text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3456", ["+79123456789"]),
        ("8 (912) 345", ["+79123456789"]),
        ("030 9018", ["+4930901820"]),
        ("+49", ["+4930901820"]),
        ("%", []),
        ("8", ["+4930901820", "+79123456789"]),
        ("  ", ["+4930901820", "+79123456789"]),
        ("99999", []),
    ],
)
def test_search(api: Api, text: str, found: list[str]) -> None:
    api.user.post("/dnc", {"numbers": ["+79123456789", "+4930901820"]}, status=201)
    assert sorted(entry["number"] for entry in api.user.get(f"/dnc?{urlencode({'q': text})}").json["items"]) == found


def test_a_search_goes_through_its_pages(api: Api) -> None:
    api.user.post("/dnc", {"numbers": [f"+7912345670{digit}" for digit in range(5)] + ["+4930901820"]}, status=201)
    first = api.user.get("/dnc?q=912&limit=3").json
    rest = api.user.get(f"/dnc?q=912&limit=3&cursor={first['next_cursor']}").json
    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [3, 2, None]
