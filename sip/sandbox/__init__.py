"""The sandbox gateway: a SIP user agent server on loopback that behaves by the number that is dialled.

It runs in its own process (`python -m sip.sandbox`) and imports nothing of ours but itself, and never pjsua2.
"""
