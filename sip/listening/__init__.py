"""Who answered: a person, a machine, a machine's beep. Pure code on received samples; no SIP, no clock, no threads."""

from sip.listening.detector import Answer, Detector, Ready
from sip.listening.params import DetectionParams, InvalidParams

__all__ = ["Answer", "DetectionParams", "Detector", "InvalidParams", "Ready"]
