"""Objections that were raised against each hypothesis, and the model's number on each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diapedesis.models.hypotheses import EXPLANATIONS
from diapedesis.validation.hypotheses_runs import DAYS
from diapedesis.validation.hypotheses_seen import CONTRADICTS, SEEN
from diapedesis.validation.hypotheses_statistics import LASTING
from diapedesis.validation.hypotheses_words import middle, number, said

if TYPE_CHECKING:
    from diapedesis.validation.hypotheses import HypothesisStudy


@dataclass(frozen=True)
class Objection:
    """An objection.

    Attributes
    ----------
    against : str
        The hypothesis, or "all".
    says : str
    claims : str
    answer : str
        What the model has to say to it.
    """

    against: str
    says: str
    claims: str
    answer: str


def objections(study: HypothesisStudy) -> list[Objection]:
    """Return every objection with its answer."""
    return [
        Objection("all", "Not every patient who stops rebounds.", "R055, R029", _not_all(study)),
        Objection("all", "The mean of a group does not pass what was before.", "R031, R034",
                  _mean(study)),
        Objection("all", "The time on the drug does not matter.", "R031", _exposure(study)),
        Objection("virus", "Most carriers of the virus have no MS.", "R133", _carrier(study)),
        Objection("virus", "If antigen made the rebound, the rebound would end with it.", "R047",
                  _resolved(study)),
        Objection("virus", "Anti-CD8 would only postpone it.", "R145", _postponed(study)),
        Objection("damage", "Patients improve on the drug, and neurofilament falls.",
                  "R007, R011, R019, R059", _improving(study)),
        Objection("damage", "Debris is cleared once cells are back; so it should end.", "R032",
                  _debris(study)),
        Objection("cd4", "Anti-CD4 failed in MS.", "R124, R126", _anti_cd4(study)),
        Objection("pool", "Homing cells in blood do not foretell a rebound.", "R115", _pool(study)),
        Objection("imbalance", "Fingolimod protects when it is begun at week 8.", "R063, R064",
                  _fingolimod(study)),
        Objection("imbalance", "Relapses came within weeks of the first fingolimod.", "R061, R062",
                  _date(study)),
        Objection("all", "Anti-CD20 works, so the cause is in B cells.", "R070, R080, R141",
                  _anti_cd20(study)),
    ]  # fmt: skip


def _each(study: HypothesisStudy, measure: str) -> str:
    return ", ".join(f"{h} {said(study, h, measure)}" for h in EXPLANATIONS)


def _not_all(study: HypothesisStudy) -> str:
    who = "; ".join(
        f"{h}: `{name}` (rank correlation {rho:.2f})" if abs(rho) > 0.3 else f"{h}: no single one"
        for h, (name, rho) in study.decides.items()
        if h in EXPLANATIONS
    )
    return (
        f"Patients whose tone passes 2, per cent: {_each(study, 'above')}. What decides is, of what"
        f" differs between patients: {who}. None of these was ever measured in a patient."
    )


def _mean(study: HypothesisStudy) -> str:
    over = [h for h in EXPLANATIONS if middle(study, h, "gd_peak") > 1.15]
    which = f"Above 1.15 in the median: {', '.join(over)}." if over else "None is above 1.15."
    return f"Peak of mean Gd over before the drug: {_each(study, 'gd_peak')}. {which}"


def _exposure(study: HypothesisStudy) -> str:
    grows = [h for h in EXPLANATIONS if middle(study, h, "exposure") > 1.05]
    which = (
        f"It grows by more than a twentieth under {', '.join(grows)}"
        if grows
        else "It grows under none by more than a twentieth"
    )
    inside = all(0.8 <= middle(study, h, "exposure") <= 1.25 for h in grows)
    end = (
        ", too little for a cohort to show, as what grows is soon full" if grows and inside else ""
    )
    return f"Peak after 60 infusions over 6: {_each(study, 'exposure')}. {which}{end}."


def _carrier(study: HypothesisStudy) -> str:
    with_ms, without = study.typical["virus"].arms["none"], study.carrier.arms["none"]
    return (
        f"In a carrier who has antigen and no lesion rate, tone peaks at"
        f" {number(without['tone'].max())} as in the patient ({number(with_ms['tone'].max())}), and"
        f" lesions at {number(without['gd'].max())} against {number(with_ms['gd'].max())}. So the"
        " model can hold such a carrier, and cannot say what makes one: the lesion rate is put in"
        " from outside. The hypothesis would need that reason."
    )


def _resolved(study: HypothesisStudy) -> str:
    course = study.typical["virus"].arms["none"]
    tone, antigen = course["tone"][0, 0], course["antigen_load"][0, 0]
    top = int(tone.argmax())
    low = top + int(tone[top:].argmin())
    ended = tone[low] < LASTING
    return (
        f"In the typical patient antigen is {number(antigen[0])} at the stop,"
        f" {number(antigen[top])} at the peak of tone (day {DAYS[top]:.0f}), and"
        f" {number(antigen[low])} when tone is lowest, {number(tone[low])} on day"
        f" {DAYS[low]:.0f}. "
        + (
            "It ends so, in a quiet below the patient's own level"
            if ended and tone[low] < 0.8
            else "It ends so"
            if ended
            else "It does not end"
        )
        + f". Group: lowest mean tone after the peak {said(study, 'virus', 'quiet')}; a second"
        f" course builds the antigen up again (peak over the first"
        f" {said(study, 'virus', 'again')}). Months 7-12 over 1-6 in relapses:"
        f" {said(study, 'virus', 'later')}, seen 0.87 (R034)."
    )


def _postponed(study: HypothesisStudy) -> str:
    plain, treated = (study.typical["virus"].arms[a]["tone"][0, 0] for a in ("none", "anti_cd8"))
    antigen = study.typical["virus"].arms["anti_cd8"]["antigen_load"][0, 0]
    top = int(treated.argmax())
    late, low = DAYS[top] > 364, treated[top] < 0.8 * plain.max()
    how = "postponed and lowered" if late and low else "postponed" if late else "lowered"
    if treated[top] < LASTING:
        how = "prevented for two years"
    elif not (late or low):
        how = "hardly changed"
    return (
        f"In the typical patient the peak, {number(plain.max())} on day"
        f" {DAYS[plain.argmax()]:.0f}, is {how}: {number(treated[top])} on day"
        f" {DAYS[top]:.0f}, with antigen at most {number(antigen.max())}. Group: first year"
        f" {said(study, 'virus', 'anti_cd8')} of the peak without, second year"
        f" {said(study, 'virus', 'anti_cd8_later')}."
    )


def _improving(study: HypothesisStudy) -> str:
    rest = [h for h in EXPLANATIONS if h != "damage"]
    nfl = [middle(study, h, "nfl_on") for h in rest]
    points = [middle(study, h, "edss_on") for h in rest]
    return (
        f"Under silent damage neurofilament on the drug is {said(study, 'damage', 'nfl_on')} of"
        f" untreated and disability changes by {said(study, 'damage', 'edss_on')} points; under the"
        f" others {number(min(nfl))} to {number(max(nfl))} and {number(min(points))} to"
        f" {number(max(points))} (medians). The size of silent damage is assumed: one without"
        " neurofilament or disability is not excluded, and would not be seen."
    )


def _debris(study: HypothesisStudy) -> str:
    course = study.typical["damage"].arms["none"]
    tone, debris = course["tone"][0, 0], course["debris_load"][0, 0]
    goes_on = tone[-1] > LASTING
    end = "tissue that recruits by itself keeps on" if goes_on else "tone is back with it"
    return (
        f"In the typical patient debris falls from {number(debris[0])} to {number(debris[-1])} in"
        f" two years; tone is then {number(tone[-1])}: {end}. Patients above 2 after two years, per"
        f" cent: {_each(study, 'unended')}."
    )


def _anti_cd4(study: HypothesisStudy) -> str:
    half, deep = middle(study, "cd4", "anti_cd4_half"), middle(study, "cd4", "anti_cd4")
    missed = SEEN["alone"].verdict(study.values["cd4"]["alone"]) == CONTRADICTS
    size = "speaks against" if missed else "leaves room for"
    return (
        f"Half of the CD4 cells gone, in MS without natalizumab: lesions"
        f" {said(study, 'cd4', 'alone')} of untreated under cd4, {said(study, 'pool', 'alone')}"
        f" under pool, {said(study, 'virus', 'alone')} under virus. After stopping, half gone"
        f" leaves {number(half)} of the peak under cd4, nine tenths gone {number(deep)}. The"
        f" trial missed its endpoint, and its effect grew with depth: by size it {size} cd4 alone,"
        " by shape it does not speak against it."
    )


def _pool(study: HypothesisStudy) -> str:
    return (
        "Rank correlation of peak tone with homing cells at the stop:"
        f" {said(study, 'pool', 'homing_tells')} under pool,"
        f" {said(study, 'mixture', 'homing_tells')} in the mixture. The model lets the"
        " assay see the cells that count; most of the cells"
        " counted in 33 patients were others."
    )


def _fingolimod(study: HypothesisStudy) -> str:
    return (
        f"Peak with fingolimod from week 8 over without: {_each(study, 'fty8')}. Under imbalance"
        + (
            " it still protects, least of all."
            if middle(study, "imbalance", "fty8") < 1
            else " it does harm."
        )
    )


def _date(study: HypothesisStudy) -> str:
    """Compare the return of tone with the first month of a drug begun at week 12."""
    by_then = all(middle(study, h, "half") <= 112 for h in EXPLANATIONS)
    return (
        "Day on which mean tone is half of untreated, without fingolimod:"
        f" {_each(study, 'half')}. "
        + (
            "Under each it comes back by itself before the first month of a drug begun at week 12"
            " (day 84) is over, whatever that drug is."
            if by_then
            else "Not under each does it come back before the first month of a drug begun at week"
            " 12 (day 84) is over."
        )
    )


def _anti_cd20(study: HypothesisStudy) -> str:
    worst = max(EXPLANATIONS, key=lambda h: middle(study, h, "anti_cd20"))
    most = middle(study, worst, "anti_cd20")
    return (
        "Peak of the first year with anti-CD20 on day 28 over without:"
        f" {_each(study, 'anti_cd20')}. It does least under {worst}, {number(most)}. Trials of"
        " anti-CD20 fix the help of B cells (R141, R142), no hypothesis changes it; its success "
        + ("does not choose among them." if most < 0.8 else f"speaks against {worst}.")
    )
