"""What must be true when all campaigns have ended: the database against what SIPp saw, and against itself."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialer.retry import INTERRUPTED_MAX_ATTEMPTS
from tests.peers.events import GatewayStats

WORDS = (
    "pending",
    "active",
    "delivered",
    "partial",
    "busy",
    "no_answer",
    "rejected",
    "invalid_number",
    "failed",
    "do_not_call",
    "canceled",
    "interrupted",
)
MOST_TOLD = 20


@dataclass
class Audit:
    """What was found.

    Attributes:
        figures: counts of campaigns, targets, calls, dialogs; `extra`: dialogs beyond a target's attempts; `lost`: targets without an
            outcome, and those of promised campaigns that are gone.
        faults: everything that is wrong, in words.
    """

    figures: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def wrong(self, what: str, rows: Any) -> int:
        """Notes a fault for each row, and how many there were."""
        rows = list(rows)
        self.faults += [f"{what}: {row}" for row in rows[:MOST_TOLD]]
        if len(rows) > MOST_TOLD:
            self.faults.append(f"{what}: {len(rows)} in all")
        return len(rows)


def audit(database: Path, stats: GatewayStats, promised: dict[str, int], lists: set[str]) -> Audit:
    """Checks a stopped service's database.

    Args:
        stats: what SIPp saw.
        promised: how many targets each campaign must have that was answered with 202; there must be no others.
        lists: the callbases that must be there, and no others.
    """
    found = Audit()
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as conn:
        conn.row_factory = sqlite3.Row
        _whole(conn, found)
        _campaigns(conn, found, promised, lists)
        _targets(conn, found)
        _timeline(conn, found)
        _dialogs(conn, found, stats)
    conn.close()
    return found


def _whole(conn: sqlite3.Connection, found: Audit) -> None:
    found.wrong("integrity_check", (row[0] for row in conn.execute("PRAGMA integrity_check") if row[0] != "ok"))
    found.wrong("foreign_key_check", (tuple(row) for row in conn.execute("PRAGMA foreign_key_check")))


def _campaigns(conn: sqlite3.Connection, found: Audit, promised: dict[str, int], lists: set[str]) -> None:
    rows = {row["id"]: row for row in conn.execute("select * from campaigns")}
    found.figures["campaigns"] = len(rows)
    found.figures["lost"] += sum(promised[one] for one in promised.keys() - rows.keys())
    found.wrong("a promised campaign is gone", promised.keys() - rows.keys())
    found.wrong("a campaign that nobody was told of", rows.keys() - promised.keys())
    found.wrong("its total is not what was promised", [one for one in promised.keys() & rows.keys() if rows[one]["total"] != promised[one]])
    found.wrong("not ended", [(one, row["status"]) for one, row in rows.items() if not row["ended_at"]])
    counted: dict[str, Counter[str]] = {one: Counter() for one in rows}
    for row in conn.execute(
        "select c.id campaign_id, t.state, t.outcome, count(*) n from targets t join campaigns c on c.seq = t.campaign_seq group by 1, 2, 3"
    ):
        counted[row["campaign_id"]][row["outcome"] if row["state"] == "done" else row["state"]] += row["n"]
    for one, row in rows.items():
        told = {word: row[f"n_{word}"] for word in WORDS if row[f"n_{word}"]}
        if told != dict(counted[one]) or sum(told.values()) != row["total"]:
            found.faults.append(f"the counts of {one} do not add up: {told} of {row['total']}, targets {dict(counted[one])}")
    there = {row["id"] for row in conn.execute("select id from callbases where state = 'ready'")}
    found.wrong("callbases that are gone, or that nobody was told of", there ^ lists)
    found.wrong("left from a crash", (row["id"] for row in conn.execute("select id from callbases where state != 'ready'")))
    orphans = "select count(*) n, callbase_seq from Callbase where callbase_seq not in (select seq from callbases) group by 2"
    found.wrong("subscribers of no callbase", (tuple(row) for row in conn.execute(orphans)))


def _targets(conn: sqlite3.Connection, found: Audit) -> None:
    plans = {row["seq"]: row for row in conn.execute("select * from campaigns")}
    made: dict[int, Counter[str]] = {}
    for row in conn.execute("select target_id, outcome is null taken_back, count(*) n from calls where ended_at is not null group by 1, 2"):
        made.setdefault(row["target_id"], Counter())["taken back" if row["taken_back"] else "counted"] += row["n"]
    for row in conn.execute("select * from targets"):
        found.figures["targets"] += 1
        if row["state"] != "done" or row["outcome"] not in WORDS:
            found.figures["lost"] += 1
            found.faults.append(f"target {row['id']} has no outcome: {row['state']} {row['outcome']}")
        counted = made.get(row["id"], Counter())["counted"]
        if counted != row["attempts"]:
            found.faults.append(f"target {row['id']} tells of {row['attempts']} attempts and has {counted} calls")
        if counted > most_calls(plans[row["campaign_seq"]]):
            found.figures["extra"] += 1
            found.faults.append(f"target {row['id']} was called {counted} times, more than its campaign allows")
    found.wrong("calls without an end", (row["id"] for row in conn.execute("select id from calls where ended_at is null")))


def _timeline(conn: sqlite3.Connection, found: Audit) -> None:
    """Each 10 s of it against the calls that began and ended in them."""
    outcomes = [word for word in WORDS if word not in ("pending", "active", "do_not_call")]
    sums = ", ".join(f"sum(n_{word})" for word in outcomes)
    told = conn.execute(f"select campaign_seq, at, sum(started), sum(ended), {sums} from timeline group by 1, 2")
    ends = ", ".join(f"sum(ended and outcome is '{word}')" for word in outcomes)
    real = conn.execute(
        "with moments as (select campaign_id, initiated_at / 10000 * 10000 at, 0 ended, null outcome from calls union all "
        "select campaign_id, ended_at / 10000 * 10000, 1, outcome from calls where ended_at is not null) "
        f"select seq, at, sum(not ended), sum(ended), {ends} from moments join campaigns on campaigns.id = campaign_id group by 1, 2"
    )
    found.wrong("the timeline is not that of the calls", {tuple(row) for row in told} ^ {tuple(row) for row in real})


def most_calls(campaign: sqlite3.Row) -> int:
    """How many calls the campaign (its row) may place to one target."""
    rules = json.loads(campaign["retry"] or "{}")
    again = sum(int(rule["max_attempts"]) for rule in rules.values())
    again += INTERRUPTED_MAX_ATTEMPTS if campaign["redial_interrupted"] else 0
    capped = rules and campaign["max_attempts"] is not None
    if not capped:
        return 1 + again
    return min(1 + again, int(campaign["max_attempts"]))


def _dialogs(conn: sqlite3.Connection, found: Audit, stats: GatewayStats) -> None:
    query = "select calls.*, campaigns.gateway_id from calls join campaigns on campaigns.id = calls.campaign_id"
    rows = {row["id"]: row for row in conn.execute(query) if row["gateway_id"] != "sandbox"}
    found.figures["calls"] = len(rows)
    found.figures["interrupted"] = sum(row["status"] == "interrupted" for row in rows.values())
    found.figures["taken back"] = sum(row["outcome"] is None for row in rows.values())
    invites = {event.call_id: event for event in stats.of("INVITE")}
    found.figures["dialogs"] = len(invites)
    found.wrong("a dialog without a row", invites.keys() - rows.keys())
    for one in rows.keys() & invites.keys():
        if invites[one].number != rows[one]["dialled"]:
            found.faults.append(f"call {one} was to {invites[one].number}, its row says {rows[one]['dialled']}")
        if invites[one].at * 1000 < rows[one]["initiated_at"] - 1:
            found.faults.append(f"call {one} began before its row")
    unsent = [row for one, row in rows.items() if one not in invites]
    found.figures["rows without a dialog"] = len(unsent)
    # Canceled before the INVITE was sent, or the agent died first; any other end tells of a call that took place.
    found.wrong(
        "a row without a dialog", [(row["id"], row["status"]) for row in unsent if row["status"] not in ("interrupted", "canceled")]
    )
    answered = {event.call_id for event in stats.of("ANSWERED")}
    told = [one for one, row in rows.items() if row["answered_at"] and one not in answered]
    found.wrong("answered by its row alone", told)
    _no_dialog_too_many(conn, found, invites.values())


def _no_dialog_too_many(conn: sqlite3.Connection, found: Audit, invites: Any) -> None:
    """By number alone, without the calls' rows: no number got more dialogs than its target's attempts say."""
    seen = Counter(event.number for event in invites)
    allowed: Counter[str] = Counter()
    for row in conn.execute("select number, attempts from targets where attempts > 0"):
        allowed[row["number"]] += row["attempts"]
    for row in conn.execute("select number, count(*) n from calls where outcome is null and ended_at is not null group by 1"):
        allowed[row["number"]] += row["n"]  # placed, and not counted: the gateway's fault
    extra = {number: (count, allowed[number]) for number, count in seen.items() if count > allowed[number]}
    found.figures["extra"] += sum(count - most for count, most in extra.values())
    found.wrong("more dialogs than attempts (number, (dialogs, attempts))", extra.items())
