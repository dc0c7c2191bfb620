"""Benchmarks: `python -m bench`, see `bench/__main__.py`. Figures of the running service beside those of SIPp's own caller."""
