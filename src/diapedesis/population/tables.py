"""What became of many fitted subjects, as tables: a row each, their parameters, their levels."""

from __future__ import annotations

from collections.abc import Sequence

from diapedesis.infer.fit import PARAMETER_COLUMNS, Fit
from diapedesis.infer.level_table import LEVEL_COLUMNS
from diapedesis.infer.table import Table
from diapedesis.population.fits import Outcome

SUBJECT_COLUMNS = (
    *("id", "levels", "status", "rhat", "ess", "conflict", "outliers"),
    *("cl_05", "cl_50", "cl_95", "reason"),
)
FITTED, REFUSED = "fitted", "refused"


def subject_table(outcomes: Sequence[Outcome]) -> Table:
    """Return a row for each subject.

    Parameters
    ----------
    outcomes : sequence of Outcome

    Returns
    -------
    Table
        Number of levels; "fitted" or "refused" with its reason; R-hat; effective draws; how likely
        the levels are under the prior (0 to 1); number of probable outliers; linear clearance
        [L/day], median and 90 % interval.
    """
    rows = []
    for o in outcomes:
        row: dict[str, object] = {"id": o.subject.id, "levels": len(o.subject.levels)}
        if o.fit is None:
            row |= {"status": REFUSED, "reason": o.reason}
        else:
            cl = next(r for r in o.fit.parameter_table().records() if r["id"] == "cl")
            likely = [p > 0.5 for p in o.fit.level_table.column("p_outlier")]
            row |= {"status": FITTED, "rhat": o.fit.rhat, "ess": o.fit.ess, "reason": ""}
            row |= {"conflict": o.fit.conflict, "outliers": sum(likely)}
            row |= {f"cl_{q}": cl[f"post_{q}"] for q in ("05", "50", "95")}
        rows.append(row)
    return Table.of(rows, SUBJECT_COLUMNS)


def parameter_rows(outcomes: Sequence[Outcome]) -> Table:
    """Return prior and posterior of every parameter of every fitted subject."""
    return _stacked(PARAMETER_COLUMNS, [(f, f.parameter_table()) for f in _fits(outcomes)])


def level_rows(outcomes: Sequence[Outcome]) -> Table:
    """Return every level of every fitted subject beside its prediction."""
    return _stacked(LEVEL_COLUMNS, [(f, f.level_table) for f in _fits(outcomes)])


def _fits(outcomes: Sequence[Outcome]) -> list[Fit]:
    return [o.fit for o in outcomes if o.fit is not None]


def _stacked(columns: tuple[str, ...], parts: Sequence[tuple[Fit, Table]]) -> Table:
    """Put tables of several fits under each other; without any, the heading stands alone."""
    rows = tuple((fit.subject.id, *r) for fit, part in parts for r in part.rows)
    return Table(("subject", *columns), rows)
