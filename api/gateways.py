"""`/gateways`: the SIP settings of a user's providers, and the read-only gateway `sandbox` beside them."""

from __future__ import annotations

from typing import Any

import bottle

from api import http
from api.services import Services
from errors import Conflict, NotFound
from store import gateways
from store.gateway_settings import SANDBOX_ID
from store.paging import Page
from store.viewer import Viewer

READ_ONLY = "The gateway sandbox is part of the service: it can't be changed or deleted. Make a gateway of your own with POST /gateways."


def routes(app: bottle.Bottle, services: Services) -> None:
    """Registers the routes."""
    _collection_routes(app, services)
    _item_routes(app, services)
    _live_routes(app, services)


def _collection_routes(app: bottle.Bottle, services: Services) -> None:
    def made(viewer: Viewer, gateway_id: str) -> dict[str, Any]:
        return http.created(f"/gateways/{gateway_id}", gateways.get(services.store, viewer, gateway_id))

    @app.get("/gateways")
    def list_gateways() -> dict[str, Any]:
        items, next_cursor = _page_with_sandbox(services, http.viewer(), http.page())
        if http.query()["with"] == "status":
            statuses = services.dialer.gateway_statuses([item["id"] for item in items])
            items = [item | {"status": statuses[item["id"]]} if item["id"] in statuses else item for item in items]
        return http.listing(items, next_cursor)

    @app.post("/gateways", made=made)
    def add_gateway() -> dict[str, Any]:
        item = gateways.create(services.store, http.viewer(), http.body(), services.box, http.new_id())
        return http.created(f"/gateways/{item['id']}", item)


def _item_routes(app: bottle.Bottle, services: Services) -> None:
    @app.get("/gateways/<gateway_id>")
    def show_gateway(gateway_id: str) -> dict[str, Any]:
        return _get(services, gateway_id)

    @app.route("/gateways/<gateway_id>", method="PATCH")
    def change_gateway(gateway_id: str) -> dict[str, Any]:
        _refuse_sandbox(services, gateway_id)
        fields = http.body()
        item = gateways.change(services.store, http.viewer(), gateway_id, fields, services.box)
        if fields.keys() != {"name"}:
            services.dialer.gateway_changed(gateway_id)
        return item

    @app.delete("/gateways/<gateway_id>")
    def delete_gateway(gateway_id: str) -> None:
        _refuse_sandbox(services, gateway_id)
        gateways.delete(services.store, http.viewer(), gateway_id)
        services.dialer.gateway_changed(gateway_id)
        http.no_content()


def _live_routes(app: bottle.Bottle, services: Services) -> None:
    @app.post("/gateways/<gateway_id>/check")
    def check_gateway(gateway_id: str) -> dict[str, Any]:
        _get(services, gateway_id)
        return services.dialer.check_gateway(gateway_id)

    @app.get("/gateways/<gateway_id>/status")
    def gateway_status(gateway_id: str) -> dict[str, Any]:
        _get(services, gateway_id)
        return services.dialer.gateway_status(gateway_id)

    @app.post("/gateways/<gateway_id>/resume")
    def resume_gateway(gateway_id: str) -> dict[str, Any]:
        _get(services, gateway_id)
        services.dialer.resume_gateway(gateway_id)
        return services.dialer.gateway_status(gateway_id)


def _get(services: Services, gateway_id: str) -> dict[str, Any]:
    if gateway_id == SANDBOX_ID:
        return gateways.sandbox_gateway(_sandbox_port(services))
    return gateways.get(services.store, http.viewer(), gateway_id)


def _sandbox_port(services: Services) -> int:
    if services.sandbox_port is None:
        raise NotFound("There is no such gateway.")
    return services.sandbox_port


def _refuse_sandbox(services: Services, gateway_id: str) -> None:
    if gateway_id == SANDBOX_ID:
        _sandbox_port(services)
        raise Conflict(READ_ONLY)


def _page_with_sandbox(services: Services, viewer: Viewer, page: Page) -> tuple[list[dict[str, Any]], str | None]:
    """The sandbox ends the list. When the page before it is full it gets a page of its own, whose cursor is its id."""
    port = services.sandbox_port
    if port is None:
        return gateways.list_page(services.store, viewer, page)
    if page.cursor == SANDBOX_ID:
        return [gateways.sandbox_gateway(port)], None
    items, next_cursor = gateways.list_page(services.store, viewer, page)
    if next_cursor is None and len(items) == page.limit:
        return items, SANDBOX_ID
    return (items if next_cursor else [*items, gateways.sandbox_gateway(port)]), next_cursor
