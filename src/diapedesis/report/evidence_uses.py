"""What in the package rests on which claim, and what is wrong about that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import diapedesis
from diapedesis import models
from diapedesis.core import Assumption, Model, Source
from diapedesis.evidence import UnknownClaim, fittable, load_claims, resolve
from diapedesis.infer.calibrate import PD_FIGURES, PK_FIGURES
from diapedesis.report.sources import CLAIM_ID
from diapedesis.validation.published import behaviours

KINDS_OF_NUMBER = ("parameter", "spread between patients", "spread between occasions")
NUMBERS = (*KINDS_OF_NUMBER, "calibration figure")
"""What must not rest on any claim that is derived (D) or from memory (M)."""
TUNED = "behaviour to tune to"
"""Needs at least one claim that is neither."""
_IN_TEXT = re.compile(
    r"\b(?:pkpd \d+\.\d+[a-z]?|pml \d+\.\d+[a-z]?|R\d{3}|own [a-z]+(?:-[a-z]+)+)\b"
)


@dataclass(frozen=True)
class Use:
    """One place in the package that names claims.

    Attributes
    ----------
    kind : str
        One of ``NUMBERS``, ``TUNED``, "note" or "assumption" (words beside a parameter),
        "behaviour to check", "behaviour for information", "text" (docstring or comment).
    place : str
        Id of the parameter with its mechanism, statistic of the figure, id of the behaviour, file.
    claims : tuple of str
        Ids as written there.
    """

    kind: str
    place: str
    claims: tuple[str, ...]


@cache
def uses() -> tuple[Use, ...]:
    """Return every place in the package that names a claim.

    Examples
    --------
    >>> [u.place for u in uses() if u.kind == "parameter" and "pkpd 1.7" in u.claims]
    ['k_m of disposition']
    """
    made = (assembly() for assembly in models.ASSEMBLIES)
    return (
        *dict.fromkeys(use for model in made for use in _of_model(model)),
        *(Use("calibration figure", f.statistic, f.claims) for f in (*PK_FIGURES, *PD_FIGURES)),
        *_of_behaviours(),
        *_of_texts(),
    )


def uses_of(claim_id: str) -> tuple[Use, ...]:
    """Return the places that name this claim."""
    return tuple(use for use in uses() if claim_id in use.claims)


def use_faults(found: tuple[Use, ...]) -> list[str]:
    """Return what is wrong with places that name claims, one sentence each.

    Parameters
    ----------
    found : tuple of Use
        Usually ``uses()``.

    Examples
    --------
    >>> use_faults((Use("parameter", "k_m of disposition", ("pkpd 1.77",)),))[0][:62]
    "parameter k_m of disposition: unknown claim 'pkpd 1.77'; near "
    """
    faults = []
    for use in found:
        for id in use.claims:
            try:
                claim = resolve(id)
            except UnknownClaim as error:
                faults.append(f"{use.kind} {use.place}: {error}")
                continue
            if use.kind in NUMBERS and not fittable(claim):
                why = "derived from other rows" if claim.sure == "D" else "from memory"
                fix = "name another claim or make it an assumption"
                faults.append(f"{use.kind} {use.place}: {id} is {why}; {fix}")
        known = [id for id in use.claims if id in load_claims()]
        if use.kind == TUNED and not any(fittable(resolve(id)) for id in known):
            faults.append(f"{use.kind} {use.place}: no claim of {use.claims} may be fitted to")
    return faults


def _of_model(model: Model) -> Iterator[Use]:
    for p in model.parameters.values():
        place = f"{p.id} of {model.home(p.id).name}"
        sources = (p.source, p.iiv_source, p.iov_source)
        for kind, source in zip(KINDS_OF_NUMBER, sources, strict=True):
            if isinstance(source, Source):
                yield Use(kind, place, source.claims)
                yield from _named("note", place, source.note)
            elif isinstance(source, Assumption):
                yield from _named("assumption", place, source.why)


def _named(kind: str, place: str, text: str) -> Iterator[Use]:
    if named := tuple(dict.fromkeys(CLAIM_ID.findall(text))):
        yield Use(kind, place, named)


def _of_behaviours() -> Iterator[Use]:
    kinds = {"tune": TUNED, "check": "behaviour to check", "info": "behaviour for information"}
    for b in behaviours():
        yield Use(kinds[b.role], b.id, tuple(filter(None, map(str.strip, b.source.split(";")))))


def _of_texts() -> Iterator[Use]:
    root = Path(diapedesis.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if path.parent.name == "evidence" or path == Path(__file__):
            continue
        if named := dict.fromkeys(_IN_TEXT.findall(path.read_text(encoding="utf-8"))):
            yield Use("text", path.relative_to(root).as_posix(), tuple(named))
