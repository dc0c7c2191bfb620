"""The contract's table of numbers."""

from __future__ import annotations

import pytest

from sip.sandbox.behaviours import answer_after_ms, choose

TABLE = {"486": "busy", "480": "no_answer", "404": "no_such_number", "603": "decline", "503": "congestion", "408": "no_reply"}
TABLE |= {"001": "hangup", "002": "voicemail", **{f"10{key}": f"key_{key}" for key in range(1, 10)}}


@pytest.mark.parametrize(("digits", "name"), TABLE.items())
@pytest.mark.parametrize("before", ["+79990000", "79990009", "0005", "tech#7-999-000-7-"])
def test_the_last_seven_digits_choose(before: str, digits: str, name: str) -> None:
    assert choose(before + digits).name == name


@pytest.mark.parametrize(
    "user",
    [
        "79991001486",
        "79990000486x1",
        "486",
        "000486",
        "",
        "alice",
        "79990000100",
        "79990000110",
        "79990000000",
        "79990000500",
        "79990000487",
        "79120034486",
    ],
)
def test_every_other_number_listens(user: str) -> None:
    assert choose(user).name == "listen"


def test_the_time_to_the_answer_is_the_numbers_own_and_varies() -> None:
    times = [answer_after_ms(str(79990000000 + number)) for number in range(500)]
    assert times == [answer_after_ms(f"+{79990000000 + number}") for number in range(500)]
    assert min(times) >= 300
    assert max(times) <= 800
    assert len(set(times)) > 200
