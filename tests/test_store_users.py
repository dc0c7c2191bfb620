"""Users in the store."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from errors import BadInput, Conflict, NotFound
from store import tables, users
from store.engine import Store
from store.paging import Page
from store.viewer import Viewer
from tests.campaign_things import a_gateway, a_sound

HASH = "$argon2id$..."


def add(store: Store, **fields: Any) -> dict[str, Any]:
    return users.create(store, str(uuid.uuid4()), {"login": "anna", **fields}, HASH)


def campaign(store: Store, owner: str, status: str, **fields: str) -> None:
    values = {
        "id": str(uuid.uuid4()),
        "owner": owner,
        "name": "spring",
        "status": status,
        "created_at": 1,
        "gateway_id": "sandbox",
        "audio_id": str(uuid.uuid4()),
        "ring_timeout_s": 45,
        "retry": {},
        "lead_in_ms": 200,
        "tail_ms": 200,
        "repeat": 1,
        "repeat_pause_ms": 0,
        "collect_digits": 0,
        "redial_interrupted": False,
    }
    with store.write() as conn:
        conn.execute(insert(tables.campaigns).values(**(values | fields)))


def test_a_user_has_the_contracts_fields_in_order(store: Store) -> None:
    made = add(store, name="Anna", comment="Sales\nMoscow")
    assert list(made) == ["uid", "name", "login", "role", "comment"]
    assert made == users.get(store, made["uid"])
    assert (made["role"], made["comment"]) == ("user", "Sales\nMoscow")


def test_a_login_can_be_taken_once(store: Store) -> None:
    add(store)
    boris = add(store, login="boris")
    with pytest.raises(Conflict, match="login is taken"):
        add(store)
    with pytest.raises(Conflict, match="login is taken"):
        users.change(store, boris["uid"], {"login": "anna"})
    assert users.get(store, boris["uid"])["login"] == "boris"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("login", ""),
        ("login", " anna"),
        ("login", "x" * 201),
        ("login", "an\nna"),
        ("login", "an\0na"),
        ("login", "\ud800"),
        ("name", "x" * 201),
        ("name", "\x1b[31m"),
        ("comment", "x" * 1025),
        ("comment", "\0"),
        ("comment", "\ud800"),
        ("role", "root"),
    ],
)
def test_bad_fields_are_refused_by_name(store: Store, field: str, value: str) -> None:
    with pytest.raises(BadInput) as caught:
        add(store, **{field: value})
    assert [error.field for error in caught.value.errors] == [field]


def test_the_list_is_newest_first_in_pages(store: Store) -> None:
    uids = [add(store, login=f"u{number}")["uid"] for number in range(5)]
    with store.write() as conn:
        for number, uid in enumerate(uids):
            conn.execute(update(tables.users).where(tables.users.c.uid == uid).values(created_at=number))
    first, cursor = users.list_page(store, Page(limit=3))
    second, end = users.list_page(store, Page(limit=3, cursor=cursor))
    assert [item["uid"] for item in first + second] == uids[::-1]
    assert end is None


@pytest.mark.parametrize("uid", ["", "nobody", "0b5c3f1e-8a77-4c8e-9d0a-3f6f0a6c2f11"])
def test_an_unknown_uid_is_not_found(store: Store, admin: Viewer, uid: str) -> None:
    with pytest.raises(NotFound):
        users.get(store, uid)
    with pytest.raises(NotFound):
        users.change(store, uid, {"name": "x"})
    with pytest.raises(NotFound):
        users.delete_user(store, admin, uid)


def test_the_last_admin_keeps_the_role(store: Store, admin: Viewer, user: Viewer) -> None:
    with pytest.raises(Conflict, match="last admin"):
        users.change(store, admin.uid, {"role": "user"})
    assert users.change(store, admin.uid, {"role": "admin", "name": "A"})["role"] == "admin"
    users.change(store, user.uid, {"role": "admin"})
    assert users.change(store, admin.uid, {"role": "user"})["role"] == "user"


def test_who_cannot_be_deleted(store: Store, admin: Viewer, user: Viewer) -> None:
    with pytest.raises(Conflict, match="can't delete yourself"):
        users.delete_user(store, admin, admin.uid)
    with pytest.raises(Conflict, match="last admin"):  # the caller's own admin role was taken a moment ago
        users.delete_user(store, user, admin.uid)


@pytest.mark.parametrize("status", ["preparing", "scheduled", "running", "paused"])
def test_a_user_with_a_running_campaign_stays(store: Store, admin: Viewer, user: Viewer, status: str) -> None:
    campaign(store, user.uid, status)
    with pytest.raises(Conflict, match="running campaign"):
        users.delete_user(store, admin, user.uid)
    users.get(store, user.uid)


@pytest.mark.parametrize(("table", "column"), [("audio", "audio_id"), ("audio", "opt_out_audio_id"), ("gateways", "gateway_id")])
def test_whose_things_another_users_running_campaign_uses_stays(store: Store, admin: Viewer, user: Viewer, table: str, column: str) -> None:
    used = a_gateway(store, user) if table == "gateways" else a_sound(store, user)
    campaign(store, admin.uid, "running", **{column: used})
    with pytest.raises(Conflict, match="Another user's running campaign"):
        users.delete_user(store, admin, user.uid)
    with store.write() as conn:
        conn.execute(update(tables.campaigns).values(status="completed"))
    users.delete_user(store, admin, user.uid)


def test_a_deleted_user_takes_everything_along_but_not_the_do_not_call_numbers(store: Store, admin: Viewer, user: Viewer) -> None:
    campaign(store, user.uid, "completed")
    mine = {"owner": user.uid, "created_at": 1, "reason": "asked"}
    with store.write() as conn:
        conn.execute(insert(tables.dnc), [{"number": "+79123456789", **mine}, {"number": "+79123456780", **mine}])
        conn.execute(insert(tables.dnc).values(number="+79123456780", owner=admin.uid, created_at=2, reason="older"))
    users.delete_user(store, admin, user.uid)
    with store.read() as conn:
        assert conn.execute(select(tables.campaigns)).all() == []
        kept = conn.execute(select(tables.dnc.c.number, tables.dnc.c.owner, tables.dnc.c.reason).order_by(tables.dnc.c.number)).all()
    assert [tuple(row) for row in kept] == [("+79123456780", admin.uid, "older"), ("+79123456789", admin.uid, "asked")]
    with pytest.raises(NotFound):
        users.get(store, user.uid)
