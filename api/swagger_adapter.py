"""bottle-swagger, fitted to what this service needs. Checks each request against swagger.yaml, and in tests each answer of a handler.

As shipped, bottle-swagger 1.2.0 has no uploads, answers 500 to a response without JSON, and tells the request's values in its errors.
Here are its hooks and adapters made anew; errors are told by path and reason only.
"""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

import bottle
import yaml
from bottle_swagger import SwaggerPlugin
from bravado_core.operation import Operation
from bravado_core.param import Param, unmarshal_param
from bravado_core.request import IncomingRequest
from bravado_core.response import OutgoingResponse, get_response_spec, validate_response
from bravado_core.swagger20_validator import get_validator_type
from jsonschema import ValidationError

from api import http, request_reader
from api.formats import FORMATS
from api.schema_errors import as_bad_input, field_errors
from errors import BadInput, FieldError, NotFound, UnsupportedMedia

_NO_SCHEMA = "file"
MOST_ERRORS = 100


@functools.cache
def load_contract() -> dict[str, Any]:
    """swagger.yaml as plain data. Not to be changed: everybody gets the same."""
    path = Path(__file__).resolve().parent.parent / "swagger.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    contract: dict[str, Any] = yaml.load(path.read_bytes(), Loader=loader)  # noqa: S506 (both loaders are safe)
    return contract


class SchemaPlugin(SwaggerPlugin):  # type: ignore[misc] # bottle-swagger has no types
    """Checks requests, and with `validate_responses` what handlers answer. Routes with `page=True` are for people, and left alone."""

    name = "swagger"

    def __init__(self, contract: dict[str, Any], validate_responses: bool = False) -> None:
        super().__init__(
            copy.deepcopy(contract),  # it is marked up with scopes
            validate_requests=True,
            validate_responses=validate_responses,
            ignore_undefined_routes=False,
            invalid_request_handler=_refuse_request,
            invalid_response_handler=_refuse_response,
            swagger_op_not_found_handler=_refuse_route,
            exception_handler=_raise_again,
            serve_swagger_schema=False,
        )
        for one in FORMATS:
            self.swagger.register_format(one)

    def apply(self, callback: Any, route: bottle.Route) -> Any:
        """Bottle calls this once a route."""
        return callback if route.config.get("page") else super().apply(callback, route)

    def _swagger_op(self, route: bottle.Route) -> Operation | None:
        found: Operation | None = self.swagger.get_op_for_request(route.method, swagger_path(route.rule))
        return found

    @staticmethod
    def _validate_request(operation: Operation) -> None:
        # The answers to what can't even be read (415, 413) go first.
        bottle.request.environ[http.PARAMS] = read_params(operation, _Incoming(operation))

    @staticmethod
    def _validate_response(operation: Operation, result: Any) -> None:
        own = isinstance(result, bottle.HTTPResponse)
        response = result if own else bottle.response
        spec = get_response_spec(response.status_code, operation)
        if "schema" not in spec:
            if not own and result is not None:
                raise ValidationError("an answer without a schema has a body")
        elif spec["schema"].get("type") != _NO_SCHEMA and not own:
            validate_response(spec, operation, _Outgoing(result))


@functools.cache
def schema_plugin(validate_responses: bool = False) -> SchemaPlugin:
    """The plugin for swagger.yaml. Building it takes most of a second, and it keeps nothing of a request: all applications share it."""
    return SchemaPlugin(load_contract(), validate_responses)


def swagger_path(rule: str) -> str:
    """Bottle's `/things/<id:re:...>` → Swagger's `/things/{id}`."""
    return re.sub(r"<([^:>]+)(?::[^>]*)?>", r"{\1}", rule)


def read_params(operation: Operation, incoming: _Incoming) -> dict[str, dict[str, Any]]:
    """Every parameter by its place (path, query, header, formData, body, files), checked and cast.

    Raises:
        BadInput: naming all the fields that are wrong, missing or unknown, the first hundred of them.
    """
    found: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "formData": {}, "body": {}, "files": incoming.files}
    wrong = _unknown_fields(operation, incoming)
    for param in operation.params.values():
        try:
            if param.location == "body":
                found["body"] = _checked_body(param, incoming)
            elif param.param_spec.get("type") == _NO_SCHEMA:
                _need_file(param, incoming)
            else:
                found[param.location][param.name] = _checked_param(param, incoming)
        except BadInput as error:
            wrong += error.errors
    if wrong:
        raise as_bad_input(wrong)
    return found


