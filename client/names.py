"""Things by id or by name."""

from __future__ import annotations

import uuid
from typing import Any

from client.api import Api
from client.command import PROGRAM
from client.errors import Refused

SANDBOX = "sandbox"


def find_id(api: Api, collection: str, word: str, id_or_name: str) -> str:
    """The id of the thing that is called so.

    What looks like an id is taken as one. A name must be of one thing only; when no name is spelled exactly so, case is ignored.

    Args:
        collection: the path of the list, such as `/gateways`.
        word: what such a thing is called, for the error.

    Raises:
        Refused: no thing, or more than one, has this name.
    """
    if _is_id(id_or_name) or (collection == "/gateways" and id_or_name == SANDBOX):
        return id_or_name
    items = api.pages(collection, 0)["items"]
    exact = [item for item in items if item.get("name") == id_or_name]
    found = exact or [item for item in items if str(item.get("name", "")).casefold() == id_or_name.casefold()]
    if len(found) == 1:
        return str(found[0]["id"])
    if not found:
        raise Refused(f"There is no {word} of this name or id. See which there are: {PROGRAM} {word} list", code="not_found")
    raise Refused(f"{len(found)} {word}s have this name. Give the id of one:", _told(found), code="ambiguous_name")


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _told(items: list[dict[str, Any]]) -> list[str]:
    return [f"{item['id']}  made {item['created_at']}" if item.get("created_at") else str(item["id"]) for item in items]
