"""What a shell completes: words by argparse, and the names of things by asking the server."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from dozvon_client.connect import connected, server
from dozvon_client.names import GATEWAY, SANDBOX, Kind
from dozvon_client.profiles import ProfileFile
from dozvon_client.settings import profiles_path

MOST = 1000

Completer = Callable[..., list[str]]


def completes(action: argparse.Action, completer: Completer) -> argparse.Action:
    """Let this option or argument be completed so (argcomplete's way of naming it)."""
    action.completer = completer  # type: ignore[attr-defined]
    return action


def names_of(kind: Kind) -> Completer:
    """Completes the names of such things. Silent when the server does not answer soon, or there is no login."""

    def complete(parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        try:
            to = server(getattr(parsed_args, "url", None), getattr(parsed_args, "profile", None))
            with connected(to, _nobody, quick=True) as api:
                items = api.pages(kind.path, MOST)["items"]
        except Exception:
            return []  # whatever went wrong, a person who presses Tab is not told
        names = [str(item.get(kind.name_field) or "") for item in items]
        return sorted({name for name in names if name} | ({SANDBOX} if kind is GATEWAY else set()))

    return complete


def profiles(**_: Any) -> list[str]:
    """Completes the names of the profiles."""
    try:
        return list(ProfileFile(profiles_path()).all())
    except Exception:
        return []


def _nobody(_text: str) -> None:
    """Hears nothing."""
