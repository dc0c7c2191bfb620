"""The fields of POST /dial: what swagger.yaml can't say of them; types and ranges were checked against it before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from api import transfer
from api.services import Services
from clock import from_rfc3339
from dialer.answering import params_fault
from dialer.window import DAYS, is_timezone
from errors import BadInput, FieldError, NotFound
from lists import demo_numbers
from lists.numbers import NumberError, parse
from store import gateways
from store.gateway_settings import SANDBOX_ID
from store.text_rules import name_fault
from store.viewer import Viewer

MOST_ERRORS = 100


def checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they will hold: `start_at` in milliseconds, one attempt without `retry`, every day unless the window names some.

    Raises:
        BadInput: naming each field that is wrong.
    """
    errors = [*_who_faults(fields), *_name_faults(fields), *_window_faults(fields), *_key_faults(fields), *_detection_faults(fields)]
    start_at = None
    if fields.get("start_at") is not None:
        try:
            start_at = from_rfc3339(fields["start_at"])
        except ValueError:
            errors.append(FieldError("start_at", "must be a date and time with an offset from UTC, such as 2026-01-31T09:00:00+03:00"))
    if errors:
        raise BadInput("The campaign can't be started like this.", errors)
    retry, window = fields.get("retry") or {}, fields.get("window")
    return {
        **fields,
        "start_at": start_at,
        "retry": retry,
        "max_attempts": fields.get("max_attempts") if retry else 1,
        "window": window and {"days": list(DAYS), **window},
        "machine_detection_params": _detection_params(fields),
    }


def find_gateway(services: Services, viewer: Viewer, gateway_id: str) -> dict[str, Any]:
    """The gateway as a caller sees it; also the sandbox. Raises NotFound."""
    if gateway_id == SANDBOX_ID:
        if services.sandbox_port is None:
            raise NotFound("gateway_id: the gateway sandbox is off; the service was started with --no-sandbox.")
        return gateways.sandbox_gateway(services.sandbox_port)
    try:
        return gateways.get(services.store, viewer, gateway_id)
    except NotFound as error:
        raise NotFound("gateway_id: there is no such gateway.") from error


def numbers_read(texts: Sequence[str], gateway: Mapping[str, Any]) -> Iterator[tuple[str | None, str | None]]:
    """Each of the numbers as people write them → E.164 (None: it is no number), and why the gateway can't dial it (None: it can)."""
    allowed = tuple(gateway["allowed_prefixes"])
    for text in texts:
        try:
            number = parse(text, gateway["region"])
        except NumberError as error:
            yield None, error.reason
        else:
            yield number, _gateway_fault(number, gateway["id"], allowed)


def read_numbers(texts: Sequence[str], gateway: Mapping[str, Any]) -> list[str]:
    """Numbers as people write them → E.164, in the given order, each once.

    Args:
        gateway: the one that will dial them.

    Raises:
        BadInput: naming the first hundred that are wrong by their index.
    """
    read = list(numbers_read(texts, gateway))
    errors = [FieldError(f"numbers[{index}]", fault) for index, (_, fault) in enumerate(read) if fault]
    if errors:
        raise BadInput(f"{len(errors)} of {len(texts)} numbers can't be dialled. Nobody was called.", errors[:MOST_ERRORS])
    return list(dict.fromkeys(number for number, _ in read if number))


def read_transfer(text: str, gateway: Mapping[str, Any]) -> str:
    """The `transfer_to` as it will be kept. Raises BadInput."""
    fault = partial(_gateway_fault, gateway_id=gateway["id"], allowed=tuple(gateway["allowed_prefixes"]))
    return transfer.read(text, gateway["region"], fault)


def _gateway_fault(number: str, gateway_id: str, allowed: tuple[str, ...]) -> str | None:
    if gateway_id == SANDBOX_ID:
        return None
    if demo_numbers.is_demo(number):
        return "is a demo number, which only the gateway sandbox may dial"
    if allowed and not number.startswith(allowed):
        return "is outside of the gateway's allowed_prefixes"
    return None


def _who_faults(fields: Mapping[str, Any]) -> list[FieldError]:
    given = [name for name in ("callbase_id", "numbers") if fields.get(name) is not None]
    if len(given) != 1:
        reason = "give exactly one of callbase_id and numbers"
        return [FieldError("callbase_id", reason), FieldError("numbers", reason)]
    if given == ["numbers"] and not fields["numbers"]:
        return [FieldError("numbers", "is empty, so there is nobody to call")]
    return []


def _name_faults(fields: Mapping[str, Any]) -> list[FieldError]:
    fault = name_fault(fields["name"]) if fields.get("name") else None
    return [FieldError("name", fault)] if fault else []


def _key_faults(fields: Mapping[str, Any]) -> list[FieldError]:
    given = {name for name in ("opt_out_digit", "opt_out_audio_id", "transfer_digit", "transfer_to") if fields.get(name) is not None}
    faults = []
    if "opt_out_audio_id" in given and "opt_out_digit" not in given:
        faults.append(FieldError("opt_out_audio_id", "is played after the opt_out_digit, which is not given"))
    for name, other in (("transfer_digit", "transfer_to"), ("transfer_to", "transfer_digit")):
        if name in given and other not in given:
            faults.append(FieldError(other, f"is needed together with {name}"))
    if "transfer_digit" in given and fields["transfer_digit"] == fields.get("opt_out_digit"):
        faults.append(FieldError("transfer_digit", "is the opt_out_digit too; choose another key"))
    return faults


def _detection_params(fields: Mapping[str, Any]) -> dict[str, int]:
    return {name: value for name, value in (fields.get("machine_detection_params") or {}).items() if value is not None}


def _detection_faults(fields: Mapping[str, Any]) -> list[FieldError]:
    fault = params_fault(_detection_params(fields))
    return [FieldError(f"machine_detection_params.{fault[0]}", fault[1])] if fault else []


def _window_faults(fields: Mapping[str, Any]) -> list[FieldError]:
    window = fields.get("window")
    if window is None:
        return []
    faults = []
    if window["from"] == window["to"]:
        faults.append(
            FieldError("window.to", "is the same as window.from, so the window would never be open; leave window out to call at any time")
        )
    if not is_timezone(window["timezone"]):
        faults.append(FieldError("window.timezone", "is not a time zone of the IANA database, such as Europe/Moscow"))
    return faults
