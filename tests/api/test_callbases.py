"""/callbases over HTTP, as a user and as somebody who means ill."""

from __future__ import annotations

from typing import Any

import pytest
from webtest import TestApp, TestResponse

from store import dnc
from tests.api.conftest import Api, Client
from tests.campaign_things import started

NOBODY = "9d3b8a52-6c1f-4e0a-8b7d-1c2d3e4f5a66"
LIST = 'Имя;Телефон;Город\nИван;8 (912) 345-67-89;Тверь\nОльга;+79123456780;\nОльга;89123456780;\nНиктo;"><script>;\n'


def upload(
    client: Client, content: str | bytes | None = LIST, status: int = 201, file_name: str = "people.csv", **form: str
) -> TestResponse:
    data = content.encode() if isinstance(content, str) else content
    files = [] if data is None else [("file", file_name, data)]
    content_type, body = TestApp(None).encode_multipart(list(form.items()), files)
    return client.raw("POST", "/callbases", body, content_type, status=status)


def reasons(answer: TestResponse) -> list[tuple[str, str]]:
    return [(error["field"], error["reason"]) for error in answer.json["errors"]]


def test_upload_report_and_list(api: Api) -> None:
    answer = upload(api.user, name="Customers")
    made = answer.json
    assert answer.headers["Location"] == f"/callbases/{made['id']}"
    assert made["report"] == {
        "rows": 4,
        "accepted": 2,
        "duplicates": 1,
        "rejected": 1,
        "do_not_call": 0,
        "details": [
            {"line": 4, "value": "89123456780", "reason": "is the number of line 3 again"},
            {"line": 5, "value": '"><script>', "reason": "has letters"},
        ],
        "notes": [],
    }
    assert (made["name"], made["region"], made["total"]) == ("Customers", "RU", 2)
    assert api.user.get(f"/callbases/{made['id']}").json == made
    assert api.user.get("/callbases").json == {"items": [made], "next_cursor": None}
    people = api.user.get(f"/callbases/{made['id']}/subscribers").json["items"]
    assert [(one["name"], one["number"]) for one in people] == [("Иван", "+79123456789"), ("Ольга", "+79123456780")]
    assert [one.get("attributes") for one in people] == [{"Город": "Тверь"}, None]


def test_the_report_knows_who_was_added_to_dnc_later(api: Api) -> None:
    made = upload(api.user, name="x").json
    api.user.post("/dnc", {"numbers": ["+79123456789"]}, status=201)
    assert made["report"]["do_not_call"] == 0
    assert api.user.get(f"/callbases/{made['id']}").json["report"] == made["report"] | {"do_not_call": 1}


def test_dry_run_keeps_nothing_and_knows_dnc(api: Api, user: Any) -> None:
    dnc.add(api.services.store, user, ["+79123456789"], "")
    told = upload(api.user, status=200, dry_run="true", name="x").json
    assert (told["id"], told["total"], told["report"]["accepted"], told["report"]["do_not_call"]) == (None, 2, 2, 1)
    assert api.user.get("/callbases").json["items"] == []
    assert upload(api.user, name="x").json["report"]["do_not_call"] == 1


def test_the_name_comes_from_the_file(api: Api) -> None:
    assert upload(api.user, file_name="Клиенты мая.csv").json["name"] == "Клиенты мая"
    assert reasons(upload(api.user, None, 400)) == [("name", "is missing; without a file there is nothing else to call the list by")]


def test_an_empty_list_to_be_filled(api: Api) -> None:
    made = upload(api.user, None, name="Empty").json
    assert (made["total"], made["report"]["rows"]) == (0, 0)
    path = f"/callbases/{made['id']}/subscribers"
    added = api.user.post(
        path, {"subscribers": [{"number": "8 912 345-67-89", "name": " Анна "}, {"number": "+79123456789"}]}, status=201
    ).json
    assert (added["items"][0]["name"], added["report"]["duplicates"]) == ("Анна", 1)
    one = f"{path}/{added['items'][0]['cid']}"
    assert api.user.patch(one, {"comment": "line\nline", "name": ""}).json == {**added["items"][0], "name": "", "comment": "line\nline"}
    assert api.user.get(one).json["comment"] == "line\nline"
    assert len(api.user.get(path + "?q=LINE").json["items"]) == 1
    api.user.delete(one, status=204)
    api.user.get(one, status=404)
    assert api.user.get(f"/callbases/{made['id']}").json["total"] == 0


@pytest.mark.parametrize("empty", ["", "name,number\n", "[]"])
def test_files_without_rows_make_empty_lists(api: Api, empty: str) -> None:
    assert upload(api.user, empty, name="Empty").json["report"]["rows"] == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(2000), "is a PNG picture, not a list"),
        (b"[" * 100_000, "is JSON that is nested too deeply"),
        (b'"just a text"\x00' * 20 + bytes(range(32)) * 20, "is not text but a binary file; send XLSX, ODS, CSV, plain text or JSON"),
        (b'{"a": 1}', 'is JSON, but neither a list nor {"subscribers": [...]}'),
    ],
)
def test_what_is_no_list(api: Api, content: bytes, reason: str) -> None:
    assert reasons(upload(api.user, content, 400, name="x")) == [("file", reason)]
    assert api.user.get("/callbases").json["items"] == []


