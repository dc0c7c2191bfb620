"""The version of the service, as `GET /health` tells it. Kept equal to pyproject.toml by a test."""

VERSION = "0.1.0"
