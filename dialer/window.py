"""When a campaign may call: days of the week and a time of day, by the clock on the wall at the called people's place. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DAY_S = 86_400
# A window may be shut for a week, and once more when a jump of the clock swallows it.
_HORIZON_DAYS = 22


def is_timezone(name: str) -> bool:
    """Whether `name` is a time zone of the IANA database, such as `Europe/Moscow`; upper and lower case count."""
    return name in _timezones()


@lru_cache(maxsize=1)
def _timezones() -> set[str]:
    return available_timezones()


@dataclass(frozen=True)
class Window:
    """The times at which calls may start: from `from_` until just before `to`, on each of `days`.

    The local wall clock decides. Where the clock jumps over `from_`, the window opens at the jump; where it shows an hour twice, the
    window is open both times. When `to` is earlier than `from_` the window goes over midnight and belongs to the day on which it starts.

    Args:
        days: at least one of `DAYS`.
        from_, to: `HH:MM`, not the same; `to` may be `24:00`, the end of the day.
        timezone: a name for which `is_timezone` is true.
    """

    days: tuple[str, ...]
    from_: str
    to: str
    timezone: str

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Window:
        """The `window` of a campaign: `{"days", "from", "to", "timezone"}`."""
        return cls(tuple(fields["days"]), fields["from"], fields["to"], fields["timezone"])

    def is_open(self, now_ms: int) -> bool:
        """Whether a call may start at this moment (milliseconds of UNIX time)."""
        local = datetime.fromtimestamp(now_ms // 1000, self._zone)
        clock = local.hour * 60 + local.minute
        start, end = self._span
        today, yesterday = local.weekday() in self._weekdays, (local.weekday() - 1) % 7 in self._weekdays
        if start < end:
            return today and start <= clock < end
        return (today and clock >= start) or (yesterday and clock < end)

    def next_open(self, now_ms: int) -> int:
        """The first moment from `now_ms` on at which a call may start: `now_ms` itself while the window is open."""
        if self.is_open(now_ms):
            return now_ms
        opening = self.next_change(now_ms)
        if opening is None:
            raise ValueError("the window never opens")
        return opening

    def next_change(self, now_ms: int) -> int | None:
        """The first moment after `now_ms` at which the window opens, when it is closed, or closes, when it is open.

        None: it never does, as it is open around the clock.
        """
        is_open = self.is_open(now_ms)
        for day in range(_HORIZON_DAYS):
            start = now_ms // 1000 + day * _DAY_S
            for moment in sorted(self._moments(start, start + _DAY_S)):
                if start < moment and self.is_open(moment * 1000) != is_open:
                    return moment * 1000
        return None

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def _weekdays(self) -> frozenset[int]:
        return frozenset(DAYS.index(day) for day in self.days)

    @cached_property
    def _span(self) -> tuple[int, int]:
        """Both times in minutes of the day."""
        start, end = (int(text[:2]) * 60 + int(text[3:]) for text in (self.from_, self.to))
        return start, end

    def _moments(self, start: int, end: int) -> Iterator[int]:
        """UNIX seconds around `start`..`end` (a day apart): between two neighbours the window neither opens nor closes."""
        first, last = (datetime.fromtimestamp(moment, self._zone) for moment in (start, end))
        if first.utcoffset() != last.utcoffset():
            yield self._jump(start, end)
        midnight = datetime(first.year, first.month, first.day)  # a reading of the wall clock
        for day in range((last.date() - first.date()).days + 1):
            for minutes in self._span:
                clock = midnight + timedelta(days=day, minutes=minutes)
                yield from (int(clock.replace(tzinfo=self._zone, fold=fold).timestamp()) for fold in (0, 1))

    def _jump(self, start: int, end: int) -> int:
        """The first second, after `start` and up to `end`, of another offset from UTC than the one of `start`."""
        offset = datetime.fromtimestamp(start, self._zone).utcoffset()
        while end - start > 1:
            middle = (start + end) // 2
            if datetime.fromtimestamp(middle, self._zone).utcoffset() == offset:
                start = middle
            else:
                end = middle
        return end
