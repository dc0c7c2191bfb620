"""One step of the dialer: takes what the agents said, writes how calls ended, claims the targets that may be called now, hands them over.

`step(now, now_s)` takes the time and does everything that is due; nothing sleeps here. The order is the crash rule itself: a call is
committed before its INVITE is handed to an agent, and an end stays in memory only until the next commit has it.
"""

from __future__ import annotations

import logging
import uuid
from typing import Any

from sqlalchemy import Connection

from dialer.contacts import Contacts
from dialer.pool import Agent, Pool
from dialer.prompts import Prompts, Sounds
from dialer.recordings import Recordings
from dialer.run import Run
from dialer.turns import Turns
from dialer.unwritable import NO_FAULT_OF_OURS, writable
from dialer.verdicts import Flight, finish_of, interrupted
from errors import NotFound
from sip.messages import Answered, CallEnd, Dial, End, OptedOut, Ringing, carries_wide
from sip.outcome import judge
from store import campaigns, dnc, flight, last_start
from store.engine import Store
from store.flight import Claim, Finish
from store.gateway_settings import GatewaySettings

TICK_S = 1.0
REFRESH_S = 2.0  # the campaigns' rows are read again so often, for the counts
HOLD_MS = 5_000  # how long a campaign waits whose sound can't be had
AFTER_TROUBLE_S = 1.0  # between tries while the database does not take writes

log = logging.getLogger("dozvon.dialer")


