"""swagger.yaml and the application are one: routes, examples, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bravado_core.validate import validate_schema_object

from api.swagger_adapter import load_contract, swagger_path
from tests.api.conftest import SPEC, Api

METHODS = ("get", "post", "patch", "delete", "put")
OPERATIONS = [
    (method, path, operation)
    for path, operations in load_contract()["paths"].items()
    for method, operation in operations.items()
    if method in METHODS
]
IDS = [operation["operationId"] for _, _, operation in OPERATIONS]


def test_every_route_is_in_the_contract_and_the_other_way_round(api: Api) -> None:
    routes = {(route.method.lower(), swagger_path(route.rule)) for route in api.app.routes if not route.config.get("page")}
    assert routes == {(method, path) for method, path, _ in OPERATIONS}


def test_operation_ids_differ() -> None:
    assert len(set(IDS)) == len(IDS)


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=IDS)
def test_an_operation_explains_itself(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    assert all(isinstance(status, str) for status in operation["responses"])


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=IDS)
def test_the_examples_of_answers_are_right(method: str, path: str, operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        spec = SPEC.deref(answer)
        if status == "204":
            assert "schema" not in spec
            continue
        for example in spec["examples"].values():
            if spec["schema"].get("type") != "file":
                validate_schema_object(SPEC, spec["schema"], example)
        assert spec["examples"]


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=IDS)
def test_the_examples_of_requests_are_right(method: str, path: str, operation: dict[str, Any]) -> None:
    for param in SPEC.get_op_for_request(method, path).params.values():
        if param.location == "body":
            schema = SPEC.deref(param.param_spec["schema"])
            assert schema["additionalProperties"] is False
            validate_schema_object(SPEC, schema, schema["example"])
        elif param.location in ("path", "formData"):
            assert "x-example" in param.param_spec, param.name


def test_the_contract_is_served(api: Api) -> None:
    assert api.anyone.get("/swagger.json").json == json.loads(json.dumps(load_contract()))
