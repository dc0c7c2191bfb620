"""clock.py: RFC 3339 both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clock import from_rfc3339, to_rfc3339


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-11-23T05:00:00.123Z", 1_763_874_000_123),
        ("2025-11-23t05:00:00z", 1_763_874_000_000),
        ("2025-11-23 08:00:00.1+03:00", 1_763_874_000_100),
        ("2025-11-22T19:00:00.123456789-10:00", 1_763_874_000_123),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.500Z", -500),
    ],
)
def test_a_date_time(text: str, expected: int) -> None:
    assert from_rfc3339(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-11-23",
        "2025-11-23T05:00Z",
        "2025-11-23T05:00:00",
        "20251123T050000Z",
        "2025-W47-7T05:00:00Z",
        "2025-02-29T05:00:00Z",
        "2025-11-23T24:00:00Z",
        "2025-11-23T05:00:00+25:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-01:00",
        "2025-11-23T05:00:00Z\n",
        "٢٠٢٥-11-23T05:00:00Z",
    ],
)
def test_no_date_time(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are the caller's to choose
        from_rfc3339(text)


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_there_and_back(moment: int) -> None:
    text = to_rfc3339(moment)
    assert text is not None
    assert from_rfc3339(text) == moment
