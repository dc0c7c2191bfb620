"""`/users` for admins (the token check lets nobody else come here), and `/users/me` for everybody."""

from __future__ import annotations

from typing import Any

import bottle

from api import http
from api.services import Services
from errors import BadInput
from security.passwords import check_rules, hash_password
from store import users
from store.viewer import Viewer

OWN_FIELDS = ("name", "comment", "password")


def routes(app: bottle.Bottle, services: Services) -> None:
    """Registers the routes."""
    _own_routes(app, services)
    _admin_routes(app, services)


def _own_routes(app: bottle.Bottle, services: Services) -> None:
    @app.get("/users/me")
    def show_me() -> dict[str, Any]:
        return users.get(services.store, http.viewer().uid)

    @app.route("/users/me", method="PATCH")
    def change_me() -> dict[str, Any]:
        fields = http.body()
        if not set(fields) <= set(OWN_FIELDS):
            raise BadInput("You can change your own name, comment and password; ask an admin for the rest.")
        return _change(services, http.viewer().uid, fields)


def _admin_routes(app: bottle.Bottle, services: Services) -> None:
    def made(_viewer: Viewer, uid: str) -> dict[str, Any]:
        return http.created(f"/users/{uid}", users.get(services.store, uid))

    @app.get("/users")
    def list_users() -> dict[str, Any]:
        return http.listing(*users.list_page(services.store, http.page()))

    @app.post("/users", made=made)
    def add_user() -> dict[str, Any]:
        fields = http.body()
        users.check_fields(fields)
        uid = http.new_id()
        return http.created(f"/users/{uid}", users.create(services.store, uid, fields, _hash(fields["password"])))

    @app.get("/users/<uid>")
    def show_user(uid: str) -> dict[str, Any]:
        return users.get(services.store, uid)

    @app.route("/users/<uid>", method="PATCH")
    def change_user(uid: str) -> dict[str, Any]:
        return _change(services, uid, http.body())

    @app.delete("/users/<uid>")
    def delete_user(uid: str) -> None:
        users.delete_user(services.store, http.viewer(), uid)
        http.no_content()


def _change(services: Services, uid: str, fields: dict[str, Any]) -> dict[str, Any]:
    users.check_fields(fields)
    password = fields.get("password")
    return users.change(services.store, uid, fields, None if password is None else _hash(password))


def _hash(password: str) -> str:
    check_rules(password)
    return hash_password(password)
