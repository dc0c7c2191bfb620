"""Campaigns: what became of a POST /dial, its targets and calls, and pause, resume, cancel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from bottle import Bottle, HTTPResponse

from api import http
from api.calls_csv import as_csv
from api.services import DialerPort, Services
from clock import now_ms
from dialer.waiting import why_waiting
from store import calls, campaigns, targets


def routes(app: Bottle, services: Services) -> None:
    """Registers the routes under /campaigns."""
    _routes_to_read(app, services)
    _routes_to_steer(app, services)
    _routes_within(app, services)


def _routes_to_read(app: Bottle, services: Services) -> None:
    @app.get("/campaigns")
    def list_campaigns() -> dict[str, Any]:
        items, next_cursor = campaigns.list_page(services.store, http.viewer(), http.page())
        return http.listing([with_eta(services.dialer, item) for item in items], next_cursor)

    @app.get("/campaigns/<campaign_id>")
    def get_campaign(campaign_id: str) -> dict[str, Any]:
        return with_eta(services.dialer, campaigns.get(services.store, http.viewer(), campaign_id))


def _routes_to_steer(app: Bottle, services: Services) -> None:
    store, dialer = services.store, services.dialer

    def changed(change: Callable[..., dict[str, Any]], campaign_id: str) -> dict[str, Any]:
        campaign = change(store, http.viewer(), campaign_id)
        dialer.wake()
        return with_eta(dialer, campaign)

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
        return with_eta(dialer, campaigns.get(store, http.viewer(), campaign_id))


def _routes_within(app: Bottle, services: Services) -> None:
    store, dialer = services.store, services.dialer

    @app.get("/campaigns/<campaign_id>/targets")
    def list_targets(campaign_id: str) -> dict[str, Any]:
        wanted = http.query()
        why = partial(why_waiting, now=now_ms(), due=dialer.why_waiting(campaign_id))
        return http.listing(*targets.list_page(store, http.viewer(), campaign_id, http.page(), why, wanted["state"], wanted["outcome"]))

    @app.get("/campaigns/<campaign_id>/calls")
    def list_calls(campaign_id: str) -> dict[str, Any]:
        wanted = http.query()
        return http.listing(*calls.list_page(store, http.viewer(), campaign_id, http.page(), wanted["status"], wanted["outcome"]))

    @app.get("/campaigns/<campaign_id>/calls.csv")
    def export_calls(campaign_id: str) -> HTTPResponse:
        return http.stream(as_csv(calls.export(store, http.viewer(), campaign_id)), "text/csv; charset=utf-8", "calls.csv")


def with_eta(dialer: DialerPort, campaign: dict[str, Any]) -> dict[str, Any]:
    """The campaign with what only the dialer knows."""
    return {**campaign, "eta_s": None if campaign["ended_at"] else dialer.eta_s(campaign["id"])}
