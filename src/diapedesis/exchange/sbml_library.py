"""Access to libSBML, an optional package, and what goes wrong with an export."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any

INSTALL = "install the extra: pip install 'diapedesis[sbml]'"


class SbmlError(RuntimeError):
    """An SBML file that cannot be written: what was found, and what to do."""


@lru_cache(maxsize=1)
def library() -> Any:
    """Return the module ``libsbml``.

    Raises
    ------
    SbmlError
        When it is not installed; the message says how to install it.
    """
    try:
        return import_module("libsbml")
    except ImportError as error:
        raise SbmlError(f"SBML needs python-libsbml, which is not installed; {INSTALL}") from error


def done(code: int, what: str) -> None:
    """Raise SbmlError when libSBML, which reports by codes, did not do what it was asked."""
    sbml = library()
    if code != sbml.LIBSBML_OPERATION_SUCCESS:
        reason = sbml.OperationReturnValue_toString(code).strip()
        raise SbmlError(f"{what}: libSBML refused it ({reason})")
