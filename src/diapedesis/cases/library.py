"""The published cases that travel in the package, as texts; whoever reads them parses them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def case_files() -> Mapping[str, str]:
    """Return the YAML text of every packaged case by id, in order of id.

    Returns
    -------
    mapping of str to str

    Examples
    --------
    >>> "rigau-2012" in case_files()
    True
    """
    folder = files("diapedesis.cases") / "data"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    texts = {f.name.removesuffix(".yaml"): f.read_text(encoding="utf-8") for f in found}
    return MappingProxyType(texts)
