"""The experiment nobody could run: deplete CD4, CD8 or CD20 cells in those who stop natalizumab."""

from __future__ import annotations

from functools import lru_cache

from diapedesis.core import Assumption, Mechanism, Parameter
from diapedesis.mechanisms import depletion as antibodies
from diapedesis.simulate.treatments import DepletionDrug
from diapedesis.trials.arms import Arm, depleting
from diapedesis.trials.design import HISTORY, Trial, Variant
from diapedesis.trials.doses import courses_for

DAYS = (28.0, 118.0, 208.0, 298.0)
"""Of the antibodies against T cells, after the last dose of natalizumab."""
ANTI_CD20_DAYS = (28.0, 208.0)
SPARED = {"anti_cd4_treg": 0.0}
"""An antibody that takes CD4 effectors and leaves regulatory cells."""
HELP_FREE = "help_free"
ASSUMPTIONS = (
    Assumption(
        "The antibodies are given 28 days after the last dose of natalizumab, before the gate"
        " opens, and against T cells every 90 days again, as needed to keep the depth. A trial"
        " would dose by the count in blood; so the amounts are those with which the typical patient"
        " loses the aimed share, and how strong the antibodies are is the same in every truth. What"
        " is reached is in the table of depths."
    ),
    Assumption(
        "A CD8 depletion of this depth was never tried in people; the antibody is given the"
        " kinetics of anti-CD4, and harms that it would do are not modelled."
    ),
    Assumption(
        "Who enters had, before natalizumab, a relapse within a year or two within two years, and"
        " an EDSS of at most 6.5; has no antibodies against it; and takes no other drug for MS"
        " in the year of follow-up, relapse or not."
    ),
)
NOT_MODELLED = (
    "Infections, PML and other harms of depletion are not modelled: nothing here speaks of safety,"
    " and no such trial is proposed."
)


@lru_cache(maxsize=1)
def depletion_trial() -> Trial:
    """Return the trial: placebo, anti-CD4 at two depths, anti-CD8, anti-CD20.

    Examples
    --------
    >>> [a.id for a in depletion_trial().arms][:3]
    ['placebo', 'anti_cd4_50', 'anti_cd4_90']
    """
    halving = _against("anti_cd4", "cd4_count", 0.5, "anti-CD4, 50 %")
    deep = _against("anti_cd4", "cd4_count", 0.9, "anti-CD4, 90 %")
    return Trial(
        id="depletion",
        title="The experiment nobody could run",
        question=(
            "Patients who stop natalizumab get an antibody that depletes CD4, CD8 or CD20 cells."
            " Which prevents rebound?"
        ),
        arms=(
            Arm("placebo", "placebo"),
            halving,
            deep,
            _against("anti_cd8", "cd8_count", 0.9, "anti-CD8, 90 %"),
            Arm(
                "anti_cd20",
                "anti-CD20",
                depleting("anti_cd20", ANTI_CD20_DAYS, (1.0, 1.0)),
                cells="b_count",
                aim=0.99,
            ),
            _sparing(halving),
            _sparing(deep),
        ),
        joint=("anti_cd4_50", "anti_cd4_90", "anti_cd8_90", "anti_cd20"),
        expected={"anti_cd4_90": False, "anti_cd8_90": True, "anti_cd20": True},
        variants=(
            Variant("help_known", "B-cell help as anti-CD20 trials have it (R141, R142)"),
            Variant(HELP_FREE, "B-cell help left free, 0 to 1", ("b_help",)),
        ),
        held=tuple(p.id for p in Mechanism.of(antibodies).each(Parameter)),
        assumptions=ASSUMPTIONS,
        not_modelled=NOT_MODELLED,
    )


def _against(drug: DepletionDrug, cells: str, aim: float, label: str) -> Arm:
    amounts = courses_for(drug, cells, aim, DAYS, HISTORY)
    given = depleting(drug, DAYS, amounts)
    return Arm(f"{drug}_{100 * aim:.0f}", label, given, cells=cells, aim=aim)


def _sparing(arm: Arm) -> Arm:
    return Arm(
        f"{arm.id}_spared",
        f"{arm.label}, sparing regulatory cells",
        arm.treatments,
        SPARED,
        arm.cells,
        arm.aim,
    )
