"""Names in another program: its letters, its length, none of its own words, each only once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from diapedesis.exchange.text_model import TextModel

COLUMNS = ("ID", "TIME", "AMT", "RATE", "CMT", "EVID", "MDV", "DV", "CENS")
"""Columns of a data set before those of the model's inputs."""


class Names:
    """Gives each id one name, and keeps others from getting it.

    Parameters
    ----------
    reserved : iterable of str
        Words of the program, in any case.
    pattern : str
        Regular expression of further such words.
    upper : bool
        Whether names are in capitals.
    longest : int

    Examples
    --------
    >>> names = Names(["time"], longest=8)
    >>> names.new("time"), names.new("elimination"), names.new("eliminated")
    ('TIME_2', 'ELIMINAT', 'ELIMIN_2')
    """

    def __init__(
        self, reserved: Iterable[str], pattern: str = "", *, upper: bool = True, longest: int = 60
    ) -> None:
        self._taken = {w.upper() for w in (*COLUMNS, *reserved)}
        self._pattern = re.compile(pattern or r"(?!)", re.IGNORECASE)
        self._upper, self._longest = upper, longest
        self.of: dict[str, str] = {}

    def new(self, wish: str, *, upper: bool | None = None) -> str:
        """Return a name like `wish` that is free, and take it."""
        name = wish.upper() if (self._upper if upper is None else upper) else wish
        n, found = 1, name[: self._longest]
        while found.upper() in self._taken or self._pattern.fullmatch(found):
            n += 1
            found = f"{name[: self._longest - len(str(n)) - 1]}_{n}"
        self._taken.add(found.upper())
        return found

    def give(self, ids: Iterable[str], *, upper: bool | None = None) -> None:
        """Give ids their names, in order."""
        for id in ids:
            self.of[id] = self.new(id, upper=upper)

    def __getitem__(self, id: str) -> str:
        return self.of[id]


def named(text: TextModel, names: Names) -> Names:
    """Name everything of a model, inputs first: they are columns of the data set, in capitals."""
    names.give(text.inputs, upper=True)
    names.give((*text.states, *text.constants, *text.typical))
    names.give(text.definitions)
    return names
