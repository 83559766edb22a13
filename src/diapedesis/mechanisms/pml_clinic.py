"""What PML and IRIS do to the patient: disability by size and place, neurofilament, death.

EDSS rises from 3.7 to 5.3 until diagnosis (claims pml 3.8, 3.9), further with IRIS, and comes back
in part (claim pml 3.21b). Disability of the virus adds to that of MS and shares its ceiling. Those
who die are older, more disabled, with widespread lesions (claims pml 3.5, 3.6).
"""

from diapedesis.core import (
    Assumption,
    Input,
    LogitNormal,
    LogNormal,
    Parameter,
    Port,
    Source,
    State,
    exp,
    flux,
    log,
    output,
    rule,
)

DEATH = State("death_cumulative", unit="", label="Hazard of death so far")

INFECTED = Port("jc_infected", unit="mL", label="Infected tissue")
LOST = Port("jc_lost", unit="mL", label="Tissue that the virus destroyed")
JC_DYING = Port("jc_dying", unit="mL/day", label="Infected tissue that dies")
IRIS = Port("iris", unit="", label="Inflammation against the virus")
HELD_BACK = Port("held_back", unit="", label="How far steroid held back the response, 0 to 1")
EXCHANGED = Port("exchanged", unit="", label="How far plasma was exchanged of late, 0 to 1")
ICP = Port("icp", unit="mmHg", label="Intracranial pressure")
EDSS_BEFORE = Port("edss_before", unit="", label="EDSS without any enhancing lesion")
K_REVERSIBLE = Port("k_reversible", unit="1/day", label="Relaxation of reversible disability")
K_NFL = Port("k_nfl", unit="1/day", label="Relaxation of neurofilament in blood")
REVERSIBLE = Port("edss_rev", unit="", label="Reversible disability", writable=True)
PERMANENT = Port("edss_perm", unit="", label="Permanent disability", writable=True)
NFL = Port("nfl_fold", unit="", label="Serum neurofilament, fold of healthy", writable=True)

BRAINSTEM = Input("brainstem", unit="", label="1 for a lesion in the brainstem")

ELOQUENCE = Parameter(
    "eloquence",
    unit="",
    label="Disability that a lesion of its size causes, fold of usual",
    default=1.0,
    source=Assumption("sets the unit"),
    iiv=0.35,
    iiv_source=Assumption("a frontal lesion is silent for long, a motor one is not"),
)
BRAINSTEM_FOLD = Parameter(
    "brainstem_fold",
    unit="",
    label="Eloquence of the brainstem, fold",
    default=1.8,
    prior=LogNormal(0.25),
    source=Source("pml 3.19", note="EDSS 3.5 to 9.5 and back to 6"),
)
PML_VOLUME_HALF = Parameter(
    "pml_bend",
    unit="mL",
    label="Volume beyond which more costs less",
    default=10.0,
    prior=LogNormal(0.3),
    source=Assumption("EDSS is no linear measure"),
)
EDSS_PER_VOLUME = Parameter(
    "edss_per_volume",
    unit="",
    label="EDSS per e-fold of volume, beyond the bend",
    default=1.4,
    prior=LogNormal(0.2),
    source=Source("pml 3.21b", note="2.5 before, 4.5 at diagnosis"),
)
PML_PERMANENT = Parameter(
    "pml_permanent",
    unit="",
    label="Share of that which stays",
    default=0.6,
    prior=LogitNormal(0.5),
    source=Source("pml 3.21b", "pml 3.13", note="3 to 3 points above the start at last follow-up"),
)
EDSS_PER_IRIS = Parameter(
    "edss_per_iris",
    unit="",
    label="EDSS that a usual IRIS of a large lesion costs while it lasts",
    default=1.8,
    prior=LogNormal(0.3),
    source=Source("pml 3.21b", note="4.5 at diagnosis, 6.5 after IRIS, 5.5 at last"),
)
IRIS_DAMAGE = Parameter(
    "iris_damage",
    unit="1/day",
    label="EDSS that it leaves each day",
    default=0.006,
    prior=LogNormal(0.6),
    source=Source("pml 4.8", note="better final EDSS with steroids in IRIS"),
)
NFL_PER_PML = Parameter(
    "nfl_per_pml",
    unit="day/mL",
    label="Neurofilament that dying tissue adds, fold of healthy",
    default=60.0,
    prior=LogNormal(0.5),
    source=Assumption(
        "tissue for tissue as in MS: 0.2 mL of lesion in 30 days adds 0.4; tenfold at onset (pml"
        " 4.26) is looked at, not fitted"
    ),
)
DEATH_SEVERE = Parameter(
    "death_severe",
    unit="1/day",
    label="Hazard of death at the severest disability",
    default=0.0075,
    prior=LogNormal(0.4),
    source=Source("pml 3.2", "pml 3.3", note="a quarter dies, 4.7 months after diagnosis"),
)
DEATH_EDSS = Parameter(
    "death_edss",
    unit="",
    label="Disability at half of that hazard, EDSS points without a ceiling",
    default=9.5,
    prior=LogNormal(0.06),
    source=Source("pml 3.1", "pml 3.3", note="survival by what was there at diagnosis"),
)
DEATH_WIDTH = Parameter(
    "death_width", "", "Width of its rise", 0.6, Assumption("makes the hazard smooth")
)
DEATH_ACUTE = Parameter(
    "death_acute",
    unit="",
    label="Reversible disability at which half of that hazard holds, EDSS points",
    default=2.0,
    prior=LogNormal(0.3),
    source=Source("pml 3.2", "pml 3.10", note="who dies does so at 4.7 months; plateau at six"),
)
DEATH_ICP = Parameter(
    "death_icp",
    unit="1/day",
    label="Hazard of death at twice the pressure that threatens",
    default=0.02,
    prior=LogNormal(0.6),
    source=Assumption("fatal oedema in intensive care (R046); no rate is known"),
)
ICP_THREAT = Parameter(
    "icp_threat", "mmHg", "Pressure that threatens", 25.0, Assumption("treated above 20 to 25 mmHg")
)
STEROID_EARLY = Parameter(
    "steroid_early",
    unit="",
    label="Disability that the virus leaves after steroid given before inflammation, fold",
    default=1.0,
    prior=LogNormal(2.3),
    source=Source("pml 4.34", note="0.09 EDSS a month more with early steroids, of 42 patients"),
)
CALM = Parameter(
    "calm",
    "",
    "Inflammation at which steroid no longer counts as early by half",
    0.1,
    Assumption("that at which the lesion is seen to enhance"),
)
PLEX_DEATH = Parameter(
    "plex_death",
    unit="",
    label="Hazard of death after plasma exchange, fold",
    default=0.9,
    prior=LogNormal(1.4),
    source=Source("pml 4.17", note="no effect in 219, which excludes neither harm nor benefit"),
)


