"""Faults in a declared model: code, place, what was found, what was expected, the fix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

CODES = {
    "M001": "wrong unit",
    "M002": "unlike sum",
    "M003": "missing port",
    "M004": "unknown name",
    "M005": "double definition",
    "M006": "unbalanced flux",
    "M007": "default outside its support",
    "M008": "unknown unit",
    "M009": "circular rules",
    "M010": "law is not one plain expression",
    "M011": "wire does not fit its port",
    "M012": "no source",
}


@dataclass(frozen=True)
class Fault:
    """One fault of a model.

    Attributes
    ----------
    code : str
        Key of ``CODES``, e.g. ``"M001"``.
    place : str
        Mechanism and term, e.g. ``"disposition.elimination"``.
    found, expected, fix : str
        What stands there, what should, and how to mend it.
    """

    code: str
    place: str
    found: str
    expected: str
    fix: str

    def __str__(self) -> str:
        return (
            f"{self.code} {CODES[self.code]} at {self.place}: found {self.found};"
            f" expected {self.expected}. Fix: {self.fix}."
        )


class ModelError(Exception):
    """A model that cannot be assembled or does not pass its checks.

    Attributes
    ----------
    faults : tuple of Fault
        All the faults found, in order of place.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(f) for f in self.faults))
