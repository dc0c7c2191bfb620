"""The crash test: campaigns into SIPp while processes of the service are killed, and what must be true afterwards.

`tests/e2e/test_crashes.py` runs one short round of it, `bench/crash.py` as many as are asked for. Imports go from bench/ to tests/, never
the other way.
"""
