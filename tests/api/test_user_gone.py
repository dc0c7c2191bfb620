"""A request whose user is deleted while it is in work."""

from __future__ import annotations

from typing import Any

import pytest

from store import dnc, users
from store.engine import Store
from store.viewer import Viewer
from tests.api.conftest import Api


def test_it_is_refused_as_any_later_one(api: Api, admin: Viewer, user: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    add = dnc.add

    def too_late(store: Store, *args: Any) -> Any:
        users.delete_user(store, admin, user.uid)
        return add(store, *args)

    monkeypatch.setattr(dnc, "add", too_late)
    told = api.user.post("/dnc", {"numbers": ["+79123456789"]}, status=401)
    assert "Bearer" in told.headers["WWW-Authenticate"]
    assert api.admin.get("/dnc").json["items"] == []
