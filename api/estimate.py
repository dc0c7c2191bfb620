"""What a campaign would be, before it starts: whom it would call and whom not, how long it would take, and whether the gateway works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.dial_fields import MOST_ERRORS, find_gateway, numbers_read, read_transfer
from api.services import Services
from clock import now_ms, to_rfc3339
from dialer import forecast
from dialer.window import Window
from store import campaign_estimate
from store.viewer import Viewer


def estimate(services: Services, viewer: Viewer, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of POST /dial/estimate.

    Args:
        fields: those of `/dial` with their defaults, checked.

    Raises:
        NotFound: the gateway, the sound or the callbase is not there.
        BadInput: the callbase is empty, or `transfer_to` can't be used.
    """
    gateway = find_gateway(services, viewer, fields["gateway_id"])
    if fields.get("transfer_to") is not None:
        read_transfer(fields["transfer_to"], gateway)
    read = list(numbers_read(fields.get("numbers") or (), gateway))
    bad = [{"index": index, "reason": fault} for index, (_, fault) in enumerate(read) if fault]
    numbers = list(dict.fromkeys(number for number, _ in read if number))
    counts = campaign_estimate.counts(services.store, viewer, fields, numbers, gateway["allowed_prefixes"])
    ok, reason = _gateway_state(services.dialer.gateway_status(gateway["id"]))
    return {
        "subscribers": counts.subscribers,
        "to_dial": counts.to_dial,
        "do_not_call": counts.do_not_call,
        "not_allowed": counts.not_allowed,
        "bad_numbers": bad[:MOST_ERRORS],
        "bad_numbers_total": len(bad),
        "callbase_rejected": counts.callbase_rejected,
        **_times(fields, counts, _least(services.dialer.lines()[0], gateway["max_lines"], fields.get("max_lines")), gateway),
        "gateway_ok": ok,
        "gateway_reason": reason,
    }


def _times(fields: Mapping[str, Any], counts: campaign_estimate.Counts, lines: float | None, gateway: Mapping[str, Any]) -> dict[str, Any]:
    rate = _least(gateway["calls_per_second"], fields.get("calls_per_second"))
    lengths = (counts.lengths.waited_s, counts.lengths.heard) if counts.lengths else None
    call_s = forecast.call_s(fields, counts.sound_ms, lengths)
    duration_s = forecast.whole_s(forecast.dialling_s(counts.to_dial, call_s, int(lines or 1), rate))
    now = now_ms()
    window = Window.from_json(fields["window"]) if fields["window"] else None
    start, end = forecast.times(window, now, fields["start_at"] or now, 1000 * duration_s)
    return {
        "lines": lines,
        "calls_per_second": rate,
        "call_s": round(call_s, 1),
        "duration_s": duration_s,
        "starts_at": to_rfc3339(start) if counts.to_dial else None,
        "ends_at": to_rfc3339(end) if counts.to_dial else None,
        "window_open": window is None or window.is_open(now),
    }


def _least(*limits: float | None) -> float | None:
    """The least of the limits that there are; None when there is none."""
    return min((limit for limit in limits if limit is not None), default=None)


def _gateway_state(status: Mapping[str, Any]) -> tuple[bool, str | None]:
    """Whether calls go out through it now, and why not; of a slowed one, why."""
    breaker, registration = status["breaker"], status["registration"]
    if breaker["state"] != "closed":
        return breaker["state"] == "slowed", breaker["reason"] or f"the breaker is {breaker['state']}"
    if registration["state"] == "failed":
        return False, f"the registration failed: {registration['sip_code'] or ''} {registration['reason']}".strip()
    return True, None
