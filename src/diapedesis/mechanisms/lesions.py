"""Lesions and relapses that the tone brings: expected numbers, and what a scan is to draw from.

Lesions come in bursts, many at once, so that most untreated patients show none on a scan while the
mean is above two (claims R008, R012); a larger burst is more often a relapse. Part of the relapses
is not tied to lesions: on the drug, lesions all but vanish and relapses do not (claims R001, R008).
"""

from diapedesis.core import (
    Assumption,
    LogitNormal,
    LogNormal,
    Parameter,
    Port,
    Source,
    State,
    exp,
    flux,
    output,
    rule,
)


def _gd_0(births_untreated, gd_duration):
    return births_untreated * gd_duration


GD = State("gd_lesions", unit="", label="Enhancing lesions, expected", initial=_gd_0)

TONE_FOLD = Port("tone_fold", unit="", label="Inflammatory tone")
HUMORAL_SHARE = Port("humoral_share", unit="", label="Share of lesions made by an antibody")
ATTACK = Port("attack", unit="", label="Attack by the antibody, fold of untreated")
B_CELL_HELP = Port("b_cell_help", unit="", label="Help of B cells")
PLATFORM_EFFECT = Port("platform_effect", unit="", label="Drive removed by platform drugs")

LESION_RATE = Parameter(
    "lesion_rate",
    unit="1/day",
    label="Lesions born at the untreated tone",
    default=0.037,
    prior=LogNormal(0.2),
    source=Source("R008", "R012", note="mean 2.4 enhancing lesions, 28 % with any"),
    iiv=1.1,
    iiv_source=Source("R008", "R012", "R003", note="mean and share without lesions together"),
)
ACTIVITY_NOW = Parameter(
    "activity_now",
    unit="",
    label="Activity now, fold of the years before the drug",
    default=1.0,
    source=Assumption("patients start the drug in an active phase; each cohort sets it"),
)
ACTIVITY_DECLINE = Parameter(
    "activity_decline",
    unit="1/day",
    label="Decline of activity with time since the drug was started",
    default=0.0005,
    prior=LogNormal(0.4),
    source=Source("R034", "R031", note="0.94 relapses a year before, 0.63 and 0.55 after"),
)
ACTIVITY_DRIFT = Parameter(
    "activity_drift",
    unit="",
    label="Spread of a patient's activity between two years, SD of the logarithm",
    default=0.6,
    prior=LogNormal(0.3),
    source=Assumption("relapses of one year hardly tell the next year's (R055)"),
)
GD_DURATION = Parameter(
    "gd_duration",
    unit="day",
    label="Enhancement of a lesion, mean",
    default=30.0,
    prior=LogNormal(0.15),
    source=Source("R152"),
)
BURST_SIZE = Parameter(
    "burst_size",
    unit="",
    label="Lesions born in one burst, mean",
    default=7.5,
    prior=LogNormal(0.3),
    source=Source("R008", "R012", "R154", note="72 % without lesions at a mean of 2.4"),
)
RELAPSE_LESIONS = Parameter(
    "relapse_lesions",
    unit="",
    label="Lesions in a burst that is a relapse with probability 1 - 1/e",
    default=40.0,
    prior=LogNormal(0.3),
    source=Source("R055", "R025", "R023", note="relapsers have 17, those without 0.3"),
)
T2_SHARE = Parameter(
    "t2_share",
    unit="",
    label="Enhancing lesions counted as a new T2 lesion",
    default=0.65,
    prior=LogitNormal(0.4),
    source=Source(
        "R008",
        "R009",
        "R064",
        "R065",
        note="new T2 and enhancing lesions of one washout; another trial says 0.2",
    ),
)
T2_DURATION = Parameter(
    "t2_duration",
    unit="day",
    label="Time for which a new T2 lesion can be told from what was there, mean",
    default=180.0,
    prior=LogNormal(0.5),
    source=Assumption(
        "new lesions shrink from the fourth week on (R153); for how long is not known"
    ),
)
LARGE_SHARE = Parameter(
    "large_share",
    unit="",
    label="Share of lesions above 0.8 cm3",
    default=0.05,
    prior=LogitNormal(0.6),
    source=Assumption("most enhancing lesions are small; no distribution of sizes was readable"),
)
RELAPSE_OTHER = Parameter(
    "relapse_other",
    unit="1/day",
    label="Relapses not tied to lesions",
    default=0.00037,
    prior=LogNormal(0.25),
    source=Source("R001", "R008", note="0.24 a year on the drug, where lesions fall by 92 %"),
    iiv=0.6,
    iiv_source=Source("R003", note="counts per patient in a year are wider than Poisson"),
)
RELAPSE_HELPED = Parameter(
    "relapse_helped",
    unit="",
    label="Share of the other relapses that B-cell depletion prevents",
    default=0.6,
    prior=LogitNormal(0.6),
    source=Source("R142", "R141", note="0.16 relapses a year under anti-CD20"),
)


@rule(unit="1/day")
def births_untreated(lesion_rate, activity_now):
    """Lesions born per day, untreated."""
    return lesion_rate * activity_now


@output(unit="1/day")
def lesion_births(births_untreated, humoral_share, tone_fold, attack):
    """Lesions born per day, expected."""
    return births_untreated * ((1 - humoral_share) * tone_fold + humoral_share * attack)


@output(unit="1/day")
def t2_births(t2_share, lesion_births):
    """New T2 lesions per day, expected."""
    return t2_share * lesion_births


@output(unit="1/day")
def relapse_background(relapse_other, relapse_helped, b_cell_help, platform_effect):
    """Relapses per day that are not tied to lesions."""
    return (
        relapse_other
        * (1 - relapse_helped + relapse_helped * b_cell_help)
        * (1 - 0.5 * platform_effect)
    )


@output(unit="1/day")
def relapse_rate(relapse_background, lesion_births, burst_size, relapse_lesions):
    """Relapses per day, expected: bursts of geometric size, each a relapse by its size."""
    return relapse_background + lesion_births / burst_size * (1 - exp(-1 / relapse_lesions)) / (
        1 - (1 - 1 / burst_size) * exp(-1 / relapse_lesions)
    )


@flux(changes={GD: +1}, boundary="born")
def gd_born(lesion_births):
    """Lesions begin to enhance."""
    return lesion_births


@flux(changes={GD: -1}, boundary="faded")
def gd_faded(gd_lesions, gd_duration):
    """Enhancement fades."""
    return gd_lesions / gd_duration


@output(unit="")
def gd(gd_lesions):
    """Enhancing lesions, expected."""
    return gd_lesions
