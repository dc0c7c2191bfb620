"""How much of the message lies before a position in the prompt's file."""

from __future__ import annotations

import pytest

from sip.messages import Prompt, carries_wide

ONCE = Prompt("", 8000, lead_in=1600, message=4000, tail=800)
THRICE = Prompt("", 8000, lead_in=1600, message=12_000, tail=800, repeat=3, pause=500)


@pytest.mark.parametrize(("position", "message"), [(0, 0), (1600, 0), (1760, 160), (5600, 4000), (6000, 4000), (6400, 4000)])
def test_silence_around_the_message_does_not_count(position: int, message: int) -> None:
    assert ONCE.message_until(position) == message


@pytest.mark.parametrize(
    ("position", "message"),
    [(1600, 0), (5600, 4000), (5900, 4000), (6100, 4000), (6101, 4001), (10_100, 8000), (10_600, 8000), (14_600, 12_000), (15_400, 12_000)],
)
def test_nor_do_the_pauses(position: int, message: int) -> None:
    assert THRICE.message_until(position) == message


def test_the_whole_file() -> None:
    assert (ONCE.length, THRICE.length, THRICE.length_s) == (6400, 15_400, 1.925)


@pytest.mark.parametrize(
    ("codecs", "wide"), [(("G722",), True), (("G722", "PCMA"), True), (("PCMA", "G722"), False), (("PCMA", "PCMU"), False)]
)
def test_only_where_g722_comes_first(codecs: tuple[str, ...], wide: bool) -> None:
    assert carries_wide(codecs) is wide
