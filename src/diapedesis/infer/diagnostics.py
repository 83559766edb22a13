"""Does the model describe these patients? Residuals, prediction errors, checks, shrinkage.

The population here is the prior of :mod:`diapedesis.infer.prior`: an eta is a subject's mode minus
the prior mean on the normal scale, and omega the prior's SD, which holds the uncertainty of the
typical values besides the spread between patients.

Sources: Karlsson and Savic 2007 (10.1038/sj.clpt.6100241) for what to look at; Savic and Karlsson
2009 (10.1208/s12248-009-9133-0) for shrinkage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diapedesis.infer.fit import Fit
from diapedesis.infer.gof import prediction_errors, shrinkage, trends
from diapedesis.infer.likelihood import Levels
from diapedesis.infer.names import stream
from diapedesis.infer.npde import NpdeTests, npde, npde_tests
from diapedesis.infer.readings import Readings
from diapedesis.infer.replicates import simulate_readings
from diapedesis.infer.table import Table
from diapedesis.infer.vpc import Vpc, pc_vpc

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


COLUMNS = (
    "subject",
    "time",
    "after_dose",
    "observed",
    "lloq",
    "censored",
    "pred",
    "ipred",
    "npde",
    "npd",
    "pwres",
    "iwres",
    "outlier",
)


@dataclass(frozen=True)
class LevelCheck:
    """Levels of one kind of reading beside what the model says of them.

    Attributes
    ----------
    measures : str
        What the assay reads, as in :class:`diapedesis.observe.Assay`.
    rows : Table
        One row per level: subject; time [day]; days after the last dose before it (negative before
        the first dose); the level, or the limit where it is censored, the limit, whether it is
        censored; the reading at the prior mean (pred) and the posterior median of the reading
        (ipred); npde, npd and the population weighted residual (pwres) of
        :class:`diapedesis.infer.npde.Npde`; ``(observed - ipred)`` in SD of the assay (iwres);
        whether it is probably an outlier. Levels in mg/L, or as a share.
    tests : NpdeTests or None
        Of npde; ``None`` for fewer than three levels.
    vpc : Vpc
        Against the days after the last dose.
    errors : Table
        Bias and RMSE of the predictions of quantified levels.
    trends : Table
        Rank correlation of residuals with time and prediction; iwres of quantified levels only.
    """

    measures: str
    rows: Table
    tests: NpdeTests | None
    vpc: Vpc
    errors: Table
    trends: Table

    def __getitem__(self, column: str) -> NDArray[Any]:
        """Return one column of `rows` as an array."""
        return np.array(self.rows.column(column))


@dataclass(frozen=True)
class Diagnostics:
    """What :func:`diagnose` found.

    Attributes
    ----------
    levels : dict of str to LevelCheck
        By what the assay reads ("free", "total", "saturation").
    etas : Table
        One row per subject and fitted parameter: eta, omega, weight. Deviations of an occasion,
        ``"<parameter>@<occasion>"``, are kappas, with the SD between occasions for omega.
    shrinkage : Table
        Of each eta and kappa, and of epsilon by kind of reading, as 1 - SD and 1 - variance.
        Subjects without a level do not count: their etas are 0 whatever the others' levels say.
    n_sim : int
    seed : int
    """

    levels: dict[str, LevelCheck]
    etas: Table
    shrinkage: Table
    n_sim: int
    seed: int


def diagnose(fits: Sequence[Fit], *, n_sim: int = 1000, seed: int = 1) -> Diagnostics:
    """Check the model against the levels of several fitted subjects.

    Replicates are drawn for each subject from the fit's own prior, with the errors and outliers
    of the likelihood, from a random stream that only `seed` and the subject's id decide.

    Parameters
    ----------
    fits : sequence of Fit
        Two or more subjects with different ids, of whom two or more have levels.
    n_sim : int
        Replicates; 1000 or more for a report.
    seed : int

    Returns
    -------
    Diagnostics

    Raises
    ------
    ValueError
        For too few subjects or an id given twice.

    Examples
    --------
    >>> from diapedesis.infer.fit import fit
    >>> from diapedesis.observe import Level, Subject
    >>> from diapedesis.simulate import Protocol
    >>> given = Protocol.every(28, n=6)
    >>> people = {"a": (21.0, 55.0), "b": (33.0, 80.0), "c": (26.0, 61.0)}
    >>> subjects = [
    ...     Subject(given, (Level(140.0, low), Level(150.0, high)), id, height=1.7)
    ...     for id, (low, high) in people.items()
    ... ]
    >>> found = diagnose([fit(s, n_draws=200) for s in subjects], n_sim=200)
    >>> len(found.levels["free"].rows.rows)
    6
    """
    twice = [id for id, n in Counter(f.subject.id for f in fits).items() if n > 1]
    if twice:
        raise ValueError(f"fits: found subject {twice[0]!r} more than once, expected each once")
    known = [f for f in fits if f.subject.levels]
    if len(known) < 2:
        raise ValueError(f"fits: found {len(known)} with levels, expected two or more")
    simulated = [
        simulate_readings(
            f.subject, n_sim, stream(f.subject, seed, "replicates"), model=f.model, prior=f.prior
        )
        for f in known
    ]
    kinds: list[str] = list(
        dict.fromkeys(x.assay.measures for f in known for x in f.subject.levels)
    )
    levels = {k: _check(k, known, simulated, seed) for k in kinds}
    etas = _etas(fits)
    return Diagnostics(levels, etas, _shrinkages(_etas(known), levels), n_sim, seed)


def _check(kind: str, fits: Sequence[Fit], simulated: Sequence[Array], seed: int) -> LevelCheck:
    """Put the levels of one kind of reading of all subjects side by side."""
    rows: list[tuple[Any, ...]] = []
    replicates = []
    for f, sims in zip(fits, simulated, strict=True):
        pick = np.array([x.assay.measures == kind for x in f.subject.levels])
        if pick.any():
            rows += _rows(f, pick, sims[:, pick], stream(f.subject, seed, f"npde {kind}"))
            replicates.append(sims[:, pick])
    table = Table(COLUMNS, tuple(rows))
    part = {name: np.array(table.column(name)) for name in COLUMNS}
    seen = ~part["censored"]
    against = ("time", "after_dose", "pred")
    all_levels = trends({n: part[n] for n in ("npde", "pwres")}, {n: part[n] for n in against})
    quantified = trends({"iwres": part["iwres"][seen]}, {n: part[n][seen] for n in against})
    return LevelCheck(
        measures=kind,
        rows=table,
        tests=npde_tests(part["npde"]) if len(rows) >= 3 else None,
        vpc=pc_vpc(
            part["after_dose"],
            part["observed"],
            np.hstack(replicates),
            pred=part["pred"],
            censored=part["censored"],
            lloq=part["lloq"],
        ),
        errors=prediction_errors(
            part["observed"][seen], {n: part[n][seen] for n in ("pred", "ipred")}
        ),
        trends=Table(all_levels.columns, all_levels.rows + quantified.rows),
    )


def _rows(f: Fit, pick: Flags, sims: Array, rng: np.random.Generator) -> list[tuple[Any, ...]]:
    """Return the rows of some levels of a subject, in the order of ``COLUMNS``."""
    levels = Levels.of(f.subject.levels)
    times = np.array([x.time for x in f.subject.levels])
    doses = sorted(d.time for d in f.subject.protocol.doses)
    last = [max((d for d in doses if d < t), default=min(doses, default=t)) for t in times]
    lloq = np.array([x.assay.lloq for x in f.subject.levels], float)
    pred = Readings(f.subject, f.model, f.prior, levels)
    ipred = np.array(f.level_table.column("pred_50"), float)
    outlier = np.array(f.level_table.column("p_outlier"), float) > 0.5
    y, cut = levels.y[pick], levels.below[pick]
    errors = npde(y, sims, censored=cut, lloq=lloq[pick], rng=rng)
    columns = (
        times[pick],
        (times - np.array(last))[pick],
        y,
        lloq[pick],
        cut,
        pred(f.prior.mean[None, None, :])[0, 0][pick],
        ipred[pick],
        errors.npde,
        errors.npd,
        errors.residual,
        ((levels.y - ipred) / levels.sd(ipred))[pick],
        outlier[pick],
    )
    rows = zip(*(c.tolist() for c in columns), strict=True)
    return [(f.subject.id, *row) for row in rows]


def _etas(fits: Sequence[Fit]) -> Table:
    rows = []
    for f in fits:
        z = f.prior.mean if f.mode is None else f.mode.z
        eta, omega = (z - f.prior.mean).tolist(), f.prior.sd.tolist()
        for name, e, o in zip(f.names, eta, omega, strict=True):
            rows.append((f.subject.id, name, e, o, f.subject.weight))
    return Table(("subject", "parameter", "eta", "omega", "weight"), tuple(rows))


def _shrinkages(etas: Table, levels: Mapping[str, LevelCheck]) -> Table:
    """Return shrinkage of all that two or more values stand behind."""
    values: dict[tuple[str, str], list[float]] = {}
    for row in etas.records():
        kind = "kappa" if "@" in row["parameter"] else "eta"
        values.setdefault((kind, row["parameter"]), []).append(row["eta"] / row["omega"])
    for kind, check in levels.items():
        values["epsilon", kind] = check["iwres"][~check["censored"] & ~check["outlier"]].tolist()
    rows = [(*key, len(v), *shrinkage(v)) for key, v in values.items() if len(v) > 1]
    return Table(("kind", "of", "n", "sd", "variance"), tuple(rows))
