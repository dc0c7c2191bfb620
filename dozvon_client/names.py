"""Things by id or by name."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from dozvon_client.api import Api
from dozvon_client.errors import Refused
from dozvon_client.program import PROGRAM

SANDBOX = "sandbox"


@dataclass(frozen=True)
class Kind:
    """A kind of things that have names.

    Args:
        path: of the list of them.
        noun: the commands' own word.
        word: what such a thing is called in sentences.
        id_field, name_field: of an item of the list.
    """

    path: str
    noun: str
    word: str
    id_field: str = "id"
    name_field: str = "name"


GATEWAY = Kind("/gateways", "gateway", "gateway")
SOUND = Kind("/audio", "audio", "sound")
CALLBASE = Kind("/callbases", "callbase", "callbase")
CAMPAIGN = Kind("/campaigns", "campaign", "campaign")
USER = Kind("/users", "user", "user", "uid", "login")


def find_id(api: Api, kind: Kind, id_or_name: str) -> str:
    """The id of the thing that is called so.

    What looks like an id is taken as one. A name must be of one thing only; when no name is spelled exactly so, case is ignored.

    Raises:
        Refused: no thing, or more than one, has this name.
    """
    if _is_id(id_or_name) or (kind is GATEWAY and id_or_name == SANDBOX):
        return id_or_name
    items = api.pages(kind.path, 0)["items"]
    exact = [item for item in items if item.get(kind.name_field) == id_or_name]
    found = exact or [item for item in items if str(item.get(kind.name_field, "")).casefold() == id_or_name.casefold()]
    if len(found) == 1:
        return str(found[0][kind.id_field])
    if not found:
        raise Refused(f"There is no {kind.word} of this name or id. See which there are: {PROGRAM} {kind.noun} list", code="not_found")
    told = [_told(item, kind) for item in found]
    raise Refused(f"{len(found)} {kind.word}s have this name. Give the id of one:", told, code="ambiguous_name")


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _told(item: dict[str, Any], kind: Kind) -> str:
    made = f"  made {item['created_at']}" if item.get("created_at") else ""
    return f"{item[kind.id_field]}{made}"
