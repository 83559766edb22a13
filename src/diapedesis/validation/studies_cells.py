"""Cells in blood and CSF on the drug and after it."""

from __future__ import annotations

import numpy as np

from diapedesis.simulate import Protocol
from diapedesis.validation.ms_estimate import mean
from diapedesis.validation.ms_trials import INFUSIONS, MONTH, STOP, WEEK, Trials, after_stop, run
from diapedesis.validation.studies import Found

CELLS = ("lymphocytes", "cd4_count", "cd8_count", "csf_cd4cd8", "csf_cells")


def cells(trials: Trials) -> dict[str, Found]:
    """Mean lymphocytes and their ratios: untreated, on the drug, after it."""
    p = trials.starting
    e, who = trials.estimate("cells"), np.ones(p.m * p.n, bool)
    days = np.array([0.0, 28 * 6, 28 * 9, 28 * 12, STOP])
    on = run(p, Protocol.every(28, n=INFUSIONS - 1), days, CELLS, t0=0.0, t1=STOP)
    off = after_stop(p, trials.stopped.final, (), CELLS)
    at = lambda day: int(np.abs(off.days - day).argmin())  # noqa: E731
    count = on["lymphocytes"] / 1000
    after = off.values["lymphocytes"] / 1000
    ratio = [on["cd4_count"][:, i] / on["cd8_count"][:, i] for i in (0, 3)]
    csf = on["csf_cd4cd8"]
    six = at(6 * MONTH)
    back = off.values["csf_cd4cd8"][:, six] / csf[:, 0]
    return {
        "pd.lymph_on": e.found(
            mean(count[:, 1:4].mean(axis=1)), who, [100],
            "Mean of troughs after 6, 9 and 12 infusions; cohort of 100 (number not known).",
            {"untreated": e.centre(mean(count[:, 0]), who)},
        ),
        "pd.lymph_wk8": e.found(
            mean(after[:, at(8 * WEEK)]), who, [100], "After 24 infusions; cohort of 100."
        ),
        "pd.lymph_wk16": e.found(
            mean(after[:, at(16 * WEEK)]), who, [100], "After 24 infusions; cohort of 100."
        ),
        "pd.cd4cd8_blood": e.found(
            mean(ratio[1]), who, [44], "Trough after 12 infusions; shown beside untreated.",
            {"untreated": e.centre(mean(ratio[0]), who)},
        ),
        "pd.csf_ratio_on": e.found(
            mean(csf[:, 3]), who, [15], "Mean at the trough after 12 infusions.",
            {
                "untreated": e.centre(mean(csf[:, 0]), who),
                "after 24 infusions": e.centre(mean(csf[:, 4]), who),
            },
        ),
        "pd.csf_ratio_6mo": e.found(
            mean(back), who, [15], "Mean of own ratios, six months after the last infusion."
        ),
        "pd.csf_cells_6mo": e.found(
            mean(off.values["csf_cells"][:, six]), who, [15],
            "Mean of own ratios, six months after the last infusion.",
        ),
    }  # fmt: skip
