#!/usr/bin/env python3
"""The command line client: `python api_client.py --help`."""

import sys

from client.cli import main

if __name__ == "__main__":
    sys.exit(main())