@rule(unit="")
def place(eloquence, brainstem_fold, brainstem):
    """Eloquence of the place of the lesion."""
    return eloquence * (1 + (brainstem_fold - 1) * brainstem)


@rule(unit="")
def pml_felt(place, edss_per_volume, jc_infected, jc_lost, pml_bend):
    """Disability that the lesion causes by its size and place."""
    return place * edss_per_volume * log(1 + (jc_infected + jc_lost) / pml_bend)


@rule(unit="")
def iris_felt(place, iris, jc_infected, jc_lost, pml_bend):
    """Inflammation as far as it is felt."""
    return place * iris * (jc_infected + jc_lost) / (jc_infected + jc_lost + pml_bend)


@flux(changes={REVERSIBLE: +1}, boundary="virus and IRIS")
def pml_reversible(k_reversible, pml_permanent, pml_felt, edss_per_iris, iris_felt):
    """Reversible disability follows size and inflammation."""
    return k_reversible * ((1 - pml_permanent) * pml_felt + edss_per_iris * iris_felt)


@flux(changes={PERMANENT: +1}, boundary="virus and IRIS")
def pml_left(
    place, pml_permanent, edss_per_volume, jc_dying, jc_infected, jc_lost, pml_bend, iris_damage,
    iris_felt, steroid_early, held_back, iris, calm,
):  # fmt: skip
    """Tissue that dies, and inflammation, leave disability behind."""
    return (
        place
        * pml_permanent
        * edss_per_volume
        * jc_dying
        / (pml_bend + jc_infected + jc_lost)
        * (1 + (steroid_early - 1) * held_back * calm / (iris + calm))
        + iris_damage * iris_felt
    )


@flux(changes={NFL: +1}, boundary="released by PML")
def pml_nfl(k_nfl, nfl_per_pml, jc_dying):
    """Neurofilament is released by dying tissue."""
    return k_nfl * nfl_per_pml * jc_dying


@output(unit="1/day")
def death_rate(
    death_severe, death_acute, edss_before, edss_rev, pml_felt, edss_per_iris, iris_felt,
    death_edss, death_width, death_icp, icp, icp_threat, plex_death, exchanged,
):  # fmt: skip
    """Hazard of death: of severe disability by virus and IRIS while it is acute, and of pressure.

    Disability that MS left over the years does not count: nobody dies of it within months.
    """
    return plex_death**exchanged * (
        death_severe
        * edss_rev**2
        / (edss_rev**2 + death_acute**2)
        / (1 + exp((death_edss - edss_before - pml_felt - edss_per_iris * iris_felt) / death_width))
        + death_icp * (icp / icp_threat) ** 12 / (1 + (icp / icp_threat) ** 12)
    )


@flux(changes={DEATH: +1}, boundary="of dying")
def death_accrues(death_rate):
    """Hazard of death adds up."""
    return death_rate


@output(unit="")
def death_hazard(death_cumulative):
    """Hazard of death so far; the probability is 1 - exp(-hazard)."""
    return death_cumulative
