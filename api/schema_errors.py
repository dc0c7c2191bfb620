"""What jsonschema found → which field and why, in words. Only the schema's own values are told, never the request's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jsonschema import ValidationError

from api.request_reader import shown_name
from errors import BadInput, FieldError

_REASONS: dict[str, Callable[[Any], str]] = {
    "type": lambda kind: f"must be {_a_kind(kind)}",
    "enum": lambda words: f"must be one of {', '.join(str(word) for word in words)}",
    "minimum": lambda least: f"must be at least {least}",
    "maximum": lambda most: f"must be at most {most}",
    "minLength": lambda least: "is empty" if least == 1 else f"must have at least {least} characters",
    "maxLength": lambda most: f"must have at most {most} characters",
    "minItems": lambda least: "is empty" if least == 1 else f"must have at least {least} items",
    "maxItems": lambda most: f"must have at most {most} items",
    "uniqueItems": lambda _: "names something twice",
    "minProperties": lambda _: "is empty; give at least one field",
    "required": lambda _: "is required",
}
_KINDS = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "string": "a text",
}


def as_bad_input(errors: list[FieldError]) -> BadInput:
    """The 400 that names each of these fields, with the first that is wrong with it; the detail tells three of them in words."""
    by_field: dict[str, FieldError] = {}
    for one in errors:
        by_field.setdefault(one.field, one)
    each = list(by_field.values())
    detail = "; ".join(f"{one.field}: {one.reason}" for one in each[:3])
    return BadInput(f"{detail}; and {len(each) - 3} more" if len(each) > 3 else detail, each)


def field_errors(error: ValidationError) -> list[FieldError]:
    """What jsonschema found at one place: one field, or those that are unknown or missing there."""
    path, schema, given = _path(error), _schema(error), error.instance
    if error.validator == "additionalProperties" and isinstance(given, dict):
        names = sorted({shown_name(name) for name in given if name not in schema.get("properties", {})})
        return [FieldError(_joined(path, name), "is unknown") for name in names]
    if error.validator == "required" and isinstance(given, dict):
        return [FieldError(_joined(path, name), "is required") for name in schema["required"] if name not in given]
    if error.validator is None:  # bravado-core's own: a parameter that is missing
        return [FieldError(path or "body", "is required")]
    return [FieldError(path or "body", _reason(error))]


def _reason(error: ValidationError) -> str:
    if error.validator == "minimum" and _schema(error).get("exclusiveMinimum"):
        return f"must be over {error.validator_value}"
    if error.validator == "pattern":
        return str(_schema(error).get("x-form", "does not have the right form"))
    if error.validator == "format":
        return str(error.cause or "is not valid")
    word = _REASONS.get(str(error.validator))
    return word(error.validator_value) if word else "is not valid"


def _schema(error: ValidationError) -> dict[str, Any]:
    return error.schema if isinstance(error.schema, dict) else {}


def _path(error: ValidationError) -> str:
    path = ""
    for step in error.absolute_path:
        path = f"{path}[{step}]" if isinstance(step, int) else _joined(path, shown_name(step))
    return path


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _a_kind(kind: Any) -> str:
    return _KINDS.get(str(kind), "of another kind")
