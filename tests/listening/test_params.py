"""The detection's parameters."""

from __future__ import annotations

from dataclasses import fields

import pytest

from sip.listening import DetectionParams, InvalidParams


def test_every_parameter_has_a_range_with_its_default_and_a_reason() -> None:
    for one in fields(DetectionParams):
        low, high, reason = (one.metadata[key] for key in ("low", "high", "reason"))
        assert low <= one.default <= high, one.name
        assert reason.endswith("."), one.name
        assert one.name.endswith(("_ms", "_hz", "_db", "_dbov")), one.name


def test_what_is_not_given_has_its_default() -> None:
    assert DetectionParams.read({}) == DetectionParams()
    assert DetectionParams.read({"greeting_ms": 3000}).greeting_ms == 3000


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"greeting_ms": 999}, "greeting_ms"),
        ({"greeting_ms": 6001}, "greeting_ms"),
        ({"greeting_ms": "2400"}, "greeting_ms"),
        ({"greeting_ms": True}, "greeting_ms"),
        ({"greeting_ms": 2400.5}, "greeting_ms"),
        ({"greeting": 2400}, "greeting"),
        ({"beep_low_hz": 1000, "beep_high_hz": 1000}, "beep_low_hz"),
        ({"timeout_ms": 3000, "initial_silence_ms": 4000}, "initial_silence_ms"),
        ({"short_greeting_ms": 2500}, "short_greeting_ms"),
    ],
)
def test_a_wrong_one_is_refused_by_its_name(given: dict[str, object], name: str) -> None:
    with pytest.raises(InvalidParams) as caught:
        DetectionParams.read(given)
    assert caught.value.name == name


def test_a_human_waits_at_most_two_seconds_whatever_is_set() -> None:
    longest = max(field.metadata["high"] for field in fields(DetectionParams) if field.name.endswith("greeting_silence_ms"))
    assert longest + 100 + 40 <= 2000  # a block, and the frames at the edge
