"""Which parameters a subject's data can inform, and what its covariates set."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from diapedesis.core import Model
from diapedesis.models import pkpd
from diapedesis.observe import Level, Subject
from diapedesis.simulate import Immunoadsorption, Injection, Protocol

DISPOSITION = ("cl", "v_c", "v_p", "q", "v_max", "k_m")
SATURATION = ("e_max", "ec50", "hill")


def covariates(subject: Subject) -> dict[str, float]:
    """Return the model inputs that a subject's covariates set.

    Unknown sex counts as half of each; an unknown haematocrit as the typical one of the sex.
    """
    male = {"male": 1.0, "female": 0.0, None: 0.5}[subject.sex]
    typical = 0.41 + 0.045 * male  # claims own haematocrit-female, own haematocrit-male
    return {
        "male": male,
        "height": subject.height or 1.70,
        "height_known": 1.0 if subject.height else 0.0,
        "haematocrit": subject.haematocrit if subject.haematocrit is not None else typical,
    }


def fitted_names(protocol: Protocol, levels: Iterable[Level] = ()) -> tuple[str, ...]:
    """Return the parameters that levels under a protocol can inform."""
    names = list(DISPOSITION)
    usual = pkpd().parameters["weight_ref"].default
    if any(abs(np.log(kg / usual)) > 0.1 for _, kg in protocol.weights):
        names += ["cl_weight", "v_weight"]
    if any(s.plasma_volumes is not None for s in protocol.sessions):
        names.append("v_plasma_fold")
    columns = {s.column for s in protocol.sessions if isinstance(s, Immunoadsorption)}
    names += [f"e_{c}" for c in sorted(columns)]
    if "tryptophan" in columns:
        names.append("column_capacity")
    if protocol.antibodies:
        names += ["ada_titre", "ada_cl", "ada_binding", "k_ada"]
    if any(isinstance(d, Injection) for d in protocol.doses):
        names += ["k_a", "f_sc"]
    if any(x.assay.measures == "saturation" for x in levels):
        names += SATURATION
    return tuple(names)


def varying_names(model: Model, names: Iterable[str], subject: Subject) -> tuple[str, ...]:
    """Return those of the names that differ between the subject's occasions."""
    if not subject.occasions:
        return ()
    return tuple(n for n in names if model.parameters[n].iov > 0)


def stream(subject: Subject, seed: int, purpose: str) -> np.random.Generator:
    """Return the random stream of one subject and purpose; other subjects do not disturb it."""
    digest = hashlib.sha256(f"{subject.id}|{purpose}".encode()).digest()
    words = np.frombuffer(digest[:16], np.uint32)
    return np.random.default_rng(np.random.SeedSequence([seed, *words.tolist()]))
