"""What a course of steroid leaves behind in the response to the virus: a mark that fades in weeks.

Steroid is gone in days; the response that it held back is not there the day after. Whether early
steroids cost more than they save is disputed (claims pml 4.8, 4.34). The mark only says how
recently the response was held back. What it does is said by parameters with wide priors.
"""

from diapedesis.core import Assumption, LogNormal, Parameter, Port, State, flux

HELD_BACK = State("held_back", unit="", label="How far steroid held back the response, 0 to 1")

STEROID_EFFECT = Port("steroid_effect", unit="", label="Effect of steroid on cells")

K_HOLD = Parameter(
    "k_hold",
    unit="1/day",
    label="Rise of the mark at full effect of steroid",
    default=0.5,
    prior=LogNormal(0.5),
    source=Assumption("lymphocytes fall within a day or two of the first dose (R100)"),
)
K_HELD_BACK = Parameter(
    "k_held_back",
    unit="1/day",
    label="Fading of the mark",
    default=0.03,
    prior=LogNormal(0.7),
    source=Assumption("weeks, as long as a primed response takes to come again"),
)


@flux(changes={HELD_BACK: +1}, boundary="held back")
def mark_rises(k_hold, steroid_effect, held_back):
    """Steroid brings the mark nearer to 1."""
    return k_hold * steroid_effect * (1 - held_back)


@flux(changes={HELD_BACK: -1}, boundary="faded")
def mark_wanes(k_held_back, held_back):
    """The mark fades."""
    return k_held_back * held_back
