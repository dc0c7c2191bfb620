"""What is read of a SIP response's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.response import Response, parse, q850

BUSY = (
    "SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/UDP 127.0.0.1\r\n"
    'Reason: SIP;cause=486, Q.850 ;cause=17 ;text="User busy"\r\nRetry-After: 18000 (in a meeting);duration=3600\r\n\r\n'
)


def test_code_reason_cause_and_retry_after() -> None:
    assert parse(BUSY) == Response(486, "Busy Here", 17, 18000)


def test_the_cause_behind_another_protocol_is_found() -> None:
    assert q850(BUSY) == 17


def test_a_sip_cause_is_no_q850_cause() -> None:
    assert q850("BYE sip:a SIP/2.0\r\nReason: SIP;cause=200\r\n\r\n") is None


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("Reason: Q.850;cause=17", 17),
        ("reason : q.850 ; CAUSE = 17", 17),
        ('Reason: Q.850;text="Busy, or away";cause=17', 17),
        ('Reason: Q.850;cause=17;text="was;cause=1"', 17),
        ('Reason: Q.850;text="say \\";cause=1\\"";cause=17', 17),
        ('Reason: SIP;cause=480;text="Q.850;cause=17"', None),
        ('Reason: SIP;cause=600;text="a, b",\r\n Q.850\r\n\t;cause=17', 17),
        ("Reason: SIP;cause=600\r\nReason: Q.850;location=LN;cause=17;isup=1", 17),
        ("Reason: Q.850\r\nReason: Q.850;cause=17", 17),
        ('Reason: Q.850;text="no end;cause=1', 1),
        ("X-Reason: Q.850;cause=17", None),
        ("Reason: X.int;reasoncode=0;cause=17", None),
        ("Reason: Q.850;cause=1717", None),
    ],
)
def test_every_way_to_write_a_reason(reason: str, cause: int | None) -> None:
    assert q850(f"SIP/2.0 486 Busy Here\r\n{reason}\r\nContent-Length: 0\r\n\r\n") == cause


def test_a_folded_retry_after() -> None:
    told = parse("SIP/2.0 503 Full\r\nRetry-After:\r\n 30 (soon)\r\n\r\n")
    assert told is not None
    assert told.retry_after_s == 30


def test_the_body_is_not_read() -> None:
    assert q850("SIP/2.0 200 OK\r\n\r\nReason: Q.850;cause=1\r\n") is None


def test_no_reason_phrase_is_fine() -> None:
    assert parse("SIP/2.0 503 \r\n\r\n") == Response(503, "", None, None)


def test_a_request_is_no_response() -> None:
    assert parse("BYE sip:a SIP/2.0\r\n\r\n") is None


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    parse(text)
    parse("SIP/2.0 200 " + text)


def test_a_phrase_that_is_no_utf8_can_be_written() -> None:
    told = parse(b"SIP/2.0 486 \xc7\xe0 OK\r\n\r\n".decode("utf-8", "surrogateescape"))
    assert told == Response(486, "\ufffd\ufffd OK", None, None)
