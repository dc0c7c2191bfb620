"""Uploaded sounds: a file of a stranger → its facts and its rendering for the phone. Decoding happens in a child process."""

from sounds.facts import SoundFacts
from sounds.probe import probe_and_render

__all__ = ["SoundFacts", "probe_and_render"]
