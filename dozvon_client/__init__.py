"""The command line client. It speaks HTTP with the service and imports nothing of the service's own code."""

VERSION = "0.1.0"  # the service's own; a test holds them together
