"""Tables to download, each as CSV and as an Excel workbook: a callbase's subscribers, a campaign's targets and its calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from bottle import Bottle, HTTPResponse

from api import http
from api.audio import UPLOADS
from api.campaign_view import spans_now
from api.services import Services
from clock import now_ms
from dialer.waiting import why_waiting
from errors import Conflict, NotFound
from lists import export, workbook
from lists.export import Cell
from store import callbases, calls, campaigns, subscribers, targets
from store.paging import Page

_PAGE = 1000
_OF_TARGET = ("cid", "name", "number", "state", "outcome", "attempts", "next_attempt_at", "why_waiting")

# The targets after a cursor, and the next cursor.
Pages = Callable[["str | None"], "tuple[list[dict[str, Any]], str | None]"]


class Table(NamedTuple):
    """What is downloaded, and the file's name without its ending."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def routes(app: Bottle, services: Services) -> None:
    """Registers every route that ends in .csv or .xlsx."""
    _download(app, services, "/callbases/<callbase_id>/subscribers", _subscribers)
    _download(app, services, "/campaigns/<campaign_id>/targets", _targets)
    _download(app, services, "/campaigns/<campaign_id>/calls", _calls)


def _download(app: Bottle, services: Services, path: str, table_of: Callable[..., Table]) -> None:
    def as_csv(**ids: str) -> HTTPResponse:
        name, headings, rows = table_of(services, *ids.values())
        return http.stream(export.as_csv(headings, rows), "text/csv; charset=utf-8", f"{name}.csv")

    def as_xlsx(**ids: str) -> HTTPResponse:
        name, headings, rows = table_of(services, *ids.values())
        return http.stream(workbook.as_xlsx(headings, rows, services.data / UPLOADS), workbook.CONTENT_TYPE, f"{name}.xlsx")

    app.get(f"{path}.csv", callback=as_csv)
    app.get(f"{path}.xlsx", callback=as_xlsx)


def _subscribers(services: Services, callbase_id: str) -> Table:
    store = services.store
    callbase = callbases.get(store, http.viewer(), callbase_id)
    if callbase["total"] > workbook.MOST_ROWS and http.path().endswith(".xlsx"):
        raise Conflict(f"A sheet can't hold more than {workbook.MOST_ROWS:,} subscribers. Download the list as CSV.")
    further = subscribers.further_columns(store, http.viewer(), callbase_id)
    rows = export.people_cells(subscribers.export(store, callbase_id), further)
    return Table(callbase["name"], [*export.FIELDS, *further], rows)


def _calls(services: Services, campaign_id: str) -> Table:
    wanted = http.query()
    found = calls.export(services.store, http.viewer(), campaign_id, wanted["status"] or (), wanted["outcome"])
    return Table("calls", calls.FIELDS, ([call[name] for name in calls.FIELDS] for call in found))


def _targets(services: Services, campaign_id: str) -> Table:
    store, dialer, viewer, given = services.store, services.dialer, http.viewer(), http.query()
    why = partial(why_waiting, now=now_ms(), due=dialer.why_waiting(campaign_id))
    wanted = targets.Wanted(given["state"], given["outcome"], given["q"], given["why_waiting"])
    spans = spans_now(dialer)

    def page(cursor: str | None) -> tuple[list[dict[str, Any]], str | None]:
        return targets.list_page(store, viewer, campaign_id, Page(_PAGE, cursor), why, wanted, spans)

    callbase_id = campaigns.get(store, viewer, campaign_id)["callbase_id"]
    further = _further(services, callbase_id)
    headings = [*_OF_TARGET, *(["comment", *further] if further is not None else [])]
    return Table("targets", headings, _target_cells(services, page, further))


def _further(services: Services, callbase_id: str | None) -> list[str] | None:
    """The further columns of the callbase; None when there is none any more."""
    try:
        return subscribers.further_columns(services.store, http.viewer(), callbase_id) if callbase_id else None
    except NotFound:
        return None


def _target_cells(services: Services, page: Pages, further: Sequence[str] | None) -> Iterator[list[Cell]]:
    cursor = None
    while True:
        items, cursor = page(cursor)
        told = subscribers.told_of(services.store, [item["cid"] for item in items]) if further is not None else {}
        for item in items:
            cells = [item[name] for name in _OF_TARGET]
            if further is not None:
                comment, extra = told.get(item["cid"], ("", {}))
                cells += [comment, *(extra.get(heading, "") for heading in further)]
            yield cells
        if cursor is None:
            return
