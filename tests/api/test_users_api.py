"""`/users` and `/users/me` over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from store.viewer import Viewer
from tests.api.conftest import Api
from tests.conftest import PASSWORD

ANNA = {"login": "anna", "password": "correct horse battery", "name": "Anna", "comment": "Sales"}


def test_a_user_is_made_shown_changed_and_deleted(api: Api) -> None:
    made = api.admin.post("/users", ANNA, status=201)
    uid = made.json["uid"]
    assert made.headers["Location"] == f"/users/{uid}"
    assert made.json == {"uid": uid, "name": "Anna", "login": "anna", "role": "user", "comment": "Sales"}
    assert api.admin.get(f"/users/{uid}").json == made.json
    assert api.login("anna", ANNA["password"]).status_code == 200
    changed = api.admin.patch(f"/users/{uid}", {"role": "admin", "login": "anna2"}, status=200)
    assert (changed.json["role"], changed.json["login"], changed.json["name"]) == ("admin", "anna2", "Anna")
    api.admin.delete(f"/users/{uid}", status=204)
    api.admin.get(f"/users/{uid}", status=404)
    assert api.login("anna2", ANNA["password"]).status_code == 400


def test_the_list_is_newest_first(api: Api) -> None:
    uids = [api.admin.post("/users", {**ANNA, "login": f"u{number}"}).json["uid"] for number in range(3)]
    listed = api.admin.get("/users").json
    assert {item["uid"] for item in listed["items"][:3]} <= {*uids, *(item["uid"] for item in listed["items"])}
    page = api.admin.get("/users?limit=4").json
    rest = api.admin.get(f"/users?limit=4&cursor={page['next_cursor']}").json
    assert page["items"] + rest["items"] == listed["items"]
    assert rest["next_cursor"] is None
    assert len(listed["items"]) == 6


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/users", None),
        ("post", "/users", ANNA),
        ("get", "/users/{uid}", None),
        ("patch", "/users/{uid}", {"name": "x"}),
        ("delete", "/users/{uid}", None),
    ],
)
def test_only_an_admin_may_use_users(api: Api, other: Viewer, method: str, path: str, body: Any) -> None:
    args = [path.format(uid=other.uid), *([] if body is None else [body])]
    assert getattr(api.user, method)(*args, status=403).json["code"] == "forbidden"
    getattr(api.anyone, method)(*args, status=401)


def test_everybody_sees_and_changes_themselves(api: Api, user: Viewer) -> None:
    assert api.user.get("/users/me").json == {"uid": user.uid, "name": "User", "login": "user", "role": "user", "comment": ""}
    changed = api.user.patch("/users/me", {"name": "Новое имя", "comment": "x"}, status=200).json
    assert (changed["name"], changed["comment"]) == ("Новое имя", "x")


@pytest.mark.parametrize("field", ["role", "login", "uid"])
def test_nobody_changes_their_own_role_or_login(api: Api, field: str) -> None:
    api.user.patch("/users/me", {field: "admin"}, status=400)
    api.admin.patch("/users/me", {field: "user"}, status=400)


def test_a_changed_password_ends_all_tokens_at_once(api: Api, user: Viewer) -> None:
    api.user.patch("/users/me", {"password": "another horse"}, status=200)
    api.user.get("/users/me", status=401)
    assert api.login("user", PASSWORD).status_code == 400
    assert api.login("user", "another horse").status_code == 200
    api.other.get("/users/me", status=200)
    api.admin.patch(f"/users/{user.uid}", {"password": "third horse"}, status=200)
    assert api.login("user", "third horse").status_code == 200


@pytest.mark.parametrize(
    "change", [{"password": "short"}, {"password": "x" * 1025}, {"role": "root"}, {"login": ""}, {"login": " x"}, {"name": 5}, {}]
)
def test_bad_fields(api: Api, user: Viewer, change: dict[str, Any]) -> None:
    answer = api.admin.patch(f"/users/{user.uid}", change, status=400)
    assert answer.json["code"] == "bad_input"
    api.admin.post("/users", {**ANNA, **change} if change else {}, status=400)


def test_bad_values_are_not_echoed(api: Api) -> None:
    assert "hush" not in api.admin.post("/users", {**ANNA, "password": "hush"}, status=400).text
    assert "hush" not in api.admin.post("/users", {**ANNA, "login": "hush\n"}, status=400).text


def test_conflicts(api: Api, admin: Viewer, user: Viewer) -> None:
    api.admin.post("/users", {**ANNA, "login": "other"}, status=409)
    api.admin.patch(f"/users/{user.uid}", {"login": "other"}, status=409)
    api.admin.delete(f"/users/{admin.uid}", status=409)
    api.admin.patch(f"/users/{admin.uid}", {"role": "user"}, status=409)


@pytest.mark.parametrize("uid", ["0b5c3f1e-8a77-4c8e-9d0a-3f6f0a6c2f11", "nobody", "%00", "x" * 500])
def test_unknown_users(api: Api, uid: str) -> None:
    api.admin.get(f"/users/{uid}", status=404)
    api.admin.patch(f"/users/{uid}", {"name": "x"}, status=404)
    api.admin.delete(f"/users/{uid}", status=404)
