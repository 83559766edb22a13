"""A mechanism: the terms of one file of biology."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar

from diapedesis.core.terms import Term

T = TypeVar("T")


@dataclass(frozen=True)
class Mechanism:
    """Terms that belong together.

    Parameters
    ----------
    name : str
    terms : tuple of terms
    doc : str
        The biology in two sentences.
    """

    name: str
    terms: tuple[Term, ...]
    doc: str = ""

    @classmethod
    def of(cls, module: ModuleType) -> Mechanism:
        """Collect the terms declared at the top level of a module, in the order of the file."""
        terms = tuple(v for v in vars(module).values() if isinstance(v, Term))
        name = module.__name__.rsplit(".", 1)[-1]
        return cls(name, terms, inspect.getdoc(module) or "")

    def each(self, kind: type[T]) -> tuple[T, ...]:
        """Return the terms of one kind."""
        return tuple(t for t in self.terms if isinstance(t, kind))
