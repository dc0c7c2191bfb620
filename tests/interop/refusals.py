"""Refusals: each code of the design's table and its neighbours, without and with a `Reason: Q.850` (RFC 3326, RFC 3398)."""

from __future__ import annotations

from tests.interop.gateways import told
from tests.interop.rows import Row
from tests.peers.scenarios import Value

# The scenario, the outcome by the code alone, and the cause (with the outcome that it makes) that a gateway commonly sends along.
_BY_CODE: tuple[tuple[str, str, int, str], ...] = (
    ("refuses_300_multiple_choices", "failed", 23, "failed"),
    ("refuses_301_moved_permanently", "failed", 22, "invalid_number"),
    ("refuses_302_moved_temporarily", "failed", 23, "failed"),
    ("refuses_305_use_proxy", "failed", 23, "failed"),
    ("refuses_400_bad_request", "failed", 41, "failed"),
    ("refuses_402_payment_required", "failed", 21, "rejected"),
    ("refuses_403_forbidden", "rejected", 21, "rejected"),
    ("refuses_404_not_found", "invalid_number", 1, "invalid_number"),
    ("refuses_405_method_not_allowed", "failed", 63, "failed"),
    ("refuses_406_not_acceptable", "failed", 88, "failed"),
    ("refuses_408_request_timeout", "failed", 102, "failed"),
    ("refuses_410_gone", "invalid_number", 22, "invalid_number"),
    ("refuses_415_unsupported_media_type", "failed", 65, "failed"),
    ("refuses_420_bad_extension", "failed", 127, "failed"),
    ("refuses_422_session_interval_too_small", "failed", 127, "failed"),
    ("refuses_480_temporarily_unavailable", "no_answer", 18, "no_answer"),
    ("refuses_481_call_transaction_does_not_exist", "failed", 41, "failed"),
    ("refuses_482_loop_detected", "failed", 25, "failed"),
    ("refuses_483_too_many_hops", "failed", 25, "failed"),
    ("refuses_484_address_incomplete", "invalid_number", 28, "invalid_number"),
    ("refuses_485_ambiguous", "invalid_number", 1, "invalid_number"),
    ("refuses_486_busy_here", "busy", 17, "busy"),
    ("refuses_487_request_terminated", "failed", 127, "failed"),
    ("refuses_488_not_acceptable_here", "failed", 65, "failed"),
    ("refuses_491_request_pending", "failed", 41, "failed"),
    ("refuses_500_server_internal_error", "failed", 41, "failed"),
    ("refuses_501_not_implemented", "failed", 79, "failed"),
    ("refuses_502_bad_gateway", "failed", 38, "failed"),
    ("refuses_503_service_unavailable", "failed", 34, "failed"),
    ("refuses_504_server_time_out", "failed", 27, "failed"),
    ("refuses_505_version_not_supported", "failed", 127, "failed"),
    ("refuses_513_message_too_large", "failed", 127, "failed"),
    ("refuses_580_precondition_failure", "failed", 58, "failed"),
    ("refuses_600_busy_everywhere", "busy", 17, "busy"),
    ("refuses_603_decline", "rejected", 21, "rejected"),
    ("refuses_604_does_not_exist_anywhere", "invalid_number", 1, "invalid_number"),
    ("refuses_606_not_acceptable", "failed", 58, "failed"),
    ("refuses_607_unwanted", "rejected", 21, "rejected"),
    ("refuses_608_rejected", "rejected", 21, "rejected"),
)

# Causes that say otherwise than the code, and the outcome: the cause is right.
_CONTRARY: tuple[tuple[str, int, str], ...] = (
    ("refuses_403_forbidden", 17, "busy"),
    ("refuses_404_not_found", 34, "failed"),
    ("refuses_480_temporarily_unavailable", 17, "busy"),
    ("refuses_480_temporarily_unavailable", 19, "no_answer"),
    ("refuses_480_temporarily_unavailable", 20, "no_answer"),
    ("refuses_486_busy_here", 19, "no_answer"),
    ("refuses_500_server_internal_error", 1, "invalid_number"),
    ("refuses_503_service_unavailable", 17, "busy"),
    ("refuses_503_service_unavailable", 42, "failed"),
    ("refuses_603_decline", 18, "no_answer"),
)

# Ways to write the same cause 17 that are all right by RFC 3326 (and one header that only looks like it), of a 480.
_SPELLINGS: tuple[tuple[str, str, int | None], ...] = (
    ("reason_in_lower_case", "reason: q.850;CAUSE=17", 17),
    ("reason_behind_one_of_sip", 'Reason: SIP ;cause=600 ;text="Busy Everywhere"\nReason: Q.850 ;cause=17 ;text="User busy"', 17),
    ("reason_beside_one_of_sip", 'Reason: SIP;cause=600;text="Busy, everywhere", Q.850;cause=17', 17),
    ("reason_with_the_text_first", 'Reason: Q.850;text="Busy, or away";cause=17', 17),
    ("reason_with_a_cause_in_its_text", 'Reason: Q.850;cause=17;text="was;cause=1"', 17),
    ("reason_in_the_text_of_another", 'Reason: SIP;cause=480;text="Q.850;cause=17"', None),
    ("reason_with_a_location", "Reason: Q.850;cause=17;location=LN", 17),
    ("reason_of_another_protocol", "Reason: X.int;reasoncode=0x00000000;cause=17", None),
)

_CALLEE_SAID = ("busy", "rejected")


def _row(xml: str, outcome: str, cause: int | None = None, name: str = "", header: str = "", ring_ms: int = 0) -> Row:
    header = header or ("" if cause is None else f'Reason: Q.850;cause={cause};text="as told"')
    does = told(xml)
    if name:
        does = f"{does} `{header.splitlines()[-1]}`"
    elif cause is not None:
        does = f"{does} With cause {cause}."
    name = name or (xml if cause is None else f"{xml}_q850_{cause}")
    by = "callee" if outcome in _CALLEE_SAID else "network"
    refusal: tuple[str, dict[str, Value]] = (xml, {"headers": header, "ring_ms": ring_ms})
    return Row(name, does, outcome, int(xml.split("_")[1]), cause, by, heard="none", refusal=refusal)


def _rung() -> Row:
    row = _row("refuses_408_request_timeout", "no_answer", ring_ms=60, name="refuses_408_after_ringing", header="Server: gateway")
    return Row(**{**row.__dict__, "does": "Rings, then refuses with 408."})


REFUSALS: tuple[Row, ...] = (
    *(_row(xml, outcome) for xml, outcome, _, _ in _BY_CODE),
    *(_row(xml, outcome, cause) for xml, _, cause, outcome in _BY_CODE),
    *(_row(xml, outcome, cause) for xml, cause, outcome in _CONTRARY),
    _rung(),
    *(
        _row("refuses_480_temporarily_unavailable", "busy" if cause else "no_answer", cause, name, header)
        for name, header, cause in _SPELLINGS
    ),
)
