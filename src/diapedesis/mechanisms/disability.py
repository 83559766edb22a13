"""Disability: what comes and goes with inflamed lesions, and what they leave; neurofilament.

A relapse costs about a point of EDSS and leaves a quarter to a half (claims R013, R014, R155); a
rebound with two dozen lesions costs three and leaves one (claim R045).
"""

from diapedesis.core import (
    Assumption,
    LogNormal,
    Parameter,
    Port,
    Source,
    State,
    exp,
    flux,
    minimum,
    output,
    rule,
)


def _reversible_0(
    reversible_per_lesion,
    felt_untreated,
    reversible_per_oedema,
    oedema_per_lesion,
    births_untreated,
    gd_duration,
    oedema_tone,
):
    return (
        reversible_per_lesion * felt_untreated
        + reversible_per_oedema
        * oedema_per_lesion
        * births_untreated
        * gd_duration
        / (1 + oedema_tone)
    )


def _nfl_0(nfl_per_lesion, felt_untreated):
    return 1 + nfl_per_lesion * felt_untreated


REVERSIBLE = State("edss_rev", unit="", label="Reversible disability", initial=_reversible_0)
PERMANENT = State("edss_perm", unit="", label="Permanent disability", initial=0.0)
NFL = State("nfl_fold", unit="", label="Serum neurofilament, fold of healthy", initial=_nfl_0)

BIRTHS_0 = Port("births_untreated", unit="1/day", label="Lesions born per day, untreated")
OEDEMA_PER_LESION = Port("oedema_per_lesion", unit="mL", label="Oedema that a lesion adds")
OEDEMA_TONE = Port("oedema_tone", unit="", label="Tone of half of the largest oedema")
GD_DURATION = Port("gd_duration", unit="day", label="Enhancement of a lesion, mean")

GD = Port("gd_lesions", unit="", label="Enhancing lesions")
OEDEMA = Port("oedema_volume", unit="mL", label="Oedema")
STEROID_EFFECT = Port("steroid_effect", unit="", label="Effect of steroid on cells")
W_DAMAGE = Port("w_damage", unit="", label="Weight of silent damage")
DEBRIS = Port("debris", unit="", label="Uncleared damage in the CNS")

EDSS_0 = Parameter(
    "edss_0",
    unit="",
    label="EDSS without any enhancing lesion, before",
    default=2.5,
    prior=LogNormal(0.1),
    source=Assumption("as of those who enter trials; a case states its own"),
    iiv=0.5,
    iiv_source=Assumption("as of those who enter trials"),
)
EDSS_MAX = Parameter(
    "edss_max",
    "",
    "EDSS that disability approaches",
    9.5,
    Assumption("10 is death"),
)
REVERSIBLE_PER_LESION = Parameter(
    "reversible_per_lesion",
    unit="",
    label="EDSS that one enhancing lesion costs while it lasts",
    default=0.4,
    prior=LogNormal(0.3),
    source=Source("R045", "R013", "R155", note="24 lesions cost 3.25; a relapse 1.1 to 1.45"),
)
LESIONS_HALF = Parameter(
    "lesions_half",
    unit="",
    label="Enhancing lesions at half of the largest cost",
    default=15.0,
    prior=LogNormal(0.4),
    source=Assumption("disability does not rise with every further lesion (R045)"),
)
REVERSIBLE_PER_OEDEMA = Parameter(
    "reversible_per_oedema",
    unit="1/mL",
    label="EDSS that oedema costs",
    default=0.027,
    prior=LogNormal(0.5),
    source=Assumption("0.8 points for 30 mL; no series has both"),
)
K_REVERSIBLE = Parameter(
    "k_reversible",
    unit="1/day",
    label="Relaxation of reversible disability",
    default=0.06,
    prior=LogNormal(0.4),
    source=Assumption("weeks: most of a relapse is over at 4 months (R155)"),
)
PERMANENT_PER_LESION = Parameter(
    "permanent_per_lesion",
    unit="1/day",
    label="EDSS that one enhancing lesion among very many leaves each day",
    default=0.0015,
    prior=LogNormal(0.4),
    source=Source("R014", "R155", "R045", note="a relapse leaves 0.28 to 0.5, a rebound 1.1"),
)
LESIONS_SEVERE = Parameter(
    "lesions_severe",
    unit="",
    label="Enhancing lesions at which one leaves half of that",
    default=10.0,
    prior=LogNormal(0.5),
    source=Source("R014", "R001", "R045", note="a fifth of a point a year without the drug"),
)
PERMANENT_SILENT = Parameter(
    "permanent_silent",
    unit="1/day",
    label="EDSS that silent damage would leave each day per fold of debris",
    default=0.0012,
    prior=LogNormal(0.7),
    source=Assumption("what the hypothesis implies: disability that goes on without lesions"),
)
NFL_PER_LESION = Parameter(
    "nfl_per_lesion",
    unit="",
    label="Neurofilament that one enhancing lesion adds, fold of healthy",
    default=0.4,
    prior=LogNormal(0.4),
    source=Source("R059", "R019", note="up to 16-fold with activity; falls by two thirds on drug"),
)
NFL_SILENT = Parameter(
    "nfl_silent",
    unit="",
    label="Neurofilament that silent damage would add per fold of debris",
    default=1.0,
    prior=LogNormal(0.7),
    source=Assumption("what the hypothesis implies: damage is seen in blood"),
)
K_NFL = Parameter(
    "k_nfl",
    unit="1/day",
    label="Relaxation of neurofilament in blood",
    default=0.02,
    prior=LogNormal(0.4),
    source=Assumption("months; falls within six months on the drug (R019)"),
)


