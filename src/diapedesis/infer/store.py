"""A fit as bytes (numpy's npz, without pickles): between processes, and kept for another day."""

from __future__ import annotations

import hashlib
import io
import json
from functools import cache
from importlib.resources import files
from zipfile import BadZipFile

import numpy as np

from diapedesis import __version__
from diapedesis.infer.convergence import Convergence
from diapedesis.infer.estimate import Mode
from diapedesis.infer.fit import Fit, prior_of
from diapedesis.infer.table import Table
from diapedesis.models import pkpd
from diapedesis.observe import Subject

MODE = ("z", "cov", "objective", "iterations", "gradient_error", "wide_searches")
CONVERGENCE = ("rhat", "ess_bulk", "ess_tail")


def key(subject: Subject, n_draws: int, seed: int, prior_weight: float) -> str:
    """Return a hash of all that decides a fit of the standard model."""
    parts = (subject, n_draws, seed, prior_weight, pkpd().fingerprint, __version__, _code())
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()


@cache
def _code() -> str:
    """Return a hash of the estimation's code and of the population's draws."""
    seen = hashlib.sha256()
    here = files("diapedesis.infer")
    for folder in (here, here.joinpath("data")):
        for file in sorted(folder.iterdir(), key=lambda f: f.name):
            if file.name.endswith((".py", ".csv")):
                seen.update(file.name.encode() + file.read_bytes())
    return seen.hexdigest()


def dump(fit: Fit) -> bytes:
    """Return a fit of the standard model as an npz archive.

    It holds ``draw:<parameter>`` and ``deviation:<parameter>``, shapes (n_draws,) and (n_draws,
    n_occasions), and what the chains and the mode said of themselves.
    """
    arrays = {f"draw:{k}": v for k, v in fit.draws.items()}
    arrays |= {f"deviation:{k}": v for k, v in fit.deviations.items()}
    if fit.mode is not None and fit.convergence is not None:
        arrays |= {f"mode:{k}": np.asarray(getattr(fit.mode, k)) for k in MODE}
        arrays |= {f"chains:{k}": getattr(fit.convergence, k) for k in CONVERGENCE}
    said = {
        "ess": fit.ess,
        "conflict": fit.conflict,
        "seed": fit.seed,
        "prior_weight": fit.prior_weight,
        "columns": fit.level_table.columns,
        "rows": fit.level_table.rows,
    }
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, said=np.array(json.dumps(said)), **arrays)
    return out.getvalue()


def load(data: bytes, subject: Subject) -> Fit:
    """Return the fit that ``dump`` wrote, of the same subject.

    Raises
    ------
    ValueError
        For bytes that are no such archive.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = dict(archive)
        said = json.loads(str(arrays["said"]))
        of = lambda kind: {  # noqa: E731
            k.removeprefix(kind): v for k, v in arrays.items() if k.startswith(kind)
        }
        chains = of("chains:")
        model = pkpd()
        prior, _ = prior_of(subject, model, said["prior_weight"])
        return Fit(
            subject,
            model,
            prior.names,
            prior,
            _mode(of("mode:")),
            of("draw:"),
            of("deviation:"),
            said["ess"],
            Convergence(*(chains[k] for k in CONVERGENCE)) if chains else None,
            said["conflict"],
            Table(tuple(said["columns"]), tuple(map(tuple, said["rows"]))),
            said["seed"],
            said["prior_weight"],
        )
    except (OSError, KeyError, EOFError, TypeError, BadZipFile) as error:
        raise ValueError(f"found no stored fit ({error}); remove the file and fit again") from error


def _mode(arrays: dict[str, np.ndarray]) -> Mode | None:
    if not arrays:
        return None
    return Mode(
        arrays["z"],
        arrays["cov"],
        arrays["objective"],
        int(arrays["iterations"]),
        float(arrays["gradient_error"]),
        int(arrays["wide_searches"]),
    )
