"""Campaigns: what became of a POST /dial, its targets and calls, and pause, resume, cancel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from bottle import Bottle

from api import http
from api.campaign_view import one, page_of, spans_now
from api.services import Services
from clock import now_ms
from dialer.waiting import why_waiting
from store import calls, campaigns, targets, timeline


def routes(app: Bottle, services: Services) -> None:
    """Registers the routes under /campaigns."""
    _routes_to_read(app, services)
    _routes_to_steer(app, services)
    _routes_within(app, services)


def _routes_to_read(app: Bottle, services: Services) -> None:
    @app.get("/campaigns")
    def list_campaigns() -> dict[str, Any]:
        wanted = http.query()
        return http.listing(*page_of(services, http.viewer(), http.page(), wanted["status"] or (), wanted["q"]))

    @app.get("/campaigns/<campaign_id>")
    def get_campaign(campaign_id: str) -> dict[str, Any]:
        return one(services, http.viewer(), campaign_id)

    @app.get("/campaigns/<campaign_id>/timeline")
    def show_timeline(campaign_id: str) -> dict[str, Any]:
        return timeline.of_campaign(services.store, http.viewer(), campaign_id, http.query()["step_s"])


def _routes_to_steer(app: Bottle, services: Services) -> None:
    store, dialer = services.store, services.dialer

    def changed(change: Callable[..., dict[str, Any]], campaign_id: str) -> dict[str, Any]:
        change(store, http.viewer(), campaign_id)
        dialer.wake()
        return one(services, http.viewer(), campaign_id)

    @app.post("/campaigns/<campaign_id>/pause")
    def pause_campaign(campaign_id: str) -> dict[str, Any]:
        return changed(campaigns.pause, campaign_id)

    @app.post("/campaigns/<campaign_id>/resume")
    def resume_campaign(campaign_id: str) -> dict[str, Any]:
        return changed(campaigns.resume, campaign_id)

    @app.post("/campaigns/<campaign_id>/cancel")
    def cancel_campaign(campaign_id: str) -> dict[str, Any]:
        campaigns.mark_canceled(store, http.viewer(), campaign_id)
        dialer.wake()  # live calls are hung up while the waiting targets are taken away
        campaigns.finish_cancel(store, campaign_id)
        return one(services, http.viewer(), campaign_id)

    @app.delete("/campaigns/<campaign_id>")
    def delete_campaign(campaign_id: str) -> None:
        campaigns.remove(store, http.viewer(), campaign_id)
        http.no_content()


def _routes_within(app: Bottle, services: Services) -> None:
    store, dialer = services.store, services.dialer

    @app.get("/campaigns/<campaign_id>/targets")
    def list_targets(campaign_id: str) -> dict[str, Any]:
        given = http.query()
        wanted = targets.Wanted(given["state"], given["outcome"], given["q"], given["why_waiting"])
        why = partial(why_waiting, now=now_ms(), due=dialer.why_waiting(campaign_id))
        return http.listing(*targets.list_page(store, http.viewer(), campaign_id, http.page(), why, wanted, spans_now(dialer)))

    @app.get("/campaigns/<campaign_id>/calls")
    def list_calls(campaign_id: str) -> dict[str, Any]:
        wanted = http.query()
        page = calls.list_page(store, http.viewer(), campaign_id, http.page(), wanted["status"] or (), wanted["outcome"], wanted["cid"])
        return http.listing(*page)
