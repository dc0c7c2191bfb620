"""The command line client. It speaks HTTP with the service and imports nothing of the service's own code."""
