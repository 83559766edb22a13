"""What a case gave, as bytes (numpy's npz, without pickles): kept, so that a gallery can go on."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from zipfile import BadZipFile

import numpy as np

from diapedesis import __version__
from diapedesis.cases.case import PublishedCase
from diapedesis.cases.later import Predicted
from diapedesis.cases.run import CaseResult, Prediction, Used
from diapedesis.models.pml import pml

ROOMS = ("cases", "infer", "observe", "population", "simulate")
"""Packages whose code decides a result, beside the equations, which have a fingerprint."""


@dataclass(frozen=True)
class Unanswered:
    """A case that could not be answered.

    Attributes
    ----------
    case : PublishedCase
    draws, seed : int
    reason : str
        As the error said.
    """

    case: PublishedCase
    draws: int
    seed: int
    reason: str


Outcome = CaseResult | Unanswered


def key(case: PublishedCase, draws: int, seed: int) -> str:
    """Return a hash of all that decides a result: the case, draws, seed, model and program."""
    parts = (case, draws, seed, pml().fingerprint, __version__, _code())
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()


@cache
def _code() -> str:
    """Return a hash of the code and tables of every room that has a say."""
    seen = hashlib.sha256()
    for room in ROOMS:
        for file in _walk(files("diapedesis") / room):
            seen.update(file.name.encode() + file.read_bytes())
    return seen.hexdigest()


def _walk(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda f: f.name):
        if entry.is_dir():
            yield from _walk(entry)
        elif entry.name.endswith((".py", ".csv")):
            yield entry


def dump(found: Outcome) -> bytes:
    """Return what a case gave as an npz archive; the same outcome, the same bytes.

    It holds ``post:<i>`` and ``prior:<i>``, the values of later fact `i`, shape (n,), and
    ``band:<output>:<name>``, shape (n_days,).
    """
    said: dict[str, object] = {"key": key(found.case, found.draws, found.seed)}
    said |= {"draws": found.draws, "seed": found.seed}
    arrays: dict[str, np.ndarray] = {}
    if isinstance(found, Unanswered):
        said["reason"] = found.reason
    else:
        said |= {name: getattr(found, name) for name in ("ess", "readings", "seeded", "left_out")}
        said["used"] = [(u.reason, u.mean_likelihood) for u in found.used]
        said["predictions"] = [_said(p) for p in found.predictions]
        for i, p in enumerate(found.predictions):
            if p.predicted is not None:
                arrays |= {f"post:{i}": p.predicted.values, f"prior:{i}": p.prior}
        for output, band in found.bands.items():
            arrays |= {f"band:{output}:{name}": values for name, values in band.items()}
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, said=np.array(json.dumps(said)), **arrays)
    return out.getvalue()


def _said(p: Prediction) -> tuple[str, float, str, str]:
    shape = ("", "") if p.predicted is None else (p.predicted.label, p.predicted.form)
    return p.reason, p.tail, *shape


def load(data: bytes, case: PublishedCase) -> tuple[str, Outcome]:
    """Return the key and the outcome that `dump` wrote, of the same case.

    Raises
    ------
    ValueError
        For bytes that are no such archive, or of another case.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = dict(archive)
        said = json.loads(str(arrays["said"]))
        if "reason" in said:
            return said["key"], Unanswered(case, said["draws"], said["seed"], said["reason"])
        return said["key"], CaseResult(
            case,
            said["draws"],
            said["seed"],
            said["ess"],
            said["readings"],
            tuple(Used(f, *u) for f, u in zip(case.given, said["used"], strict=True)),
            _predictions(case, said["predictions"], arrays),
            _bands(arrays),
            said["seeded"],
            tuple(said["left_out"]),
            case.conditioning == "near-unconditional",
        )
    except (OSError, KeyError, EOFError, TypeError, ValueError, BadZipFile) as error:
        raise ValueError(f"found no stored result of case {case.id!r} ({error})") from error


def _predictions(
    case: PublishedCase, said: list[list], arrays: dict[str, np.ndarray]
) -> tuple[Prediction, ...]:
    found = []
    for i, (fact, row) in enumerate(zip(case.observed_later, said, strict=True)):
        reason, tail, label, form = row
        if reason:
            found.append(Prediction(fact, reason, None, np.empty(0), tail))
        else:
            predicted = Predicted(label, form, arrays[f"post:{i}"])
            found.append(Prediction(fact, "", predicted, arrays[f"prior:{i}"], tail))
    return tuple(found)


def _bands(arrays: dict[str, np.ndarray]) -> dict[str, dict[str, np.ndarray]]:
    found: dict[str, dict[str, np.ndarray]] = {}
    for place, values in arrays.items():
        if place.startswith("band:"):
            _, output, name = place.split(":")
            found.setdefault(output, {})[name] = values
    return found
