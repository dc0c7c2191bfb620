"""The REST API as one Bottle application: which plugins each request goes through, and which routes there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import bottle

from api import audio, callbases, calls, campaigns, console, dial, dnc, docs, exports, gateways, health, help, oauth, users
from api.idempotency import IdempotencyPlugin
from api.problems import ProblemPlugin, handle_bottles_own
from api.services import Services
from api.swagger_adapter import schema_plugin
from api.token_check import UserGonePlugin, before_each_request

_NOUNS = (oauth, users, gateways, audio, callbases, dnc, dial, campaigns, calls, exports, health, console, docs, help)

# On every answer: no guessing of types, no telling other sites where one came from.
_SECURITY_HEADERS = [("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer")]

StartResponse = Callable[..., Any]


class App(bottle.Bottle):  # type: ignore[misc] # Bottle has no types
    """A Bottle application whose every answer, also to what Bottle refuses itself, has the same form."""

    def __init__(self) -> None:
        super().__init__()
        self.default_error_handler = handle_bottles_own

    def wsgi(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI interface (PEP 3333)."""

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, headers + _SECURITY_HEADERS, *rest)

        answer: Iterable[bytes] = super().wsgi(environ, start)
        return answer


def make_app(services: Services, validate_responses: bool = False) -> bottle.Bottle:
    """The application. A request goes through the token check, the problems, the schema check and the idempotency keys, in this order.

    Args:
        validate_responses: check what the handlers answer against swagger.yaml too; for tests.
    """
    app = App()
    app.add_hook("before_request", before_each_request(services.auth))
    app.install(ProblemPlugin())
    app.install(UserGonePlugin(services.auth))
    app.install(schema_plugin(validate_responses))
    app.install(IdempotencyPlugin(services.store, services.box))
    for noun in _NOUNS:
        noun.routes(app, services)
    return app
