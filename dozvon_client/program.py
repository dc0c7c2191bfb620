"""What the client is called here: `dozvon`, or `python api_client.py` in the service's own tree."""

from __future__ import annotations

import sys
from pathlib import PurePath

PROGRAM = "python api_client.py" if PurePath(sys.argv[0]).name == "api_client.py" else "dozvon"
