"""Where a campaign may transfer a call: what swagger.yaml can't say of `transfer_to`."""

from __future__ import annotations

import re
from collections.abc import Callable

import phonenumbers

from errors import BadInput
from lists.numbers import NumberError, parse

# What is no number of the public network goes to the gateway as it is: an extension, or a name such as `operator`.
_EXTENSION = re.compile(r"[0-9]{1,6}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}")


def read(text: str, region: str, number_fault: Callable[[str], str | None]) -> str:
    """A number as people write it → E.164; an extension of up to six digits, or a name → itself.

    Args:
        region: the gateway's; how a number without a country code is read.
        number_fault: why the gateway may not dial an E.164 number, None when it may.

    Raises:
        BadInput: naming `transfer_to`.
    """
    if _NAME.fullmatch(text):
        return text
    if _EXTENSION.fullmatch(text):
        if phonenumbers.is_emergency_number(text, region):
            raise BadInput.of("transfer_to", "is an emergency number")
        return text
    try:
        number = parse(text, region)
    except NumberError as error:
        raise BadInput.of("transfer_to", f"{error.reason}; give a number, an extension of up to six digits, or a name") from error
    if fault := number_fault(number):
        raise BadInput.of("transfer_to", fault)
    return number
