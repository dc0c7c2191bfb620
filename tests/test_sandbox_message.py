"""The sandbox's SIP parser and builder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.sandbox.message import Request, Response, parameters, parse, response, split_list, tag_of, uri_of, user_of, with_source

INVITE = (
    b"INVITE sip:+79990000486@127.0.0.1;user=phone SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bKx;rport, SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKy\r\n"
    b"Via: SIP/2.0/UDP 10.0.0.3;branch=z9hG4bKz\r\n"
    b'f: "A ;tag=no, <b>" <sip:a@x;tag=nor>;tag=yes\r\n'
    b"t: <sip:b@x>\r\n"
    b"i: id@x\r\n"
    b"CSeq: 7   INVITE\r\n"
    b"Subject: one\r\n\ttwo\r\n"
    b"m: <sip:a@127.0.0.1:5070>\r\n"
    b"l: 4\r\n\r\nbodyrest"
)


def parsed(data: bytes) -> Request:
    message = parse(data)
    assert isinstance(message, Request)
    return message


def test_compact_and_folded_headers_are_read() -> None:
    message = parsed(INVITE)
    assert (message.method, message.cseq, message.call_id, message.from_tag, message.to_tag) == ("INVITE", (7, "INVITE"), "id@x", "yes", "")
    assert message.branch == "z9hG4bKx"
    assert message.first("subject") == "one two"
    assert message.body == b"body"
    assert user_of(message.uri) == "+79990000486"


def test_a_response_copies_vias_in_order_and_tells_the_source() -> None:
    answer = parse(response(parsed(INVITE), 486, ("127.0.0.1", 9), "mine", [("Reason", "x")]))
    assert isinstance(answer, Response)
    assert (answer.status, answer.to_tag, answer.from_tag, answer.cseq) == (486, "mine", "yes", (7, "INVITE"))
    assert answer.all("via") == [
        "SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bKx;rport=9;received=127.0.0.1",
        "SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKy",
        "SIP/2.0/UDP 10.0.0.3;branch=z9hG4bKz",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"CSeq: 7   INVITE", b"CSeq: 7 BYE"),
        (b"CSeq: 7   INVITE", b"CSeq: x INVITE"),
        (b"CSeq: 7   INVITE", b"CSeq: 2147483648 INVITE"),
        (b"i: id@x\r\n", b""),
        (b"t: <sip:b@x>", b"t:"),
        (b"l: 4", b"l: 400"),
        (b"l: 4", b"l: -4"),
        (b"l: 4", "l: ٤".encode()),
        (b"SIP/2.0\r\nv", b"SIP/3.0\r\nv"),
        (b"Subject: one", b"Subject one"),
        (b"Subject: one", b"Subject: o\rne"),
        (b"Subject: one", b"Subject: o\0ne"),
        (b"Subject: one", b"Subject: \xff"),
        (b"\r\n\r\nbody", b"\r\nbody"),
    ],
)
def test_malformed_is_none(old: bytes, new: bytes) -> None:
    assert INVITE.count(old) == 1
    assert parse(INVITE) is not None
    assert parse(INVITE.replace(old, new)) is None


@pytest.mark.parametrize(
    ("via", "expected"),
    [
        ("SIP/2.0/UDP 127.0.0.1:7;branch=b", "SIP/2.0/UDP 127.0.0.1:7;branch=b"),
        ("SIP/2.0/UDP 127.0.0.1;rport", "SIP/2.0/UDP 127.0.0.1;rport=5;received=127.0.0.1"),
        ("SIP/2.0/UDP h.example;branch=b;received=6.6.6.6", "SIP/2.0/UDP h.example;branch=b;received=127.0.0.1"),
    ],
)
def test_received_and_rport(via: str, expected: str) -> None:
    assert with_source(via, "127.0.0.1", 5) == expected


@pytest.mark.parametrize(
    ("uri", "user"),
    [
        ("sip:1@h", "1"),
        ("SIPS:%2B1:pw@h;x=y", "+1"),
        ("sip:1;phone-context=+7@h", "1"),
        ("sip:h", ""),
        ("tel:+7999;x=y", "+7999"),
        ("http:1@h", None),
    ],
)
def test_user_part(uri: str, user: str | None) -> None:
    assert user_of(uri) == user


def test_addresses() -> None:
    assert uri_of('"<x>" <sip:a@h;p=1>;q=2') == "sip:a@h;p=1"
    assert uri_of("sip:a@h;tag=1") == "sip:a@h"
    assert tag_of("sip:a@h;tag=1") == "1"
    assert split_list('"a,b" <sip:x,y>, <sip:z>') == ['"a,b" <sip:x,y>', "<sip:z>"]


@given(st.binary(max_size=2000))
def test_no_bytes_make_the_parser_raise(data: bytes) -> None:
    assert parse(data) is None or isinstance(parse(data), Request | Response)


_LINES = st.lists(
    st.sampled_from(
        [*INVITE.split(b"\r\n"), b"", b" ", b'"', b"<", b"Via: ,", b"Via: ;;", b"To: ;tag", b"SIP/2.0 200 OK", b"CSeq: 1 INVITE", b"m: <"]
    ),
    max_size=14,
)


@given(_LINES, st.binary(max_size=20), st.integers(0, 400))
def test_no_shuffled_message_makes_it_raise_nor_the_answer(lines: list[bytes], noise: bytes, at: int) -> None:
    whole = b"\r\n".join(lines)
    message = parse(whole[:at] + noise + whole[at:] + b"\r\n\r\n")
    if isinstance(message, Request):
        assert parse(response(message, 486, ("127.0.0.1", 5060), "t")) is not None


@given(st.text(max_size=200))
def test_pieces_never_raise(text: str) -> None:
    assert isinstance(parameters(text), dict)
    assert len(split_list(text)) >= 1
    tag_of(text), uri_of(text), user_of(text), with_source(text, "127.0.0.1", 5060)
