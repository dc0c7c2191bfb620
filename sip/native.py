"""The few functions of PJSIP itself that pjsua2 does not offer, called through ctypes.

Above all: ending a call so that its true end is heard. pjsua2's own `Call.hangup()` reports DISCONNECTED before CANCEL or BYE is even
sent, and hears nothing of what comes back: an answer that crosses the CANCEL would be lost, and the phone could still ring after the
"end". The functions here, which the wheel exports, send the request and leave the call to end when its dialog does.
"""

from __future__ import annotations

import ctypes
import importlib.machinery
import importlib.util
from functools import cache
from typing import Any

PJ_SUCCESS = 0


@cache
def library() -> ctypes.CDLL:
    """The library as ctypes sees it; a function's types are for those to set who use it."""
    spec = importlib.util.find_spec("pjsua2._pjsua2") or importlib.util.find_spec("_pjsua2")
    if spec is None or spec.origin is None:
        raise ImportError("pjsua2's extension module was not found")
    return ctypes.CDLL(spec.origin)


@cache
def _lib() -> ctypes.CDLL:
    lib = library()
    pointer, number = ctypes.c_void_p, ctypes.c_int
    for name, result, arguments in (
        ("pjsip_tsx_get_dlg", pointer, [pointer]),
        ("pjsip_dlg_get_inv_session", pointer, [pointer]),
        ("pjsip_inv_end_session", number, [pointer, number, pointer, ctypes.POINTER(pointer)]),
        ("pjsip_inv_send_msg", number, [pointer, pointer]),
        ("pjsip_tsx_terminate", number, [pointer, number]),
        ("pjsip_dlg_respond", number, [pointer, pointer, number, pointer, pointer, pointer]),
        ("pjsip_tsx_set_timers", None, [ctypes.c_uint] * 4),
        ("pj_log_set_level", None, [number]),
        ("pjmedia_codec_g722_set_pcm_shift", number, [ctypes.c_uint]),
        ("pjsua_call_get_count", ctypes.c_uint, []),
        ("pjsua_call_get_max_count", ctypes.c_uint, []),
    ):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


def invite_session(transaction: Any) -> int | None:
    """The invite session (`pjsip_inv_session *`) of a `SipTransaction` in a callback. Valid until the call is DISCONNECTED."""
    dialog = _lib().pjsip_tsx_get_dlg(int(transaction.pjTransaction))
    session = _lib().pjsip_dlg_get_inv_session(dialog) if dialog else None
    return int(session) if session else None


def end_session(session: int, code: int = 487) -> bool:
    """CANCEL before the answer (held back by PJSIP until a provisional response is there, RFC 3261 section 9.1), BYE after it.

    Returns:
        Whether PJSIP took it. What comes of it is told by the call's own callbacks.
    """
    message = ctypes.c_void_p()
    if _lib().pjsip_inv_end_session(session, code, None, ctypes.byref(message)) != PJ_SUCCESS:
        return False
    return not message.value or _lib().pjsip_inv_send_msg(session, message) == PJ_SUCCESS


def give_up(transaction: int) -> None:
    """Ends an INVITE transaction to which no reply came at all, as its own Timer B would: no more retransmissions, 408."""
    _lib().pjsip_tsx_terminate(transaction, 408)


def respond(transaction: Any, request: Any, code: int) -> None:
    """Answers a request within a dialog (a `SipRxData`, in a callback), which the library would refuse as unknown."""
    dialog = _lib().pjsip_tsx_get_dlg(int(transaction.pjTransaction))
    if dialog:
        _lib().pjsip_dlg_respond(dialog, int(request.pjRxData), code, None, None, None)


def set_timer_b(milliseconds: int) -> None:
    """Sets the transactions' timers B, F and D (RFC 3261 section 17). Process-wide."""
    _lib().pjsip_tsx_set_timers(0, 0, 0, milliseconds)


def level_g722() -> None:
    """Makes G722 as loud as it is: this version of the library sends it 6 dB too quiet (pjproject's issue 4419). After `libInit`.

    The codec's samples have 15 bits, one less than ours; the library takes them for 14.
    """
    _lib().pjmedia_codec_g722_set_pcm_shift(1)


def slots_in_use() -> int:
    """How many of the library's call slots are taken."""
    return int(_lib().pjsua_call_get_count())


def slots() -> int:
    """How many calls this build of the library carries at once: 4 in PyPI's wheel."""
    return int(_lib().pjsua_call_get_max_count())


def be_quiet() -> None:
    """Keeps the library from printing its own log lines, also while it starts."""
    _lib().pj_log_set_level(0)
