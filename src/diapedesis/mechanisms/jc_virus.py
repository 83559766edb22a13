"""JC virus in the brain: infected tissue that grows unseen, and the tissue it leaves dead.

A lesion on scans is the sum of both. Before diagnosis its volume grows by 63 % a month (claim pml
2.1), which is a net rate: cells die after about two weeks (claim pml 2.24) and infect more than
their number. Without a seed there is no virus, ever.
"""

from diapedesis.core import (
    Assumption,
    LogNormal,
    Parameter,
    Port,
    Source,
    State,
    conserved,
    flux,
    output,
)

INFECTED = State("jc_infected", unit="mL", label="Infected tissue", scale=0.01)
LOST = State("jc_lost", unit="mL", label="Tissue that the virus destroyed", scale=0.01)

JC_KILL = Port("jc_kill", unit="1/day", label="Killing of infected cells by CD8 cells")
HELD_BACK = Port("held_back", unit="", label="How far steroid held back the response, 0 to 1")
ANTIVIRAL = Port("antiviral", unit="", label="Share of new infections that drugs let happen")

JC_GROWTH = Parameter(
    "jc_growth",
    unit="1/day",
    label="Growth of infected tissue without surveillance",
    default=0.0185,
    prior=LogNormal(0.15),
    source=Source("pml 2.1", note="62.8 % a month, against the surveillance left on the drug"),
    iiv=0.2,
    iiv_source=Assumption("slow and fast cases: 41 weeks unseen, or 3 (pml 2.21, pml 2.22)"),
)
JC_LYSIS = Parameter(
    "jc_lysis",
    unit="1/day",
    label="Death of infected cells by the virus",
    default=0.077,
    prior=LogNormal(0.2),
    source=Source("pml 2.24", note="cytopathic effect from day 12 to 14 in culture"),
)
JC_ROOM = Parameter(
    "jc_room",
    unit="mL",
    label="Volume that one lesion can take",
    default=450.0,
    prior=LogNormal(0.5),
    source=Assumption("most of the white matter; only bounds the largest lesions"),
)
STEROID_VIRUS = Parameter(
    "steroid_virus",
    unit="",
    label="New infections after steroid, fold",
    default=1.0,
    prior=LogNormal(0.2),
    source=Source("pml 4.8", "pml 4.34", note="better with, worse with early steroids: disputed"),
)
K_SHRINK = Parameter(
    "k_shrink",
    unit="1/day",
    label="Shrinking of the destroyed volume on scans",
    default=0.002,
    prior=LogNormal(0.6),
    source=Assumption("scars shrink over a year; function levels off at six months (pml 3.10)"),
)
CSF_JC_SCALE = Parameter(
    "csf_jc_scale",
    unit="1/mL",
    label="Copies in CSF when 1 mL of infected tissue dies per day, median",
    default=3600.0,
    prior=LogNormal(0.6),
    source=Source("pml 2.11", "pml 2.6", note="510 copies/mL at diagnosis, where found"),
)
CSF_JC_EXPONENT = Parameter(
    "csf_jc_exponent",
    unit="",
    label="Power of dying tissue with which the load in CSF rises",
    default=2.1,
    prior=LogNormal(0.25),
    source=Source("pml 2.6", "pml 2.7", "pml 2.8", note="lesions found and not found by PCR"),
)
CSF_JC_LEAK = Parameter(
    "csf_jc_leak",
    unit="",
    label="Load that an inflamed barrier adds, fold per unit of inflammation",
    default=3.0,
    prior=LogNormal(0.7),
    source=Assumption("load rises after exchange where lesions enhance (pml 4.5)"),
)
CSF_JC_SPREAD = Parameter(
    "csf_jc_spread",
    unit="",
    label="Spread of the load between patients and days, SD of the logarithm to base 10",
    default=1.25,
    prior=LogNormal(0.1),
    source=Source("pml 2.17", "pml 2.11", note="from below detection to 10 million copies/mL"),
)


@flux(changes={INFECTED: +1}, boundary="infected")
def jc_infection(
    jc_lysis, jc_growth, jc_infected, jc_lost, jc_room, antiviral, steroid_virus, held_back
):
    """Infection of healthy tissue, until there is no room."""
    return (
        (
            jc_lysis * (1 - ((jc_infected + jc_lost) / jc_room) ** 4)
            + jc_growth * (1 - (jc_infected + jc_lost) / jc_room)
        )
        * antiviral
        * (1 + (steroid_virus - 1) * held_back)
        * jc_infected
    )


@flux(changes={INFECTED: -1, LOST: +1})
def jc_death(jc_lysis, jc_infected):
    """Infected cells die of the virus."""
    return jc_lysis * jc_infected


@flux(changes={INFECTED: -1, LOST: +1})
def jc_killed(jc_kill, jc_infected):
    """CD8 cells kill infected cells."""
    return jc_kill * jc_infected


@flux(changes={LOST: -1}, boundary="shrunk")
def jc_shrinking(k_shrink, jc_lost):
    """The scar shrinks."""
    return k_shrink * jc_lost


TISSUE = conserved("pml_tissue", {INFECTED: 1, LOST: 1})


@output(unit="mL")
def pml_volume(jc_infected, jc_lost):
    """Volume of the lesion."""
    return jc_infected + jc_lost


@output(unit="mL")
def infected(jc_infected):
    """Infected tissue."""
    return jc_infected


@output(unit="mL/day")
def jc_dying(jc_lysis, jc_kill, jc_infected):
    """Infected tissue that dies, of the virus or killed: what sheds virus."""
    return (jc_lysis + jc_kill) * jc_infected
