"""What a case gave, as bytes (numpy's npz, without pickles): kept, so that a gallery can go on."""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from tokenize import TokenError
from typing import Any
from zipfile import BadZipFile

import numpy as np

from diapedesis import __version__
from diapedesis.cases.asked import Predicted
from diapedesis.cases.case import PublishedCase
from diapedesis.cases.days import Range
from diapedesis.cases.result import CaseResult, Prediction, Used
from diapedesis.cases.rinaldi import RinaldiSeries
from diapedesis.cases.sessions import Needed
from diapedesis.models.pml import pml
from diapedesis.population.switch_outcome import RINALDI
from diapedesis.population.switch_series import Predicted as Chances
from diapedesis.population.switch_series import Series

NEEDED = ("needed", "needed_before")
ROOMS = ("cases", "infer", "observe", "population", "simulate")
"""Packages whose code decides a result, beside the equations, which have a fingerprint."""

DAMAGED = (
    *(OSError, LookupError, EOFError, TypeError, ValueError, AttributeError, SyntaxError),
    *(BadZipFile, NotImplementedError, RuntimeError, MemoryError, TokenError, zlib.error),
)
"""What reading a damaged archive may raise, by the place of the damage."""


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

    @property
    def why(self) -> str:
        """The reason without the id of the case."""
        return self.reason.removeprefix(f"case {self.case.id!r}: ")


@dataclass(frozen=True, eq=False)
class SeriesResult:
    """The series of Rinaldi, of which no patient is known alone: whole series are simulated.

    Attributes
    ----------
    case : PublishedCase
    draws, seed : int
    series : RinaldiSeries
    """

    case: PublishedCase
    draws: int
    seed: int
    series: RinaldiSeries


Outcome = CaseResult | SeriesResult | Unanswered


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
    ``band:<output>:<name>``, shape (n_days,). Of sessions of exchange, ``needed:<i>`` and
    ``needed_before:<i>`` hold the level at the moment and what each number of sessions leaves.
    """
    said: dict[str, object] = {"key": key(found.case, found.draws, found.seed)}
    said |= {"draws": found.draws, "seed": found.seed}
    arrays: dict[str, np.ndarray] = {}
    if isinstance(found, Unanswered):
        said["reason"] = found.reason
    elif isinstance(found, SeriesResult):
        said["readings"] = list(found.series.others)
        arrays |= series_arrays(found.series)
    else:
        said |= {
            name: getattr(found, name)
            for name in ("ess", "ess_seeded", "readings", "seeded", "left_out")
        }
        said["used"] = [(u.reason, u.mean_likelihood) for u in found.used]
        said["predictions"] = [_said(p) for p in found.predictions]
        for i, p in enumerate(found.predictions):
            if p.predicted is not None:
                arrays |= {f"post:{i}": p.predicted.values, f"prior:{i}": p.prior}
            for which, needed in zip(NEEDED, p.needed or (), strict=False):
                arrays[f"{which}:{i}"] = np.column_stack([needed.level, needed.highest])
        for output, band in found.bands.items():
            arrays |= {f"band:{output}:{name}": values for name, values in band.items()}
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, said=np.array(json.dumps(said)), **arrays)
    return out.getvalue()


def series_arrays(series: RinaldiSeries) -> dict[str, np.ndarray]:
    """Return the simulated series and its virtual patients, by reading."""
    arrays = {"kinds": series.series.kinds, "truth": series.series.truth}
    arrays["virtual"] = series.predicted.virtual
    return arrays | {f"virtual:{i}": p.virtual for i, p in enumerate(series.others.values())}


def series_from(
    arrays: Mapping[str, np.ndarray], readings: Sequence[str], seed: int
) -> RinaldiSeries:
    """Return what :func:`series_arrays` took apart."""
    n = RINALDI.patients
    others = {r: Chances(arrays[f"virtual:{i}"], n) for i, r in enumerate(readings)}
    drawn = Series(arrays["kinds"], arrays["truth"])
    return RinaldiSeries(drawn, Chances(arrays["virtual"], n), others, seed)


def _said(p: Prediction) -> dict[str, object]:
    """Return a prediction without its fact and values."""
    observed = None if p.observed is None else (p.observed.low, p.observed.high)
    shape = ("", "") if p.predicted is None else (p.predicted.label, p.predicted.form)
    said = {"reason": p.reason, "tail": p.tail, "observed": observed, "if_seeded": p.if_seeded}
    return said | {"size": p.size} | {"label": shape[0], "form": shape[1]}


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
        if "kinds" in arrays:
            series = series_from(arrays, said["readings"], said["seed"])
            return said["key"], SeriesResult(case, said["draws"], said["seed"], series)
        return said["key"], CaseResult(
            case,
            said["draws"],
            said["seed"],
            said["ess"],
            said["ess_seeded"],
            said["readings"],
            tuple(Used(f, *u) for f, u in zip(case.given, said["used"], strict=True)),
            _predictions(case, said["predictions"], arrays),
            _bands(arrays),
            said["seeded"],
            tuple(said["left_out"]),
            case.conditioning == "near-unconditional",
        )
    except DAMAGED as error:
        raise ValueError(f"found no stored result of case {case.id!r} ({error})") from error


def _predictions(
    case: PublishedCase, rows: list[dict[str, Any]], arrays: dict[str, np.ndarray]
) -> tuple[Prediction, ...]:
    found = []
    for i, (fact, row) in enumerate(zip(case.observed_later, rows, strict=True)):
        predicted, prior = None, np.empty(0)
        if not row["reason"]:
            predicted = Predicted(row["label"], row["form"], arrays[f"post:{i}"])
            prior = arrays[f"prior:{i}"]
        observed = None if row["observed"] is None else Range(*row["observed"])
        found.append(
            Prediction(
                fact,
                row["reason"],
                predicted,
                prior,
                row["tail"],
                observed,
                row["if_seeded"],
                row["size"],
                _needed(i, arrays),
            )
        )
    return tuple(found)


def _needed(i: int, arrays: Mapping[str, np.ndarray]) -> tuple[Needed, Needed] | None:
    if f"{NEEDED[0]}:{i}" not in arrays:
        return None
    after, before = (Needed(x[:, 0], x[:, 1:]) for x in (arrays[f"{k}:{i}"] for k in NEEDED))
    return after, before


def _bands(arrays: dict[str, np.ndarray]) -> dict[str, dict[str, np.ndarray]]:
    found: dict[str, dict[str, np.ndarray]] = {}
    for place, values in arrays.items():
        if place.startswith("band:"):
            _, output, name = place.split(":")
            found.setdefault(output, {})[name] = values
    return found
