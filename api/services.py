"""What the handlers work with: the store, the tokens, the secrets' box, and what they may ask of the dialer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from auth import Auth
    from security.keys import SecretBox
    from store.engine import Store


class DialerPort(Protocol):
    """What handlers may ask of the dialer. Everything here is safe from any thread; only `check_gateway` blocks."""

    def wake(self) -> None:
        """Campaigns changed in the store: look again now."""

    def hangup(self, call_id: str) -> None:
        """Ends one live call. Returns before the call has ended."""

    def check_gateway(self, gateway_id: str) -> dict[str, Any]:
        """Places an OPTIONS, and a REGISTER where the gateway registers. Blocks up to 15 s; gives `ok, sip_code, reason, rtt_ms`."""

    def gateway_status(self, gateway_id: str) -> dict[str, Any]:
        """The live state: `registration, breaker, lines_in_use, last_error`."""

    def gateway_statuses(self, gateway_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The live state of each; of one that can't be used there is none."""

    def resume_gateway(self, gateway_id: str) -> None:
        """Closes the gateway's breaker by hand."""

    def gateway_changed(self, gateway_id: str) -> None:
        """Its settings were changed, or it was deleted."""

    def lines(self) -> tuple[int, int]:
        """How many lines there are in all, and how many are in use."""

    def eta_s(self, campaign_id: str) -> int | None:
        """Seconds until the campaign is likely to end; None when that can't be told."""

    def calls_per_second_now(self, campaign_id: str) -> float:
        """How many calls of the campaign began a second in the last ten."""

    def why_waiting(self, campaign_id: str) -> str | None:
        """What holds back the campaign's targets that are due now: lines, rate or gateway; None before the dialer has seen it."""

    def ready(self) -> bool:
        """Whether calls can be placed."""


@dataclass(frozen=True)
class Services:
    """Everything that a handler needs. Made once at start.

    Args:
        sandbox_port: the UDP port of the sandbox gateway on loopback; None under `--no-sandbox`.
        data: the data folder; temporary files go there too.
    """

    store: Store
    auth: Auth
    box: SecretBox
    dialer: DialerPort
    sandbox_port: int | None
    version: str
    data: Path
