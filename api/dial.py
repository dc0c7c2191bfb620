"""POST /dial starts a campaign; POST /dial/estimate tells beforehand what it would be."""

from __future__ import annotations

from typing import Any

from bottle import Bottle

from api import http
from api.campaign_view import one
from api.dial_fields import checked, find_gateway, read_numbers, read_transfer
from api.estimate import estimate
from api.services import Services
from store import campaigns
from store.viewer import Viewer


def routes(app: Bottle, services: Services) -> None:
    """Registers both."""

    def started(viewer: Viewer, campaign_id: str) -> dict[str, Any]:
        """Also for an Idempotency-Key that comes again after a crash."""
        return http.created(f"/campaigns/{campaign_id}", one(services, viewer, campaign_id), 202)

    @app.post("/dial", made=started)
    def dial() -> dict[str, Any]:
        viewer, fields = http.viewer(), checked(http.body())
        gateway = find_gateway(services, viewer, fields["gateway_id"])
        if fields.get("numbers") is not None:
            fields["numbers"] = read_numbers(fields["numbers"], gateway)
        if fields.get("transfer_to") is not None:
            fields["transfer_to"] = read_transfer(fields["transfer_to"], gateway)
        campaign = campaigns.create(services.store, viewer, http.new_id(), fields)
        services.dialer.wake()
        return started(viewer, campaign["id"])

    @app.post("/dial/estimate")
    def estimate_dial() -> dict[str, Any]:
        return estimate(services, http.viewer(), checked(http.body()))
