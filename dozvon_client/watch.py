"""A running campaign: asked for again and again until it ends, and steered by keys where there is a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from dozvon_client.api import Api, path_to
from dozvon_client.campaign_words import Campaign, has_ended, waiting
from dozvon_client.errors import ClientError, Refused, Unreachable
from dozvon_client.keyboard import Key, keys
from dozvon_client.output import Output
from dozvon_client.steering import Steering
from dozvon_client.watch_screen import Look, shown

POLL_S = 1.0
SILENCE_LONGEST_S = 60.0  # so long may the server be away, for a restart, before watching ends
LIVE_CALLS = {"status": "initiated,ringing,in-progress", "limit": 50}


class Watch:
    """Watches one campaign.

    Args:
        api: the server.
        out: where progress is shown.
        poll_s: seconds between two looks.
        now, sleep: the clock, seconds; where there are keys, the wait for one takes the place of `sleep`.
        with_keys: let keys steer the campaign, where there is a terminal.
    """

    def __init__(
        self,
        api: Api,
        out: Output,
        poll_s: float = POLL_S,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        *,
        with_keys: bool = False,
    ) -> None:
        self._api = api
        self._out = out
        self._poll_s = poll_s
        self._now = now
        self._sleep = sleep
        self._tells_calls = out.notes.is_terminal
        self._with_keys = with_keys and out.notes.is_terminal

    def until_end(self, campaign_id: str) -> Campaign:
        """Block until the campaign is completed or canceled, or left by a key; gives its last state.

        Raises:
            Unreachable: the server is away for 60 s.
        """
        path = path_to("campaigns", campaign_id)
        steering = Steering(self._api, path)
        with shown(self._out) as show, keys() if self._with_keys else nullcontext() as key:
            while True:
                campaign = self._look(path)
                ended = has_ended(campaign)
                says = steering.says(campaign) if key and not ended else ""
                show(Look(campaign, self._waiting(path, campaign), () if ended else self._calls(path), says))
                if ended or self._left(steering, key):
                    return campaign

    def _left(self, steering: Steering, key: Key | None) -> bool:
        """Wait until the next look; True when a key asked to leave."""
        if key is None:
            self._sleep(self._poll_s)
            return False
        pressed = key(self._poll_s)
        return pressed is not None and steering.press(pressed)

    def _look(self, path: str) -> Campaign:
        away_since: float | None = None
        while True:
            try:
                return self._api.get(path)
            except Unreachable:
                if away_since is None:
                    away_since = self._now()
                    self._out.note("The server does not answer; waiting for it. The campaign goes on by itself.")
                if self._now() - away_since >= SILENCE_LONGEST_S:
                    raise
                self._sleep(self._poll_s)

    def _waiting(self, path: str, campaign: Campaign) -> str | None:
        """Why the others wait; of a server that does not tell it, why the first does when nobody is being called now."""
        if "waiting" in campaign:
            return waiting(campaign)
        counts = campaign.get("counts") or {}
        if campaign.get("status") != "running" or counts.get("active") or not counts.get("pending"):
            return None
        try:
            first = self._api.get(f"{path}/targets", {"state": "pending", "limit": 1})["items"]
        except (Unreachable, KeyError):
            return None
        return first[0].get("why_waiting") if first else None

    def _calls(self, path: str) -> list[dict[str, Any]]:
        if not self._tells_calls:
            return []
        try:
            return list(self._api.get(f"{path}/calls", LIVE_CALLS).get("items") or [])
        except Refused:
            self._tells_calls = False  # an older server takes one status only
            return []
        except ClientError:
            return []
