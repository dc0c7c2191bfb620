"""Calls: one attempt to reach a target; its recording; and hanging one up."""

from __future__ import annotations

from typing import Any

from bottle import Bottle, HTTPResponse

from api import http
from api.services import Services
from store import calls, recordings


def routes(app: Bottle, services: Services) -> None:
    """Registers the routes under /calls."""

    @app.get("/calls/<call_id>")
    def get_call(call_id: str) -> dict[str, Any]:
        return calls.get(services.store, http.viewer(), call_id)

    @app.get("/calls/<call_id>/recording")
    def get_recording(call_id: str) -> HTTPResponse:
        size, pieces = recordings.content(services.store, http.viewer(), call_id)
        answer = http.stream(pieces, "audio/wav", f"{call_id}.wav")
        answer.set_header("Content-Length", str(size))
        return answer

    @app.post("/calls/<call_id>/hangup")
    def hang_up(call_id: str) -> dict[str, Any]:
        call = calls.require_live(services.store, http.viewer(), call_id)
        services.dialer.hangup(call_id)
        return call