@rule(unit="")
def felt_untreated(births_untreated, gd_duration, lesions_half):
    """Enhancing lesions of the untreated state as far as they are felt."""
    return births_untreated * gd_duration / (1 + births_untreated * gd_duration / lesions_half)


@rule(unit="")
def felt_lesions(gd_lesions, lesions_half):
    """Enhancing lesions as far as they are felt."""
    return gd_lesions / (1 + gd_lesions / lesions_half)


@rule(unit="")
def silent_excess(w_damage, debris):
    """Debris above the usual, as far as silent damage is the cause."""
    return w_damage * (debris - 1)


@flux(changes={REVERSIBLE: +1}, boundary="lesions and oedema")
def disability_felt(
    k_reversible, reversible_per_lesion, felt_lesions, reversible_per_oedema, oedema_volume
):
    """Disability follows lesions and oedema."""
    return k_reversible * (
        reversible_per_lesion * felt_lesions + reversible_per_oedema * oedema_volume
    )


@flux(changes={REVERSIBLE: -1}, boundary="recovered")
def disability_recovered(k_reversible, edss_rev):
    """Disability recovers."""
    return k_reversible * edss_rev


@flux(changes={PERMANENT: +1}, boundary="lesions")
def disability_left(
    permanent_per_lesion,
    felt_lesions,
    gd_lesions,
    lesions_severe,
    steroid_effect,
    permanent_silent,
    silent_excess,
):
    """Lesions leave disability behind, each of many more than one of few, less under steroid."""
    return (
        permanent_per_lesion
        * felt_lesions
        * gd_lesions
        / (gd_lesions + lesions_severe)
        * (1 - 0.5 * steroid_effect)
        + permanent_silent * silent_excess
    )


@flux(changes={NFL: +1}, boundary="released")
def nfl_released(k_nfl, nfl_per_lesion, felt_lesions, nfl_silent, silent_excess):
    """Neurofilament is released at the rate of healthy ageing, by lesions and silent damage."""
    return k_nfl * (1 + nfl_per_lesion * felt_lesions + nfl_silent * silent_excess)


@flux(changes={NFL: -1}, boundary="cleared")
def nfl_cleared(k_nfl, nfl_fold):
    """Neurofilament is cleared."""
    return k_nfl * nfl_fold


@output(unit="")
def edss_reversible(edss_rev):
    """Reversible disability, EDSS points above the baseline."""
    return edss_rev


@output(unit="")
def edss_permanent(edss_perm):
    """Permanent disability, EDSS points above the baseline."""
    return edss_perm


@rule(unit="")
def edss_before(edss_0, edss_max):
    """EDSS without any enhancing lesion, with room left above it."""
    return minimum(edss_0, 0.95 * edss_max)


@output(unit="")
def edss(edss_before, edss_max, edss_rev, edss_perm):
    """EDSS, which approaches its end and does not pass it."""
    return edss_before + (edss_max - edss_before) * (
        1 - exp(-(edss_rev + edss_perm) / (edss_max - edss_before))
    )


@output(unit="")
def nfl(nfl_fold):
    """Serum neurofilament, fold of healthy."""
    return nfl_fold
