"""What became of many fitted subjects, as tables: a row each, their parameters, their levels."""

from __future__ import annotations

from collections.abc import Sequence

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
    return _stacked(outcomes, "parameter_table")


def level_rows(outcomes: Sequence[Outcome]) -> Table:
    """Return every level of every fitted subject beside its prediction."""
    return _stacked(outcomes, "level_table")


def _stacked(outcomes: Sequence[Outcome], what: str) -> Table:
    columns: tuple[str, ...] = ()
    rows: list[tuple[object, ...]] = []
    for o in outcomes:
        if o.fit is None:
            continue
        found = getattr(o.fit, what)
        part: Table = found() if callable(found) else found
        columns = ("subject", *part.columns)
        rows += [(o.subject.id, *r) for r in part.rows]
    return Table(columns, tuple(rows))
