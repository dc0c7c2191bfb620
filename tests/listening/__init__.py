"""The listening to who answers: its corpus, made here with espeak-ng, and how right the detector is on it."""
