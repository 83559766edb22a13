"""Oedema of inflamed lesions and the pressure it makes when the skull has no more room."""

from diapedesis.core import (
    Assumption,
    LogNormal,
    Parameter,
    Port,
    State,
    exp,
    flux,
    log,
    maximum,
    minimum,
    output,
    rule,
)


def _oedema_0(oedema_per_lesion, births_untreated, gd_duration, oedema_tone):
    return oedema_per_lesion * births_untreated * gd_duration / (1 + oedema_tone)


OEDEMA = State("oedema_volume", unit="mL", label="Oedema", initial=_oedema_0, scale=10.0)

BIRTHS_0 = Port("births_untreated", unit="1/day", label="Lesions born per day, untreated")
GD_DURATION = Port("gd_duration", unit="day", label="Enhancement of a lesion, mean")

GD = Port("gd_lesions", unit="", label="Enhancing lesions")
TONE = Port("tone_fold", unit="", label="Inflammatory tone")
STEROID_BARRIER = Port("steroid_barrier", unit="", label="Effect of steroid on the barrier")

OEDEMA_PER_LESION = Parameter(
    "oedema_per_lesion",
    unit="mL",
    label="Oedema that a lesion adds in very inflamed tissue",
    default=1.2,
    prior=LogNormal(0.5),
    source=Assumption("oedema hardly shows in usual lesions, and kills in a fulminant few (R046)"),
    iiv=0.8,
    iiv_source=Assumption("tumefactive lesions are rare, 1 to 8 % (R160, R161)"),
)
OEDEMA_TONE = Parameter(
    "oedema_tone",
    unit="",
    label="Tone at which a lesion makes half of its largest oedema",
    default=3.0,
    prior=LogNormal(0.4),
    source=Assumption("ring-enhancing, swollen lesions go with the fulminant course (R049)"),
)
K_OEDEMA = Parameter(
    "k_oedema",
    unit="1/day",
    label="Turnover of oedema",
    default=0.1,
    prior=LogNormal(0.4),
    source=Assumption("weeks untreated; hours to days under steroid (R095, R096)"),
)
STEROID_OEDEMA = Parameter(
    "steroid_oedema",
    unit="",
    label="Resolution of oedema that steroid adds, fold",
    default=1.0,
    prior=LogNormal(0.5),
    source=Assumption("less enhancement within 8 hours (R095)"),
)
ICP_REST = Parameter(
    "icp_rest", "mmHg", "Intracranial pressure at rest", 10.0, Assumption("usual adult value")
)
ICP_MAX = Parameter(
    "icp_max", "mmHg", "Pressure at which no blood enters", 100.0, Assumption("arterial pressure")
)
ICP_ROOM = Parameter(
    "icp_room",
    unit="mL",
    label="Swelling that the skull takes before pressure rises",
    default=45.0,
    prior=LogNormal(0.3),
    source=Assumption("fluid and blood that are displaced when swelling comes over days"),
)
ICP_BEND = Parameter(
    "icp_bend", "mL", "Width of the bend", 6.0, Assumption("makes the curve smooth")
)
ICP_INDEX = Parameter(
    "icp_index",
    unit="mL",
    label="Swelling that raises pressure e-fold",
    default=11.0,
    prior=LogNormal(0.3),
    source=Assumption("the usual pressure-volume index of adults, 25 mL for tenfold"),
)


@rule(unit="mL/day")
def lesion_leak(k_oedema, oedema_per_lesion, gd_lesions, tone_fold, oedema_tone):
    """Oedema that inflamed lesions of MS leak without steroid."""
    return k_oedema * oedema_per_lesion * gd_lesions * tone_fold / (tone_fold + oedema_tone)


@flux(changes={OEDEMA: +1}, boundary="leaked")
def oedema_formed(lesion_leak, steroid_barrier):
    """Oedema leaks from inflamed lesions, less while steroid seals the barrier."""
    return lesion_leak * (1 - steroid_barrier)


@flux(changes={OEDEMA: -1}, boundary="resolved")
def oedema_resolved(k_oedema, steroid_oedema, steroid_barrier, oedema_volume):
    """Oedema resolves, faster under steroid."""
    return k_oedema * (1 + steroid_oedema * steroid_barrier) * oedema_volume


@output(unit="mL")
def oedema(oedema_volume):
    """Oedema."""
    return oedema_volume


@rule(unit="")
def icp_rise(oedema_volume, icp_room, icp_bend, icp_index):
    """Logarithm of pressure over that at rest, without a ceiling: 0 while there is room."""
    return (maximum(oedema_volume, icp_room) - icp_room) / icp_index + icp_bend / icp_index * log(
        1 + exp((minimum(oedema_volume, icp_room) - maximum(oedema_volume, icp_room)) / icp_bend)
    )


@output(unit="mmHg")
def icp(icp_rest, icp_rise, icp_max):
    """Intracranial pressure, which approaches arterial pressure."""
    return icp_max / (1 + (icp_max / icp_rest - 1) * exp(-icp_rise))
