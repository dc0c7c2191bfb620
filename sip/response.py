"""Reads what Dozvon needs of a SIP response's text: the code, the reason phrase, the Q.850 cause and Retry-After."""

from __future__ import annotations

import re
from dataclasses import dataclass

_STATUS_LINE = re.compile(r"SIP/2\.0 (\d{3}) ?([^\r\n]*)")
_FOLD = re.compile(r"\r?\n[ \t]+")  # RFC 3261 section 7.3.1: a line that begins with white space carries the header on
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
# RFC 3326: Reason: Q.850;cause=17;text="User busy", perhaps behind those of other protocols
_REASON = re.compile(r"^Reason[ \t]*:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_Q850 = re.compile(r"[ \t]*Q\.850[ \t]*(?:;[^;]*)*?;[ \t]*cause[ \t]*=[ \t]*(\d{1,3})[ \t]*(?:;|$)", re.IGNORECASE)
# RFC 3261 section 20.33: delta-seconds, a comment and parameters may follow
_RETRY_AFTER = re.compile(r"^Retry-After[ \t]*:[ \t]*(\d{1,9})", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Response:
    """The status line and the headers that tell why."""

    code: int
    reason: str
    q850_cause: int | None
    retry_after_s: int | None


def parse(message: str) -> Response | None:
    """Reads a whole response; None when the text is none."""
    status = _STATUS_LINE.match(message)
    if status is None:
        return None
    return Response(int(status[1]), readable(status[2].strip())[:255], q850(message), _number(_RETRY_AFTER.search(_headers(message))))


def readable(text: str) -> str:
    """The text with bytes that are no UTF-8 shown as U+FFFD. The library hands them over as lone surrogates, which no file takes."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def q850(message: str) -> int | None:
    """The Q.850 cause of a request's or response's Reason header, if it has one."""
    for value in _REASON.findall(_headers(message)):
        for reason in _QUOTED.sub('""', value).split(","):  # a text may hold anything, commas and causes too
            found = _Q850.match(reason)
            if found:
                return int(found[1])
    return None


def _headers(message: str) -> str:
    return _FOLD.sub(" ", message.partition("\r\n\r\n")[0])


def _number(match: re.Match[str] | None) -> int | None:
    return int(match[1]) if match else None
