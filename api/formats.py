"""The formats of swagger.yaml: rules for texts that a schema can't say, checked with it, so that one answer names every wrong field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bravado_core.exception import SwaggerValidationError
from bravado_core.formatter import SwaggerFormat

from lists.numbers import known_region
from store.gateway_fields import host_fault
from store.text_rules import name_fault

Fault = Callable[[str], "str | None"]


def _same(value: Any) -> Any:
    return value


def _format(name: str, fault: Fault) -> SwaggerFormat:
    """A format of texts that are kept as they are. `fault` tells in words why a text is wrong, without the text."""

    def validate(text: Any) -> None:
        if isinstance(text, str) and (told := fault(text)):
            raise SwaggerValidationError(told)

    return SwaggerFormat(format=name, to_wire=_same, to_python=_same, validate=validate, description="")


def _region_fault(region: str) -> str | None:
    return None if known_region(region) else "must be the two capital letters of a country, such as RU"


FORMATS = (
    _format("password", lambda _text: None),  # for Swagger UI, which hides what is typed
    _format("region", _region_fault),
    _format("name", name_fault),
    _format("sip-host", host_fault),
)
