"""Every behaviour of the table: the outcome, the SIP code, the cause, who hung up, and what was heard."""

from __future__ import annotations

import pytest

from tests.interop.checks import SILENCE
from tests.interop.rows import MESSAGE, MESSAGE_MS, Row, Seen
from tests.interop.table import TABLE
from tests.peers.compare import compare

pytestmark = [pytest.mark.peer("sipp", "kamailio"), pytest.mark.timeout(240)]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_behaviour(table: dict[str, Seen], row: Row) -> None:
    seen = table[row.name]
    if row.outcome:
        assert len(seen.calls) == row.numbers, "one call a number"
    call = seen.call
    assert (call["outcome"], call["sip_code"], call["q850_cause"]) == (row.outcome, row.sip_code, row.q850), call
    if row.hangup_by:
        assert call["hangup_by"] == row.hangup_by
    if row.refusal[0]:
        assert (len(seen.requests("INVITE")), len(seen.requests("ACK")), seen.requests("BYE")) == (1, 1, [])
    elif row.hangup_by == "service" and call["answered_at"]:
        assert seen.requests("BYE")
    if row.heard:
        heard(row, seen)
    if row.check:
        row.check(seen)


def heard(row: Row, seen: Seen) -> None:
    """The message arrived whole, or nothing of it did, as the row says; and the call's row tells the same."""
    if row.heard == "all":
        found = compare(seen.sound, MESSAGE)
        assert found.complete, str(found)
        assert seen.call["played_ms"] == MESSAGE_MS
    else:
        assert not len(seen.sound) or abs(seen.sound.astype(int)).max() <= SILENCE
        assert not seen.call["played_ms"]
