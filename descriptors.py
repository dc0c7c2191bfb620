"""How many files and sockets the service may have open: each agent and each HTTP connection is one, and the usual limit is 1,024."""

from __future__ import annotations

import logging
import sys

WANTED = 16_384

log = logging.getLogger("dozvon")


def raise_limit() -> None:
    """Raises the soft limit to `WANTED`, or as far as the system lets; the processes that are started later have it too."""
    if sys.platform == "win32":  # its sockets have no such limit
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        except (OSError, ValueError) as error:
            log.warning("the limit of open files stays at %d (%s)", soft, error)
