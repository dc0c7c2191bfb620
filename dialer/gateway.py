"""A gateway as the dialer keeps it: its settings, its breaker, its pace and its registration. No database, no SIP."""

from __future__ import annotations

from typing import Any

from clock import to_rfc3339
from dialer.alike import FirstEnds
from dialer.breaker import Breaker
from dialer.pace import NO_LIMIT, Pace
from sip.messages import Registration, Setup
from store.gateway_settings import GatewaySettings

HOLD_MS = 2_000  # after an agent could not be started, or a call not be placed: the sandbox has no breaker and waits so long
NOT_REGISTERED = "the registration failed"


class Gateway:
    """One gateway. `live` is how many calls are in flight through it.

    Args:
        last_start: when the newest call through it began, of an earlier run of the service (milliseconds of UNIX time).
    """

    def __init__(self, settings: GatewaySettings, last_start: int | None = None) -> None:
        self.settings = settings
        self.breaker: Breaker | None = None if settings.is_sandbox else Breaker()
        self.pace = Pace(settings.calls_per_second)
        self.live = 0
        self.first_ends = FirstEnds()
        self.registration: Registration | None = None
        self.last_error = ""
        self._held_until = 0
        self._last_start = last_start

    def change(self, settings: GatewaySettings) -> bool:
        """Takes over new settings. True when they are such that agents must start anew."""
        anew = settings.changed_at != self.settings.changed_at
        if settings.calls_per_second != self.pace.rate:
            self.pace.change(settings.calls_per_second)
        self.settings = settings
        if anew:
            self.registration = None
            self.last_error = ""
            self.first_ends = FirstEnds()
            if self.breaker:
                self.breaker.reset()
        return anew

    @property
    def registered(self) -> bool:
        """Whether calls may go out as far as registration is concerned."""
        return not self.settings.register or (self.registration is not None and self.registration.state == "registered")

    def lines_left(self, now: int) -> int:
        """How many more calls may be in flight by `max_lines`, breaker and registration (`now` in milliseconds of UNIX time)."""
        if not self.registered or self._held(now):
            return 0
        limit = self.breaker.may_fly(now) if self.breaker else None
        most = min(NO_LIMIT if limit is None else limit, self.settings.max_lines or NO_LIMIT)
        return max(0, most - self.live)

    def room(self, now: int, now_s: float) -> int:
        """How many calls may start now."""
        return min(self.lines_left(now), self.pace_room(now, now_s))

    def pace_room(self, now: int, now_s: float) -> int:
        """How many calls may start now by its pace alone."""
        if self._last_start is not None:
            self.pace.recall(now_s - max(0, now - self._last_start) / 1000)  # in the future: the clock was set back
            self._last_start = None
        return self.pace.room(now_s)

    def stopped(self, now: int) -> bool:
        """Whether targets wait because of the gateway itself."""
        return not self.registered or self._held(now) or (self.breaker is not None and self.breaker.state == "open")

    def holds_back(self, now: int, starting: int) -> bool:
        """Whether, with `starting` calls more, targets wait because of it: it is stopped, or slowed, or its first call is tried."""
        limit = self.breaker.may_fly(now) if self.breaker else None
        narrow = limit is not None and limit < (self.settings.max_lines or NO_LIMIT) and self.live + starting >= limit
        return self.stopped(now) or narrow

    def failed(self, reason: str, now: int) -> None:
        """It can't be used at all, for `reason`."""
        self.last_error = reason
        self.hold(now)
        if self.breaker:
            self.breaker.open(reason, now)

    def hold(self, now: int) -> None:
        """No call for a moment."""
        self._held_until = now + HOLD_MS

    def _held(self, now: int) -> bool:
        return 0 < self._held_until - now <= HOLD_MS  # further away: the clock was set back

    def on_registration(self, message: Registration, now: int) -> None:
        """The REGISTER was answered, or was not. One that works ends a stop that one in vain had caused, and no other."""
        self.registration = message
        if message.state == "registered" and self.breaker is not None and self.breaker.reason.startswith(NOT_REGISTERED):
            self.breaker.reset()
        elif message.state == "failed":
            code = f"{message.sip_code} " if message.sip_code else ""
            self.failed(f"{NOT_REGISTERED}: {code}{message.reason}", now)

    def resume(self) -> None:
        """A person says that it works."""
        if self.breaker is None:
            return
        if self.breaker.waits_for_person:
            self.first_ends.settle()
        self.breaker.reset()

    def setup(self, timer_b_ms: int) -> Setup:
        """The first message to an agent that is to serve this gateway."""
        own = self.settings
        return Setup(
            host=own.host,
            port=own.port,
            transport=own.transport,
            username=own.username,
            auth_username=own.auth_username,
            password=own.password,
            realm=own.realm,
            caller_id=own.caller_id,
            display_name=own.display_name,
            outbound_proxy=own.outbound_proxy,
            register=own.register,
            codecs=own.codecs,
            srtp=own.srtp,
            tls_ca=own.tls_ca,
            stun_server=own.stun_server,
            public_address=own.public_address,
            keep_alive_s=own.keep_alive_s,
            rtp_port=0,
            timer_b_ms=timer_b_ms,
        )

    def status(self) -> dict[str, Any]:
        """As `GET /gateways/{id}/status` shows it."""
        breaker = self.breaker or Breaker()
        return {
            "registration": self._registration(),
            "breaker": {
                "state": breaker.state,
                "reason": breaker.reason,
                "since": to_rfc3339(breaker.since),
                "next_try_at": to_rfc3339(breaker.next_try_at),
            },
            "lines_in_use": self.live,
            "last_error": self.last_error,
        }

    def _registration(self) -> dict[str, Any]:
        if not self.settings.register:
            return {"state": "off", "sip_code": None, "reason": "", "at": None}
        if self.registration is None:
            return {"state": "registering", "sip_code": None, "reason": "", "at": None}
        own = self.registration
        return {"state": own.state, "sip_code": own.sip_code, "reason": own.reason, "at": to_rfc3339(own.at)}
