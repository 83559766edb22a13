"""IRIS: inflammation where returning cells meet the virus, its leak, its oedema, its brakes.

It feeds on itself, as inflamed vessels recruit more cells, and is braked by regulatory cells and by
the end of the antigen; when the virus is gone it decays to 0. It is early where a lesion enhances
already at diagnosis (claim pml 4.3), and severe where much tissue is infected. Seizures are no part
of it: a large inflamed lesion is severe without them.
"""

from diapedesis.core import (
    Assumption,
    LogitNormal,
    LogNormal,
    Parameter,
    Port,
    Source,
    State,
    flux,
    output,
    rule,
)

IRIS = State("iris", unit="", label="Inflammation against the virus, 1 in a usual IRIS", scale=0.1)

JC_CD8 = Port("jc_cd8", unit="", label="CD8 cells against JC virus, CNS")
INFECTED = Port("jc_infected", unit="mL", label="Infected tissue")
LOST = Port("jc_lost", unit="mL", label="Tissue that the virus destroyed")
CNS_TREG = Port("cns_treg", unit="", label="Regulatory T cells, CNS")
STEROID_BARRIER = Port("steroid_barrier", unit="", label="Effect of steroid on the barrier")
HELD_BACK = Port("held_back", unit="", label="How far steroid held back the response, 0 to 1")
EXCHANGED = Port("exchanged", unit="", label="How far plasma was exchanged of late, 0 to 1")
RECRUITMENT_LEFT = Port("recruitment_left", unit="", label="Recruitment that drugs leave")
K_OEDEMA = Port("k_oedema", unit="1/day", label="Turnover of oedema")
OEDEMA = Port("oedema_volume", unit="mL", label="Oedema", writable=True)
LESION_LEAK = Port("lesion_leak", unit="mL/day", label="Oedema that MS lesions leak")

K_IRIS = Parameter(
    "k_iris",
    unit="1/day",
    label="Rise of inflammation at one unit of cells and much antigen",
    default=0.36,
    prior=LogNormal(0.3),
    source=Source("pml 4.3", "pml 4.9", note="share that enhances at diagnosis, time to IRIS"),
)
IRIS_HALF = Parameter(
    "iris_half",
    unit="mL",
    label="Infected tissue at which inflammation rises at half its speed",
    default=1.5,
    prior=LogNormal(0.5),
    source=Assumption("small lesions do well (pml 3.3, pml 3.6)"),
)
IRIS_FEEDBACK = Parameter(
    "iris_feedback",
    unit="",
    label="Recruitment that inflammation adds to itself, fold per unit",
    default=0.7,
    prior=LogNormal(0.5),
    source=Assumption("explosive courses; size not measured"),
)
IRIS_BRAKE = Parameter(
    "iris_brake",
    unit="",
    label="Brake that inflammation brings with it, per unit",
    default=1.5,
    prior=LogNormal(0.6),
    source=Assumption("IRIS ends by itself in weeks to months (pml 4.33)"),
)
IRIS_TREG = Parameter(
    "iris_treg",
    unit="",
    label="Share of that brake that needs regulatory cells",
    default=0.5,
    prior=LogitNormal(0.7),
    source=Assumption("regulatory cells come back last (R116); size not measured"),
)
K_IRIS_END = Parameter(
    "k_iris_end",
    unit="1/day",
    label="Decay of inflammation",
    default=0.06,
    prior=LogNormal(0.3),
    source=Source("pml 4.33", note="54 days without exchange"),
    iiv=0.3,
    iiv_source=Assumption("courses of weeks or of months"),
)
PLEX_RESOLUTION = Parameter(
    "plex_resolution",
    unit="",
    label="Decay of inflammation after plasma exchange, fold",
    default=0.6,
    prior=LogNormal(0.7),
    source=Source("pml 4.33", "pml 4.18", note="101 against 54 days; no effect in another series"),
)
STEROID_IRIS = Parameter(
    "steroid_iris",
    unit="",
    label="Largest share of its rise that steroid stops",
    default=0.4,
    prior=LogitNormal(1.4),
    source=Source("pml 4.8", "pml 4.34", note="better with, worse with early steroids: disputed"),
)
STEROID_IRIS_END = Parameter(
    "steroid_iris_end",
    unit="",
    label="Decay of inflammation that steroid adds, fold",
    default=0.6,
    prior=LogNormal(1.2),
    source=Source("pml 4.8", "pml 4.34", note="better with, worse with early steroids: disputed"),
)
OEDEMA_PER_IRIS = Parameter(
    "oedema_per_iris",
    unit="",
    label="Oedema of a small inflamed lesion, in its volumes",
    default=0.4,
    prior=LogNormal(0.4),
    source=Source("pml 4.20", note="swelling in 40 % at IRIS, in 10 % at diagnosis"),
    iiv=0.6,
    iiv_source=Assumption("intracranial hypertension is rare and not only in the largest"),
)
OEDEMA_BEND = Parameter(
    "oedema_bend",
    unit="mL",
    label="Volume of a lesion that makes half of the largest oedema",
    default=80.0,
    prior=LogNormal(0.4),
    source=Assumption("the centre of a large lesion is dead and does not swell"),
)


@flux(changes={IRIS: +1}, boundary="rose")
def iris_rise(
    k_iris, jc_cd8, jc_infected, iris_half, iris_feedback, iris, recruitment_left, iris_brake,
    iris_treg, cns_treg, steroid_iris, held_back,
):  # fmt: skip
    """Inflammation rises where cells meet antigen, and recruits."""
    return (
        k_iris
        * jc_cd8
        * jc_infected
        / (jc_infected + iris_half)
        * (1 + iris_feedback * iris * recruitment_left)
        / (1 + iris_brake * iris * (1 - iris_treg + iris_treg * cns_treg))
        * (1 - steroid_iris * held_back)
    )


@flux(changes={IRIS: -1}, boundary="ended")
def iris_fall(k_iris_end, plex_resolution, exchanged, steroid_iris_end, held_back, iris):
    """Inflammation decays, faster under steroid."""
    return (
        k_iris_end
        * (1 + (plex_resolution - 1) * exchanged)
        * (1 + steroid_iris_end * held_back)
        * iris
    )


@rule(unit="mL")
def iris_bulk(iris, jc_infected, jc_lost, oedema_bend):
    """Inflamed volume, as far as it swells: at most twice as much as in a usual IRIS."""
    return (
        2
        * iris
        / (1 + iris)
        * (jc_infected + jc_lost)
        / (1 + (jc_infected + jc_lost) / oedema_bend)
    )


@rule(unit="mL/day")
def iris_leak(k_oedema, oedema_per_iris, iris_bulk):
    """Oedema that the inflamed lesion leaks without steroid."""
    return k_oedema * oedema_per_iris * iris_bulk


@flux(changes={OEDEMA: +1}, boundary="leaked")
def iris_oedema(iris_leak, steroid_barrier):
    """Oedema leaks, less while steroid seals the barrier."""
    return iris_leak * (1 - steroid_barrier)


@output(unit="")
def iris_level(iris):
    """Inflammation against the virus, 1 in a usual IRIS."""
    return iris


@output(unit="")
def iris_share(iris_leak, lesion_leak):
    """Share of the leak that is due to the virus; the rest is due to MS."""
    return iris_leak / (iris_leak + lesion_leak)