class Engine:
    """See the module. Used by one thread.

    Args:
        store: the database.
        pool: the agents.
        contacts: the gateways.
        prompts: the sounds' files.
        recordings: what called people said.
        lines: how many calls may be in flight at once.
    """

    def __init__(self, store: Store, pool: Pool, contacts: Contacts, prompts: Prompts, recordings: Recordings, lines: int) -> None:
        self.lines = lines
        self.runs: dict[str, Run] = {}
        self.flights: dict[str, Flight] = {}
        self.stopping = False
        self.trouble = ""
        self._store = store
        self._pool = pool
        self._contacts = contacts
        self._prompts = prompts
        self._recordings = recordings
        self._ends: list[Finish] = []
        self._ringing: list[tuple[str, int]] = []
        self._answered: list[tuple[str, int]] = []
        self._opted_out: list[tuple[str, str]] = []  # numbers, and whose campaign called them
        self._stale = True  # the campaigns in the store may have changed
        self._again = False  # lines were left over
        self._turns = Turns(contacts, pool)
        self._quiet_until = 0.0
        self._refreshed_at = 0.0
        self._canceling: dict[tuple[str, int], float] = {}  # canceled campaign and its pending targets: since when

    # -- what comes in -------------------------------------------------------------------------------------------------

    def look_again(self) -> None:
        """The campaigns in the store have changed."""
        self._stale = True

    def handle(self, agent: Agent, message: Any, now: int) -> None:
        """Takes one message of an agent's; None tells that the agent is gone."""
        match message:
            case Ringing(call_id, at):
                self._ringing.append((call_id, at))
                self._contacts.on_sign_of_life(agent.gateway_id, now)
            case Answered(call_id, at):
                self._answered.append((call_id, at))
                self._contacts.on_sign_of_life(agent.gateway_id, now)
            case OptedOut(call_id):
                self._on_opted_out(call_id)
            case CallEnd():
                self._on_end(message, now)
            case None:
                self._on_agent_gone(agent, now)
                self._contacts.on_agent_gone(agent, now, stopping=self.stopping)
            case _:
                self._contacts.handle(agent, message, now)

    def hang_up(self, call_id: str) -> None:
        """Ends one live call."""
        agent = self._pool.carrier(call_id)
        if agent is not None:
            self._pool.send(agent, End(call_id))

    def _on_end(self, end: CallEnd, now: int) -> None:
        own = self.flights.pop(end.call_id, None)
        if own is None:
            return
        if end.recorded_ms:
            self._recordings.keep(end.call_id)
        run = self.runs.get(own.campaign_id)
        verdict = self._contacts.on_call_end(own, judge(end), end, now)
        self._ends.append(finish_of(own, end, verdict, stopping=self.stopping))
        if run is not None:
            run.live -= 1

    def _on_opted_out(self, call_id: str) -> None:
        # At once, not only with the call's end: nobody else may call them meanwhile, and a crash may come before.
        own = self.flights.get(call_id)
        if own is None:
            return
        self._opted_out.append((own.number, own.owner))
        for other in self.flights.values():
            if other.number == own.number and other is not own:  # another campaign's, perhaps not even placed
                self.hang_up(other.call_id)

    def _on_agent_gone(self, agent: Agent, now: int) -> None:
        lost = [self.flights.pop(call_id) for call_id in agent.calls if call_id in self.flights]
        if lost:
            log.error("agent %d is gone; its %d calls are interrupted", agent.pid, len(lost))
        for own in lost:
            finish = interrupted(own.call_id, own.campaign_id, own.target_id, own.attempts, own.retries, own.plan, now)
            self._ends.append(finish)
            self._recordings.drop(own.call_id)
            self._contacts.landed(own.gateway_id)
            if own.campaign_id in self.runs:
                self.runs[own.campaign_id].live -= 1

    # -- one step ------------------------------------------------------------------------------------------------------

    def step(self, now: int, now_s: float) -> float:
        """Does what is due (`now` in milliseconds of UNIX time, `now_s` on a monotonic clock). Gives the
        seconds until the next step at the latest."""
        if now_s < self._quiet_until:
            return self._quiet_until - now_s
        try:
            self._write(now, now_s)
        except NO_FAULT_OF_OURS as error:
            self._on_trouble(error, now_s)
            return AFTER_TROUBLE_S
        except Exception as error:
            log.exception("a step of the dialer failed")
            self._on_trouble(error, now_s)
            self._ends = writable(self._store, self._ends, now)
            return AFTER_TROUBLE_S
        self.trouble = ""
        return 0.0 if self._again else self._next_in(now, now_s)

    def _write(self, now: int, now_s: float) -> None:
        if not self.stopping:
            self._contacts.keep_registered(now)
        if self._stale or now_s - self._refreshed_at > REFRESH_S or self._start_is_due(now):
            self._refresh(now, now_s)
        shares = {} if self.stopping else self._turns.shares(self.runs, self.lines - len(self.flights), now, now_s)
        prompts = self._prompts_of(shares, now)
        self._again = False
        if not (prompts or self._ends or self._ringing or self._answered or self._opted_out or self._contacts.unsaved):
            return
        with self._store.write() as conn:
            self._write_what_happened(conn, now)
            claims = [claim for campaign_id in prompts for claim in self._claim(conn, self.runs[campaign_id], shares[campaign_id], now)]
            if claims:
                flight.begin(conn, claims, now)
            self._close_finished(conn, {end.campaign_id for end in self._ends} | set(shares), now)
        # It is committed: the calls go out before anything else can fail.
        self._settle()
        self._again = len(claims) < sum(shares.values())  # they are given to others
        for gateway_id, some in self._launch(claims, prompts, now, self._pool.clock()).items():
            self._pool.dial(gateway_id, some)
        self._look_for_due()

    def _write_what_happened(self, conn: Connection, now: int) -> None:
        flight.ringing(conn, self._ringing)
        flight.answered(conn, self._answered)
        for number, owner in self._opted_out:
            dnc.opt_out(conn, number, owner, now)
        if self._ends:
            flight.finish(conn, self._ends, now)
        self._contacts.save(conn)

    def _close_finished(self, conn: Connection, campaign_ids: set[str], now: int) -> None:
        for campaign_id in campaign_ids:
            run = self.runs.get(campaign_id)
            if run is not None and run.live:
                continue
            if campaigns.close_if_done(conn, campaign_id, now):
                self._stale = True

    def _settle(self) -> None:
        for end in self._ends:
            run = self.runs.get(end.campaign_id)
            if run is not None and end.state == "pending":
                run.note_pending(end.next_attempt_at)
        for run in self.runs.values():
            if run.gateway_id in self._contacts.reopened:
                run.note_pending(0)
        self._ends.clear()
        self._ringing.clear()
        self._answered.clear()
        self._opted_out.clear()
        self._contacts.saved()

    def _on_trouble(self, error: Exception, now_s: float) -> None:
        text = str(getattr(error, "orig", error))
        if text != self.trouble:
            log.error("the database does not take writes (%s); nobody new is called until it does", text)
        self.trouble = text
        self._quiet_until = now_s + AFTER_TROUBLE_S
        self._stale = True
        for run in self.runs.values():
            run.due_at = 0 if run.due_at is None else run.due_at

    # -- campaigns -----------------------------------------------------------------------------------------------------

    def _start_is_due(self, now: int) -> bool:
        return any(run.row["status"] == "scheduled" and (run.row["start_at"] or 0) <= now for run in self.runs.values())

    def _refresh(self, now: int, now_s: float) -> None:
        if self._start_is_due(now):
            with self._store.write() as conn:
                campaigns.start_due(conn, now)
        with self._store.read() as conn:
            rows = {row["id"]: row for row in flight.unfinished_campaigns(conn)}
            for campaign_id, row in rows.items():
                if campaign_id not in self.runs:
                    self.runs[campaign_id] = Run(row)
                    self._recall_pace(conn, self.runs[campaign_id], now, now_s)
        for campaign_id, row in rows.items():
            self.runs[campaign_id].update(row)
            self.runs[campaign_id].note_done(now, row["n_pending"] + row["n_active"])
        for campaign_id in set(self.runs) - set(rows):
            del self.runs[campaign_id]
        self._prompts.forget_all_but({row[name] for row in rows.values() for name in ("audio_id", "opt_out_audio_id")})
        self._end_canceled()
        self._finish_cancels(now_s)
        self._contacts.look_again()
        self._stale = False
        self._refreshed_at = now_s

    def _recall_pace(self, conn: Connection, run: Run, now: int, now_s: float) -> None:
        # After a restart the pace goes on from the last call, as the gateway has seen it.
        at = None if run.pace.rate is None else last_start.of_campaign(conn, run.id)
        if at is not None:
            run.pace.recall(now_s - max(0, now - at) / 1000)  # in the future: the clock was set back

    def _end_canceled(self) -> None:
        for call_id, own in self.flights.items():
            run = self.runs.get(own.campaign_id)
            if run is not None and run.canceled:
                self.hang_up(call_id)

    def _finish_cancels(self, now_s: float) -> None:
        # A cancel takes the waiting targets away at once, unless the disk was full just then: what stands still is finished here.
        waiting = [(run.id, int(run.row["n_pending"])) for run in self.runs.values() if run.canceled]
        self._canceling = {key: self._canceling.get(key, now_s) for key in waiting}
        for (campaign_id, _), since in self._canceling.items():
            if now_s - since > REFRESH_S:
                campaigns.finish_cancel(self._store, campaign_id)

    # -- who is called now ---------------------------------------------------------------------------------------------

    def _prompts_of(self, shares: dict[str, int], now: int) -> dict[str, Sounds]:
        # Before anything is claimed: a sound that can't be had must not leave targets that are active and never dialled.
        prompts = {}
        for campaign_id in shares:
            run = self.runs[campaign_id]
            try:
                wide = carries_wide(self._contacts.settings(run.gateway_id).codecs)
                key = run.opt_out_prompt_key
                goodbye = self._prompts.prompt(*key, wide=wide) if key else None
                prompts[campaign_id] = Sounds(self._prompts.prompt(*run.prompt_key, wide=wide), goodbye)
            except (OSError, NotFound) as error:
                log.error("campaign %s waits, its sound can't be had: %s", campaign_id, error)
                run.hold_until(now + HOLD_MS)
        return prompts

    def _claim(self, conn: Connection, run: Run, wanted: int, now: int) -> list[Claim]:
        rows = flight.claim(conn, run.id, wanted, now)
        settings = self._contacts.settings(run.gateway_id)
        if len(rows) < wanted:
            run.due_at = None  # read again once these are committed
        if not rows:
            self._stale = True  # it was paused, or ended, a moment ago
        audio_ms = int(run.row["duration_ms"] or 0) * int(run.row["repeat"])
        return [
            Claim(
                call_id=str(uuid.uuid4()),
                campaign_id=run.id,
                target_id=row["id"],
                cid=row["cid"],
                number=row["number"],
                dialled=settings.dialled(row["number"]),
                attempt=row["attempts"] + 1,
                audio_ms=audio_ms,
                retries=dict(row["retries"] or {}),
            )
            for row in rows
        ]

    def _launch(self, claims: list[Claim], prompts: dict[str, Sounds], now: int, now_s: float) -> dict[str, list[Dial]]:
        dials: dict[str, list[Dial]] = {}
        for claim in claims:
            run = self.runs[claim.campaign_id]
            settings = self._contacts.settings(run.gateway_id)
            self.flights[claim.call_id] = _flight(run, claim, now, settings.changed_at)
            run.live += 1
            run.pace.started(now_s)
            run.tempo.started(now_s)
            self._contacts.started(run.gateway_id, now_s)
            dials.setdefault(run.gateway_id, []).append(self._dial(run, claim, prompts[run.id], settings))
        return dials

    def _dial(self, run: Run, claim: Claim, sounds: Sounds, settings: GatewaySettings) -> Dial:
        transfer_user = settings.transferred(run.row["transfer_to"] or "")
        return Dial(
            call_id=claim.call_id,
            user=claim.dialled,
            prompt=sounds.message,
            ring_timeout_ms=run.row["ring_timeout_s"] * 1000,
            collect_digits=run.row["collect_digits"],
            opt_out_digit=run.row["opt_out_digit"] or "",
            hear=self._recordings.hear_of(run.row, claim.call_id),
            opt_out_prompt=sounds.goodbye,
            transfer_digit=(run.row["transfer_digit"] or "") if transfer_user else "",
            transfer_user=transfer_user,
        )

    def _look_for_due(self) -> None:
        blank = [run for run in self.runs.values() if run.due_at is None and run.running]
        if blank:
            with self._store.read() as conn:
                for run in blank:
                    run.due_at = flight.next_due_at(conn, run.id)

    # -- when next -----------------------------------------------------------------------------------------------------

    def _next_in(self, now: int, now_s: float) -> float:
        moments = [moment for run in self.runs.values() if (moment := run.next_event(now)) is not None]
        later = [(moment - now) / 1000 for moment in moments if moment > now]
        paces = [run.pace.next_at() - now_s for run in self.runs.values()] + self._contacts.pace_delays(now_s)
        return min([TICK_S, *later, *(delay for delay in paces if delay > 0)])

    def interrupt_all(self, now: int) -> None:
        """At the end of the stop: what has not ended by now is not known to have."""
        for own in self.flights.values():
            self._ends.append(interrupted(own.call_id, own.campaign_id, own.target_id, own.attempts, own.retries, own.plan, now))
        self.flights.clear()
        for run in self.runs.values():
            run.live = 0


def _flight(run: Run, claim: Claim, now: int, settings_of: int) -> Flight:
    return Flight(
        call_id=claim.call_id,
        campaign_id=claim.campaign_id,
        target_id=claim.target_id,
        gateway_id=run.gateway_id,
        number=claim.number,
        owner=run.row["owner"],
        initiated_at=now,
        attempts=claim.attempt,
        retries=claim.retries,
        plan=run.plan,
        settings_of=settings_of,
    )
