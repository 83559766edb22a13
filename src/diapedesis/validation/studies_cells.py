"""Cells in blood and CSF on the drug and after it."""

from __future__ import annotations

import numpy as np

from diapedesis.population.ms_stopped import AFTER, INFUSIONS, MONTH, STOP, WEEK, after_stop, run
from diapedesis.simulate import Protocol
from diapedesis.validation.ms_estimate import mean
from diapedesis.validation.ms_trials import Trials
from diapedesis.validation.studies import Found

CELLS = ("lymphocytes", "cd4_count", "cd8_count", "csf_cd4cd8", "csf_cells")
TROUGHS = 28.0 * np.array([0, 6, 9, 12, INFUSIONS - 1])
"""Untreated, and before infusions 7, 10, 13 and the last."""
BLOOD, CSF = 100, 15
"""Patients of a study; the number behind the blood counts is not known."""


def cells(trials: Trials) -> dict[str, Found]:
    """Mean counts and ratios: untreated, on the drug, after it."""
    p, e, who = trials.starting, trials.estimate("cells"), trials.everyone
    on = run(p, Protocol.every(28, n=INFUSIONS - 1), TROUGHS, CELLS, t0=0.0, t1=STOP)
    off = after_stop(p, on, (), CELLS)
    week = {w: int(np.searchsorted(AFTER, w * WEEK)) for w in (8, 16)}
    half = int(np.searchsorted(AFTER, 6 * MONTH))
    blood = on["cd4_count"] / on["cd8_count"]
    back = off["csf_cd4cd8"][:, half] / on["csf_cd4cd8"][:, 0]
    rows = {
        f"pd.lymph_wk{w}": e.found(
            mean(off["lymphocytes"][:, at] / 1000),
            who,
            [BLOOD],
            f"Week {w} after the last of 24 infusions; {BLOOD} patients (number not known).",
        )
        for w, at in week.items()
    }
    return rows | {
        "pd.lymph_on": e.found(
            mean(on["lymphocytes"][:, 1:4].mean(axis=1) / 1000),
            who,
            [BLOOD],
            f"Mean of troughs after 6, 9 and 12 infusions; {BLOOD} patients (number not known).",
            {"untreated": e.centre(mean(on["lymphocytes"][:, 0] / 1000), who)},
        ),
        "pd.cd4cd8_blood": e.found(
            mean(blood[:, 3]),
            who,
            [44],
            "Mean of own ratios at the trough after 12 infusions.",
            {"untreated": e.centre(mean(blood[:, 0]), who)},
        ),
        "pd.csf_ratio_on": e.found(
            mean(on["csf_cd4cd8"][:, 3]),
            who,
            [CSF],
            "Mean of own ratios at the trough after 12 infusions.",
            {
                "untreated": e.centre(mean(on["csf_cd4cd8"][:, 0]), who),
                "at the trough after 23 infusions": e.centre(mean(on["csf_cd4cd8"][:, 4]), who),
            },
        ),
        "pd.csf_ratio_6mo": e.found(
            mean(back), who, [CSF], "Mean over own untreated ratio, 6 months after the last."
        ),
        "pd.csf_cells_6mo": e.found(
            mean(off["csf_cells"][:, half]),
            who,
            [CSF],
            "Mean over own untreated count, 6 months after the last infusion.",
        ),
    }
