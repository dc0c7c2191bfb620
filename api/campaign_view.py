"""A campaign as a caller sees it: what the store keeps, and what only the dialer knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping

from api.services import DialerPort, Services
from clock import now_ms
from dialer.waiting import waiting_spans
from store import campaigns
from store.paging import Page
from store.viewer import Viewer
from store.waiting_counts import Spans


def one(services: Services, viewer: Viewer, campaign_id: str) -> dict[str, Any]:
    """Raises NotFound."""
    return _live(services.dialer, campaigns.get(services.store, viewer, campaign_id, spans_now(services.dialer)))


def page_of(
    services: Services, viewer: Viewer, page: Page, statuses: Sequence[str], wanted: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the viewer's campaigns, and the next page's cursor; `statuses` and `wanted` as of `campaigns.list_page`."""
    items, next_cursor = campaigns.list_page(services.store, viewer, page, spans_now(services.dialer), statuses, wanted)
    return [_live(services.dialer, item) for item in items], next_cursor


def spans_now(dialer: DialerPort) -> Spans:
    """For what the pending targets of a campaign wait at this moment, by their times."""
    now = now_ms()

    def spans(campaign: RowMapping, latest: int) -> Sequence[tuple[str, int, int | None]]:
        return waiting_spans(campaign, latest, now, dialer.why_waiting(campaign["id"]))

    return spans


def _live(dialer: DialerPort, campaign: dict[str, Any]) -> dict[str, Any]:
    if campaign["ended_at"]:
        return campaign | {"eta_s": None, "calls_per_second_now": 0.0}
    return campaign | {"eta_s": dialer.eta_s(campaign["id"]), "calls_per_second_now": dialer.calls_per_second_now(campaign["id"])}
