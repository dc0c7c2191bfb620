"""What a campaign needs, as plain rows, and a check that holds for every campaign at every moment."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import func, insert, select

from security.keys import SecretBox
from store import campaigns, gateways, tables
from store.campaign_rows import COUNTED
from store.engine import Store
from store.target_rows import seq_of
from store.viewer import Viewer

SETTINGS: dict[str, Any] = {
    "ring_timeout_s": 45,
    "max_attempts": 1,
    "retry": {},
    "lead_in_ms": 200,
    "tail_ms": 200,
    "repeat": 1,
    "repeat_pause_ms": 0,
    "collect_digits": 0,
    "redial_interrupted": False,
    "machine_detection": "off",
    "machine_detection_params": {},
    "record_s": 0,
    "recording_days": 30,
}


def a_gateway(store: Store, owner: Viewer, **fields: Any) -> str:
    box = SecretBox(Fernet.generate_key())
    gateway: str = gateways.create(store, owner, {"name": "Provider", "host": "127.0.0.1", **fields}, box, str(uuid.uuid4()))["id"]
    return gateway


def a_sound(store: Store, owner: Viewer, name: str = "Greeting") -> str:
    new_id = str(uuid.uuid4())
    facts = {
        "duration_ms": 1000,
        "sample_rate": 8000,
        "channels": 1,
        "format": "WAV",
        "size": 16044,
        "sha256": "0" * 64,
        "normalize": False,
        "state": "ready",
    }
    with store.write() as conn:
        conn.execute(insert(tables.audio).values(id=new_id, owner=owner.uid, created_at=1, name=name, **facts))
        conn.execute(insert(tables.audio_chunks).values(audio_id=new_id, kind="phone", seq=0, data=bytes(16_000)))
    return new_id


def number(index: int) -> str:
    return f"+7912{index:07}"


def a_callbase(store: Store, owner: Viewer, numbers: Sequence[str], name: str = "Clients") -> str:
    new_id = str(uuid.uuid4())
    with store.write() as conn:
        row = {"id": new_id, "owner": owner.uid, "created_at": 1, "name": name, "region": "RU", "state": "ready"}
        conn.execute(insert(tables.callbases).values(**row, total=len(numbers), report={}))
    add_subscribers(store, new_id, numbers)
    return new_id


def add_subscribers(store: Store, callbase_id: str, numbers: Sequence[str]) -> None:
    with store.write() as conn:
        seq = conn.scalar(select(tables.callbases.c.seq).where(tables.callbases.c.id == callbase_id))
        query = select(func.max(tables.subscribers.c.pos)).where(tables.subscribers.c.callbase_seq == seq)
        last = conn.scalar(query) or 0
        rows = [
            {"cid": str(uuid.uuid4()), "name": f"Subscriber {place}", "number": each, "callbase_seq": seq, "pos": place}
            for place, each in enumerate(numbers, last + 1)
        ]
        if rows:
            conn.execute(insert(tables.subscribers), rows)


def started(store: Store, owner: Viewer, count: int = 3, **fields: Any) -> dict[str, Any]:
    """A campaign of `count` targets on the sandbox gateway."""
    given = {"gateway_id": "sandbox", "audio_id": a_sound(store, owner), "numbers": [number(index) for index in range(count)]}
    return campaigns.create(store, owner, str(uuid.uuid4()), SETTINGS | given | fields)


def rows_of(store: Store, campaign_id: str) -> list[dict[str, Any]]:
    query = select(tables.targets).where(tables.targets.c.campaign_seq == seq_of(campaign_id)).order_by(tables.targets.c.id)
    with store.read() as conn:
        return [dict(row) for row in conn.execute(query).mappings()]


def set_target(store: Store, target_id: int, **values: Any) -> None:
    """Moves one target to another state or outcome, the counts with it, as the dialer does."""
    table, campaign = tables.targets, tables.campaigns
    with store.write() as conn:
        before = conn.execute(select(table).where(table.c.id == target_id)).mappings().one()
        conn.execute(table.update().where(table.c.id == target_id).values(**values))
        after = conn.execute(select(table).where(table.c.id == target_id)).mappings().one()
        for row, step in ((before, -1), (after, 1)):
            column = campaign.c[f"n_{counted_as(dict(row))}"]
            conn.execute(campaign.update().where(campaign.c.seq == row["campaign_seq"]).values({column: column + step}))


def counted_as(row: dict[str, Any]) -> str:
    return str(row["outcome"] if row["state"] == "done" else row["state"])


def counts_add_up(store: Store, campaign_id: str) -> dict[str, int]:
    """Fails unless the campaign's counts are those of its targets' rows. Gives the counts that are not 0."""
    with store.read() as conn:
        row = conn.execute(select(tables.campaigns).where(tables.campaigns.c.id == campaign_id)).mappings().one()
    counts = {word: row[f"n_{word}"] for word in COUNTED}
    real = dict.fromkeys(COUNTED, 0)
    for target in rows_of(store, campaign_id):
        real[counted_as(target)] += 1
    assert counts == real
    assert sum(counts.values()) == row["total"]
    return {word: count for word, count in counts.items() if count}


def a_call(store: Store, campaign_id: str, **values: Any) -> str:
    """A call's row, ended as delivered unless told."""
    new_id = str(uuid.uuid4())
    target = rows_of(store, campaign_id)[0]
    row = {
        "id": new_id,
        "campaign_id": campaign_id,
        "target_id": target["id"],
        "cid": target["cid"],
        "number": target["number"],
        "dialled": target["number"],
        "attempt": 1,
        "status": "completed",
        "outcome": "delivered",
        "sip_code": 200,
        "sip_reason": "OK",
        "initiated_at": 1_763_874_000_123,
        "answered_at": 1_763_874_001_123,
        "ended_at": 1_763_874_003_123,
        "talk_ms": 2000,
        "played_ms": 1000,
        "audio_ms": 1000,
        "hangup_by": "service",
    }
    with store.write() as conn:
        conn.execute(insert(tables.calls).values(row | values))
    return new_id
