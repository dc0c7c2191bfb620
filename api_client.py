#!/usr/bin/env python3
"""The command line client without an installation: `python api_client.py --help`. The command `dozvon` is the same."""

import sys

from dozvon_client.cli import main

if __name__ == "__main__":
    sys.exit(main())
