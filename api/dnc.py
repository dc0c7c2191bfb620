"""/dnc: numbers that are never called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bottle import Bottle

from api import http
from api.services import Services
from errors import BadInput, FieldError
from lists.numbers import NumberError, known_region, parse
from store import dnc
from store.text_rules import line_fault

MOST_ERRORS = 100
MAX_REASON = 200
# How a number without a country code is read where the request names no region.
DEFAULT_REGION = "RU"


def routes(app: Bottle, services: Services) -> None:
    """Registers the routes under /dnc."""
    store = services.store

    @app.get("/dnc")
    def list_dnc() -> dict[str, Any]:
        return http.listing(*dnc.list_page(store, http.viewer(), http.page(), http.query()["q"] or ""))

    # Harmless to do twice: what is entered already stays as it is. So there is no `made`.
    @app.post("/dnc")
    def add_dnc() -> dict[str, Any]:
        fields = http.body()
        reason = (fields.get("reason") or "").strip()
        fault = line_fault(reason, MAX_REASON)
        if fault:
            raise BadInput.of("reason", fault)
        numbers = read_numbers(fields["numbers"], fields.get("region") or DEFAULT_REGION)
        return http.created("/dnc", {"items": dnc.add(store, http.viewer(), numbers, reason)})

    @app.delete("/dnc/<number>")
    def delete_dnc(number: str) -> None:
        dnc.remove(store, http.viewer(), readings(number))
        http.no_content()


def read_numbers(texts: Sequence[str], region: str) -> list[str]:
    """Numbers as people write them → E.164.

    Raises:
        BadInput: naming the first hundred that are wrong by their index.
    """
    if not known_region(region):
        raise BadInput.of("region", "is no country whose numbering plan is known; give two letters such as RU")
    numbers = []
    errors = []
    for index, text in enumerate(texts):
        try:
            numbers.append(parse(text, region))
        except NumberError as error:
            errors.append(FieldError(f"numbers[{index}]", error.reason))
    if errors:
        raise BadInput(f"{len(errors)} of {len(texts)} numbers can't be used. None was added.", errors[:MOST_ERRORS])
    return numbers


def readings(text: str) -> list[str]:
    """What a number in a path may mean, likeliest first. Its plus is often lost there: a form's rules turn it into a space."""
    found = []
    for spelling in (text, "+" + text.strip(" +")):
        try:
            found.append(parse(spelling, DEFAULT_REGION))
        except NumberError:
            continue
    return found