def _checked_param(param: Param, incoming: _Incoming) -> Any:
    given = {"query": incoming.query, "formData": incoming.form}.get(param.location, {})
    if param.param_spec["type"] != "string" and given.get(param.name) == "":  # bravado-core would make None of it
        raise BadInput.of(param.name, "is empty; give a value, or leave it out")
    try:
        return unmarshal_param(param, incoming)
    except ValidationError as error:
        error.path.appendleft(param.name)
        raise as_bad_input(field_errors(error)) from None


def _checked_body(param: Param, incoming: _Incoming) -> dict[str, Any]:
    body, schema = incoming.json(), param.swagger_spec.deref(param.param_spec["schema"])
    spec = param.swagger_spec
    validator: Any = get_validator_type(spec)(schema, format_checker=spec.format_checker, resolver=spec.resolver)
    wrong = [one for error in islice(validator.iter_errors(body), MOST_ERRORS) for one in field_errors(error)]
    if wrong:
        raise as_bad_input(wrong)
    defaults = {name: field["default"] for name, field in schema["properties"].items() if "default" in field}
    return {**defaults, **body}


def _need_file(param: Param, incoming: _Incoming) -> None:
    given = incoming.files.get(param.name)
    if param.required and given is None:
        raise BadInput.of(param.name, "is missing; send it as a file of the form")


def _unknown_fields(operation: Operation, incoming: _Incoming) -> list[FieldError]:
    """Fields that nobody knows; a public operation ignores them (RFC 6749 section 3.1)."""
    if operation.op_spec.get("security") == []:
        return []
    known: dict[str, set[str]] = {"query": set(), "formData": set()}
    files = set()
    for param in operation.params.values():
        if param.param_spec.get("type") == _NO_SCHEMA:
            files.add(param.name)
        else:
            known.setdefault(param.location, set()).add(param.name)
    unknown = [*(set(incoming.query) - known["query"]), *(set(incoming.form) - known["formData"]), *(set(incoming.files) - files)]
    return [FieldError(name, "is unknown") for name in sorted({request_reader.shown_name(name) for name in unknown})]


class _Incoming(IncomingRequest):
    """What bravado-core asks of a request. Texts are real texts: UTF-8, without NUL."""

    def __init__(self, operation: Operation) -> None:
        request = bottle.request
        self.path: Mapping[str, str] = request.url_args
        if any(request_reader.text_fault(text) for text in self.path.values()):
            raise NotFound("There is no such thing.")
        self.query: Mapping[str, str] = request_reader.query_texts(request)
        names = [param.name for param in operation.params.values() if param.location == "header"]
        self.headers: Mapping[str, str] = request_reader.header_texts(request, names)
        self.form: Mapping[str, str] = {}
        self.files: dict[str, bottle.FileUpload] = {}
        places = {param.location for param in operation.params.values()}
        if "formData" in places:
            _check_media_type(operation)
            self.form, self.files = request_reader.form_fields(request)
        elif "body" in places:
            _check_media_type(operation)

    def json(self, **_kwargs: Any) -> Any:
        return request_reader.json_body(bottle.request)


class _Outgoing(OutgoingResponse):
    def __init__(self, result: Any) -> None:
        self.content_type = "application/json"
        self.headers = bottle.response.headers
        self._result = result

    def json(self, **_kwargs: Any) -> Any:
        return self._result


def _check_media_type(operation: Operation) -> None:
    if operation.op_spec.get("security") == []:
        return
    given = bottle.request.content_type.partition(";")[0].strip().lower()
    if given not in operation.consumes:
        raise UnsupportedMedia(f"Send the body as {' or '.join(operation.consumes)}, with this Content-Type.")
    if bottle.request.environ.get("HTTP_CONTENT_ENCODING", "").strip().lower() not in ("", "identity"):
        raise UnsupportedMedia("Send the body as it is, without a Content-Encoding.")


def _refuse_request(error: ValidationError) -> NoReturn:
    raise as_bad_input(field_errors(error)) from None


def _refuse_response(error: Exception) -> NoReturn:
    raise RuntimeError(f"A handler's answer is not what swagger.yaml says: {error}")


def _refuse_route(route: bottle.Route) -> NoReturn:
    raise RuntimeError(f"The route {route.rule} is not in swagger.yaml")


def _raise_again(error: Exception) -> NoReturn:
    raise error