def test_line_breaks_in_a_number(api: Api) -> None:
    report = upload(api.user, 'name,number\r\nA,"+7 912\r\nX-Evil: 1"\r\nB,89123456789\r\n', name="x").json["report"]
    assert report["details"] == [{"line": 2, "value": "+7 912 X-Evil: 1", "reason": "has control characters or line breaks"}]
    made = upload(api.user, '["+7 912\\r\\nX-Evil: 1"]', name="x").json
    assert made["report"]["rejected"] == 1
    body = {"subscribers": [{"number": "89123456781"}, {"number": "+7 912\r\nX-Evil: 1"}]}
    answer = api.user.post(f"/callbases/{made['id']}/subscribers", body, status=400)
    assert reasons(answer) == [("subscribers[1].number", "has control characters or line breaks")]
    assert "Evil" not in answer.text
    assert made["total"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"subscribers": []},
        {"subscribers": {}},
        {"subscribers": [1]},
        {"subscribers": [{"number": 89123456789}]},
        {"subscribers": [{"number": "1" * 300}]},
        {"subscribers": [{"number": '"><script>'}]},
        {"subscribers": [{"number": "+79123456789", "name": "a\r\nb"}]},
        {"subscribers": [{"number": "+79123456789", "name": "\ud800"}]},
        {"subscribers": [{"number": "+79123456789", "comment": "\u0000"}]},
        {"subscribers": [{"number": "+79123456789", "name": None}]},
        {"subscribers": [{"number": "+79123456789", "extra": "x"}]},
        {"subscribers": [{"name": "x"}]},
        {"subscribers": [{"number": "112"}]},
    ],
)
def test_bad_bodies_add_nobody(api: Api, body: dict[str, Any]) -> None:
    path = f"/callbases/{upload(api.user, None, name='x').json['id']}"
    answer = api.user.post(path + "/subscribers", body, status=400)
    assert answer.json["errors"]
    assert "script" not in answer.text
    assert api.user.get(path).json["total"] == 0


def test_deep_json_is_refused(api: Api) -> None:
    path = f"/callbases/{upload(api.user, None, name='x').json['id']}/subscribers"
    api.user.raw("POST", path, b"[" * 100_000, "application/json", status=400)


def test_bad_forms_and_changes(api: Api) -> None:
    for form in ({"name": "a\nb"}, {"name": " "}, {"name": "x" * 201}, {"region": "XX"}, {"region": "ru"}, {"dry_run": "perhaps"}):
        upload(api.user, LIST, 400, **{"name": "x", **form})
    path = f"/callbases/{upload(api.user, name='x').json['id']}"
    for body in ({}, {"name": ""}, {"name": "a\u0000"}, {"region": "ZZ"}, {"total": 5}, {"name": 7}, {"name": "\ud800"}):
        api.user.patch(path, body, status=400)
    changed = api.user.patch(path, {"name": "Y", "region": "DE"}).json
    assert (changed["name"], changed["region"], changed["total"]) == ("Y", "DE", 2)
    api.user.post(path + "/subscribers", {"subscribers": [{"number": "030 901820"}]}, status=201)
    for query in ("?q=%00", "?limit=0", "?cursor=x"):
        api.user.get(path + "/subscribers" + query, status=400)


def test_export(api: Api) -> None:
    path = f"/callbases/{upload(api.user, name='Май').json['id']}/subscribers.csv"
    answer = api.user.get(path)
    assert answer.content_type == "text/csv"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%D0%9C%D0%B0%D0%B9.csv"
    lines = answer.body.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "cid,name,number,comment,Город"
    assert [line.partition(",")[2] for line in lines[1:]] == ["Иван,+79123456789,,Тверь", "Ольга,+79123456780,,", ""]
    assert upload(api.user, answer.body, name="again").json["report"]["accepted"] == 2


def test_strangers_and_unknown_ids(api: Api) -> None:
    made = upload(api.user, name="x").json["id"]
    cid = api.user.get(f"/callbases/{made}/subscribers").json["items"][0]["cid"]
    for client, list_id, one in ((api.other, made, cid), (api.user, NOBODY, cid), (api.user, "no-uuid", "x")):
        path = f"/callbases/{list_id}"
        for sub in ("", "/subscribers", "/subscribers.csv", f"/subscribers/{one}"):
            client.get(path + sub, status=404)
        client.patch(path, {"name": "y"}, status=404)
        client.patch(f"{path}/subscribers/{one}", {"name": "y"}, status=404)
        client.post(f"{path}/subscribers", {"subscribers": [{"number": "+79123456781"}]}, status=404)
        client.delete(f"{path}/subscribers/{one}", status=404)
        client.delete(path, status=404)
    api.anyone.get(f"/callbases/{made}", status=401)
    assert api.admin.get(f"/callbases/{made}").json["total"] == 2
    api.user.delete(f"/callbases/{made}", status=204)
    api.user.get(f"/callbases/{made}", status=404)


def test_a_callbase_in_use_stays(api: Api, user: Any) -> None:
    made = upload(api.user, name="x").json["id"]
    started(api.services.store, user, callbase_id=made, numbers=None)
    assert api.user.delete(f"/callbases/{made}", status=409).json["code"] == "conflict"


def test_an_upload_sent_twice_with_a_key_is_made_once(api: Api) -> None:
    headers = {"Idempotency-Key": "k1"}
    sent: dict[str, Any] = {"params": {"name": "x"}, "upload_files": [("file", "a.csv", LIST.encode())], "headers": headers}
    first = api.user.post("/callbases", **sent)
    again = api.user.post("/callbases", **sent)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(api.user.get("/callbases").json["items"]) == 1
