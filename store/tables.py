"""Every table, as SQLAlchemy Core. Alembic's migrations and `sqlite/db.sql` are held equal to this by tests.

Times are whole milliseconds of UNIX time (UTC) in BIGINT columns whose names end in `_at`; durations end in `_ms` or `_s`.
Ids that a caller sees are UUID4 strings; tables with many rows have an integer key beside them, which also gives the order.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData()

# SQLite only auto-increments a column whose type is exactly INTEGER.
Key = BigInteger().with_variant(Integer, "sqlite")
UUID = String(36)
E164 = String(16)


def _owner() -> Column[str]:
    return Column("owner", UUID, ForeignKey("Users.uid", ondelete="CASCADE"), nullable=False, index=True)


def _only(condition: str) -> dict[str, Any]:
    """A partial index: only rows for which the condition holds are in it."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


# -- people and tokens -------------------------------------------------------------------------------------------------

users = Table(
    "Users",
    metadata,
    Column("uid", UUID, primary_key=True),
    Column("name", String(1024), nullable=False, server_default=""),
    Column("login", String(1024), nullable=False, unique=True),
    Column("password", String(1024), nullable=False),  # an argon2id hash
    Column("acc_token", String(1024)),  # SHA-256 of the newest access token
    Column("expired", Float),  # when that token ends, UNIX time in seconds
    Column("comment", Text, nullable=False, server_default=""),
    Column("role", String(8), nullable=False, server_default="user"),
    Column("created_at", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("role IN ('admin', 'user')", name="users_role"),
)

# One row a login. All tokens of the login hang on it, so that ending it ends them all at once.
grants = Table(
    "grants",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("uid", UUID, ForeignKey("Users.uid", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("jti", UUID, primary_key=True),
    Column("grant_id", UUID, ForeignKey("grants.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
)

# A used refresh token stays until its end, so that its second use is seen and ends the grant (RFC 6749 section 10.4).
refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("grant_id", UUID, ForeignKey("grants.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("used_at", BigInteger),
)

# What was answered to an Idempotency-Key. `resource_id` is chosen before the work: after a crash it tells whether the work was done.
idempotency = Table(
    "idempotency",
    metadata,
    Column("uid", UUID, ForeignKey("Users.uid", ondelete="CASCADE"), primary_key=True),
    Column("route", String(255), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("resource_id", UUID, nullable=False),
    Column("run_id", UUID, nullable=False),  # the run of the service that started the work
    Column("created_at", BigInteger, nullable=False, index=True),
    Column("status", Integer),  # NULL while running
    Column("headers", JSON),
    Column("body", LargeBinary),
)

# -- what a campaign is made of ----------------------------------------------------------------------------------------

gateways = Table(
    "gateways",
    metadata,
    Column("id", UUID, primary_key=True),
    _owner(),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),  # of the SIP settings: a changed gateway starts with a probe
    Column("name", String(200), nullable=False),
    Column("host", String(255), nullable=False),
    Column("port", Integer, nullable=False),
    Column("transport", String(3), nullable=False),
    Column("username", String(255), nullable=False),
    Column("auth_username", String(255), nullable=False),
    Column("password", LargeBinary),  # encrypted; NULL when there is none
    Column("realm", String(255), nullable=False),
    Column("caller_id", String(255), nullable=False),
    Column("display_name", String(255), nullable=False),
    Column("outbound_proxy", String(255), nullable=False),
    Column("register", Boolean, nullable=False),
    Column("codecs", JSON, nullable=False),
    Column("srtp", String(8), nullable=False),
    Column("tls_ca", Text, nullable=False),
    Column("stun_server", String(255), nullable=False),
    Column("public_address", String(255), nullable=False),
    Column("keep_alive_s", Integer, nullable=False),
    Column("max_lines", Integer),
    Column("calls_per_second", Float),
    Column("region", String(2), nullable=False),
    Column("strip_plus", Boolean, nullable=False),
    Column("dial_prefix", String(32), nullable=False),
    Column("allowed_prefixes", JSON, nullable=False),
    # What the dialer learnt; survives a restart so that a stopped gateway is not hammered again.
    Column("breaker_state", String(6), nullable=False, server_default="closed"),
    Column("breaker_reason", Text, nullable=False, server_default=""),
    Column("breaker_since", BigInteger),
    Column("breaker_next_try", BigInteger),
    Column("last_error", Text, nullable=False, server_default=""),
)

audio = Table(
    "audio",
    metadata,
    Column("id", UUID, primary_key=True),
    _owner(),
    Column("created_at", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),  # 'staging' rows are invisible, and deleted at start
    Column("name", String(200), nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("sample_rate", Integer, nullable=False),
    Column("channels", Integer, nullable=False),
    Column("format", String(8), nullable=False),
    Column("size", BigInteger, nullable=False),  # bytes of the original
    Column("sha256", String(64), nullable=False),
    Column("normalize", Boolean, nullable=False),
)

# The sounds' bytes, in pieces of at most 1 MiB. kind: 'original' as uploaded; 'phone' 16-bit little-endian mono samples at 8 kHz, and
# 'wide' the same at 16 kHz, where the upload has more than the telephone's band.
audio_chunks = Table(
    "audio_chunks",
    metadata,
    Column("audio_id", UUID, ForeignKey("audio.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

callbases = Table(
    "callbases",
    metadata,
    Column("seq", Key, primary_key=True, autoincrement=True),  # its subscribers point at this, as a campaign's targets do
    Column("id", UUID, nullable=False, unique=True),
    _owner(),
    Column("created_at", BigInteger, nullable=False),
    Column("name", String(200), nullable=False),
    Column("region", String(2), nullable=False),
    Column("state", String(8), nullable=False),  # 'staging' rows are invisible, and deleted at start
    Column("total", Integer, nullable=False),
    Column("report", JSON, nullable=False),
)

# A subscriber: one person on a callbase.
subscribers = Table(
    "Callbase",
    metadata,
    Column("cid", UUID, primary_key=True),
    Column("name", String(1024), nullable=False, server_default=""),
    Column("number", E164, nullable=False),
    Column("comment", Text, nullable=False, server_default=""),
    Column("callbase_seq", Key, ForeignKey("callbases.seq", ondelete="CASCADE")),
    Column("pos", Integer, nullable=False, server_default="0"),  # the place in the list, from 1
    Column("search", Text, nullable=False, server_default=""),  # name, number and comment, casefolded
    Column("extra", JSON),  # further columns of the uploaded list
    Index("subscribers_by_place", "callbase_seq", "pos"),
    Index("subscribers_by_number", "callbase_seq", "number", unique=True),
)

# Numbers that are never called, by whom they were entered. Everybody's entries are obeyed.
dnc = Table(
    "dnc",
    metadata,
    Column("number", E164, primary_key=True),
    Column("owner", UUID, ForeignKey("Users.uid", ondelete="CASCADE"), primary_key=True),
    Column("created_at", BigInteger, nullable=False),
    Column("reason", String(200), nullable=False, server_default=""),
)

# How the sound of a campaign's calls travelled: calls with media and their packets; of these the calls of which the callee sent reports,
# their packets, how many of those were lost, the sum of their jitter; the calls with a round trip, and the sum of these.
RTP_SUMS: dict[str, Any] = {
    "rtp_calls": Integer,
    "rtp_sent": BigInteger,
    "rtp_reports": Integer,
    "rtp_reported": BigInteger,
    "rtp_lost": BigInteger,
    "rtp_jitter_ms": Float,
    "rtp_trips": Integer,
    "rtp_rtt_ms": Float,
}

# -- campaigns ---------------------------------------------------------------------------------------------------------

campaigns = Table(
    "campaigns",
    metadata,
    Column("seq", Key, primary_key=True, autoincrement=True),  # its targets point at this: a UUID in each of their indexes costs too much
    Column("id", UUID, nullable=False, unique=True),
    _owner(),
    Column("name", String(200), nullable=False),
    Column("search", Text, nullable=False, server_default=""),  # the name, casefolded
    Column("status", String(9), nullable=False, index=True),  # a 'deleting' one is invisible, and its rows go
    Column("created_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("gateway_id", UUID, nullable=False, index=True),  # no foreign key: 'sandbox' is no row
    Column("audio_id", UUID, nullable=False, index=True),
    Column("callbase_id", UUID, index=True),
    # What it was started with.
    Column("max_lines", Integer),
    Column("calls_per_second", Float),
    Column("ring_timeout_s", Integer, nullable=False),
    Column("max_attempts", Integer),
    Column("retry", JSON, nullable=False),
    Column("window", JSON),
    Column("start_at", BigInteger),
    Column("lead_in_ms", Integer, nullable=False),
    Column("tail_ms", Integer, nullable=False),
    Column("repeat", Integer, nullable=False),
    Column("repeat_pause_ms", Integer, nullable=False, server_default="0"),
    Column("opt_out_digit", String(1)),
    Column("opt_out_audio_id", UUID, index=True),
    Column("transfer_digit", String(1)),
    Column("transfer_to", String(64)),  # E.164, or a user part at the gateway
    Column("collect_digits", Integer, nullable=False),
    Column("redial_interrupted", Boolean, nullable=False),
    Column("machine_detection", String(18), nullable=False, server_default="off"),
    Column("machine_detection_params", JSON, nullable=False, server_default="{}"),
    Column("record_s", Integer, nullable=False, server_default="0"),
    Column("recording_days", Integer, nullable=False, server_default="30"),
    Column("keys", JSON, nullable=False, server_default="{}"),  # in how many calls each key was pressed
    # The counts: changed in the transaction of the outcome. All but total add up to total.
    Column("total", Integer, nullable=False, server_default="0"),
    *(
        Column(f"n_{word}", Integer, nullable=False, server_default="0")
        for word in (
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
    ),
    # Of the calls in which it was listened for who answers, how many had which answer.
    *(Column(f"by_{word}", Integer, nullable=False, server_default="0") for word in ("human", "machine", "beep", "unknown")),
    # Sums over its calls, changed in the transaction of their end.
    *(Column(name, kind, nullable=False, server_default="0") for name, kind in RTP_SUMS.items()),
)

# A target: a subscriber within a campaign. Each index is for one question, so that no answer takes longer in a campaign of a million; a
# start writes only the first three. The queries must name the state as a literal for the partial ones to be used.
targets = Table(
    "targets",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("campaign_seq", Key, ForeignKey("campaigns.seq", ondelete="CASCADE"), nullable=False),
    Column("cid", UUID, nullable=False),
    Column("name", String(1024), nullable=False),
    Column("search", Text, nullable=False, server_default=""),  # the name, casefolded
    Column("number", E164, nullable=False),
    Column("state", String(7), nullable=False),
    Column("outcome", String(14)),  # the last attempt's; of a pending target, why it is called again
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("retries", JSON),  # how many further calls each outcome has caused
    Column("next_attempt_at", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("state IN ('pending', 'active', 'done')", name="targets_state"),
    Index("targets_by_place", "campaign_seq", "id"),
    Index("targets_by_state", "campaign_seq", "state", "id"),
    Index("targets_by_turn", "campaign_seq", "next_attempt_at", "id", **_only("state = 'pending'")),
    Index("targets_by_outcome", "campaign_seq", "outcome", "id", **_only("state = 'done'")),
)

# A call: one attempt. Its row is committed before the INVITE is sent.
calls = Table(
    "calls",
    metadata,
    Column("seq", Key, primary_key=True, autoincrement=True),
    Column("id", UUID, nullable=False, unique=True),  # also the SIP Call-ID
    Column("campaign_id", UUID, ForeignKey("campaigns.id", ondelete="CASCADE"), nullable=False),
    Column("target_id", Key, nullable=False),
    Column("cid", UUID, nullable=False),
    Column("number", E164, nullable=False),
    Column("dialled", String(64), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("status", String(11), nullable=False),
    Column("outcome", String(14)),  # NULL until the end, and for an attempt that does not count
    Column("sip_code", Integer),
    Column("sip_reason", String(255)),
    Column("q850_cause", Integer),
    Column("initiated_at", BigInteger, nullable=False),
    Column("ringing_at", BigInteger),
    Column("answered_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("ring_ms", Integer),
    Column("talk_ms", Integer),
    Column("played_ms", Integer),
    Column("audio_ms", Integer, nullable=False),
    Column("first_audio_ms", Integer),
    Column("packets_sent", Integer),
    Column("packets_lost", Integer),  # of these, as the callee reported; NULL when it did not
    Column("jitter_ms", Float),
    Column("rtt_ms", Float),
    Column("packets_received", Integer),
    Column("received_lost", Integer),
    Column("digits", String(64), nullable=False, server_default=""),
    Column("transfer", String(8)),
    Column("transfer_code", Integer),
    Column("hangup_by", String(7)),
    Column("answered_by", String(7)),
    Column("recording_ms", Integer),  # NULL: there is none (any more)
    Index("calls_by_campaign", "campaign_id", "seq"),
    Index("calls_in_flight", "status", **_only("ended_at IS NULL")),
    # Written once a call, at its end.
    Index("calls_by_status", "campaign_id", "status", "seq", **_only("ended_at IS NOT NULL")),
    Index("calls_by_outcome", "campaign_id", "outcome", "seq", **_only("outcome IS NOT NULL")),
)

# What happened in each 10 s of a campaign: calls begun, calls ended, the most that were live at once, and how the ended ones ended; those
# that do not count have no outcome. Each row is changed in the transaction of the calls, so that the sums are those of the calls' rows.
timeline = Table(
    "timeline",
    metadata,
    Column("campaign_seq", Key, ForeignKey("campaigns.seq", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),  # its beginning
    Column("started", Integer, nullable=False, server_default="0"),
    Column("ended", Integer, nullable=False, server_default="0"),
    Column("peak", Integer, nullable=False, server_default="0"),
    *(
        Column(f"n_{word}", Integer, nullable=False, server_default="0")
        for word in ("delivered", "partial", "busy", "no_answer", "rejected", "invalid_number", "failed", "canceled", "interrupted")
    ),
    sqlite_with_rowid=False,
)

# The sums of campaigns that were deleted, so that what is counted over all calls never goes back.
kept_sums = Table(
    "kept_sums",
    metadata,
    Column("name", String(32), primary_key=True),  # one of RTP_SUMS
    Column("value", Float, nullable=False),
)

# What the called person said after the message: a WAV file, in pieces of at most 1 MiB.
call_recordings = Table(
    "call_recordings",
    metadata,
    Column("call_id", UUID, ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("data", LargeBinary, nullable=False),
)
