"""Each key counts once, by whatever ways and however often the gateway tells of it."""

from __future__ import annotations

import pytest

from sip.keys import EVENT, INFO, MOST_KEYS, TONE, Keys, info_key
from sip.messages import CallEnd, Dial, Prompt

PROMPT = Prompt("message.wav", 8000, 0, 8000, 0)


def keys(collect_digits: int = 0, opt_out_digit: str = "", transfer_digit: str = "") -> tuple[Keys, CallEnd]:
    facts = CallEnd("id")
    dial = Dial("id", "100", PROMPT, 1000, collect_digits, opt_out_digit, transfer_digit=transfer_digit)
    return Keys(dial, facts), facts


@pytest.mark.parametrize("told", ["\udcff", "Ж", "x", "R", "", "12", "'"])
def test_what_is_no_key_counts_for_nothing(told: str) -> None:
    own, facts = keys(3, opt_out_digit="9")
    assert not own.told(told, INFO, 0.0)
    assert not own.event(told, 1000, 160, 0.0)
    assert own.told("d", INFO, 0.1)
    assert facts.digits == "D"


def test_the_packets_of_one_key_are_one_key() -> None:
    own, facts = keys(3)
    assert own.event("5", 1000, 160, 0.0)
    assert not any(own.event("5", 1000, length, 0.02) for length in (320, 480, 640, 640, 640))  # the end comes three times
    assert facts.digits == "5"


def test_an_end_alone_is_a_key() -> None:
    own, facts = keys(3)
    assert own.event("7", 1000, 800, 0.0)
    assert facts.digits == "7"


def test_the_same_key_pressed_twice_is_two_keys() -> None:
    own, facts = keys(3)
    assert own.event("5", 1000, 640, 0.0)
    assert own.event("5", 4000, 160, 0.4)
    assert facts.digits == "55"


def test_a_key_held_for_long_goes_on_in_a_next_segment() -> None:
    own, facts = keys(3)
    own.event("5", 1000, 65535, 0.0)
    assert not own.event("5", 1000 + 65535, 160, 8.2)
    assert facts.digits == "5"


def test_a_key_told_by_two_ways_is_one_key_and_the_next_one_too() -> None:
    own, facts = keys(3)
    assert own.event("5", 1000, 160, 0.0)
    assert not own.told("5", INFO, 0.1)
    assert not own.told("5", TONE, 0.2)
    assert own.event("5", 9000, 160, 1.0)
    assert not own.told("5", INFO, 1.1)
    assert facts.digits == "55"


def test_what_keys_mean() -> None:
    own, facts = keys(0, opt_out_digit="9", transfer_digit="1")
    assert (own.wanted, own.awaited) == (True, True)
    own.told("4", EVENT, 0.0)
    assert (facts.opted_out, own.transfer_asked) == (False, False)
    own.told("1", EVENT, 0.1)
    assert own.transfer_asked
    own.told("9", EVENT, 0.2)
    assert (facts.opted_out, own.awaited, facts.digits) == (True, False, "419")


def test_no_more_keys_than_the_column_holds() -> None:
    own, facts = keys(3)
    for place in range(MOST_KEYS + 9):
        own.event("5", 8000 * place, 160, float(place))
    assert facts.digits == "5" * MOST_KEYS


@pytest.mark.parametrize(
    ("body", "key"),
    [("5", "5"), ("Signal=5\r\nDuration=160", "5"), ("Signal= #", "#"), ("11", "#"), ("b", "B"), ("16", ""), ("", ""), ("x", "")],
)
def test_a_key_in_an_info(body: str, key: str) -> None:
    assert info_key(f"INFO sip:a@b SIP/2.0\r\nContent-Type: application/dtmf\r\n\r\n{body}") == key


def test_an_info_about_something_else_has_no_key() -> None:
    assert info_key("INFO sip:a@b SIP/2.0\r\nContent-Type: application/media_control+xml\r\n\r\n5") == ""
