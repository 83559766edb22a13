"""Random streams of tests: the test's name decides, nobody chooses a seed."""

import hashlib

import numpy as np


def rng_of(name: str) -> np.random.Generator:
    """Return a stream that only a name decides."""
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.default_rng(np.frombuffer(digest[:16], np.uint32))
