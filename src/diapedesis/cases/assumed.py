"""What is assumed where a published case is silent; every number of it is an assumption."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from diapedesis.cases.days import Range

GIVEN_WHEN_UNKNOWN: Mapping[str, float] = MappingProxyType({"plex": 0.84, "steroid": 0.7})
"""Probability that a treatment was given where that is left open. Exchange: 184 of 219 (claim pml
4.17); steroids in IRIS: usual practice (pml 4.25); nothing else is supposed."""
SESSIONS = Range(3, 6)
"""Sessions of exchange where their number is not published: 3 (pml 4.14) to 5 are usual."""
SESSION_START = Range(0, 14)
"""Days from the moment to the first session, where it is not published."""
SESSION_APART = 2.0
PLASMA_VOLUMES = 1.5
EXCHANGED_BELOW = 1.0
"""Level [mg/L] that exchange is to reach. A convention, the same as where exchange is planned:
saturation was below one half there in 12 exchanged patients (pkpd 2.5). What Vennegoor and others
took for the therapeutic level was not read (pkpd 2.8)."""
OTHER_LEVELS = (2.0, 5.0)
"""Further levels [mg/L] that are asked for beside it."""
STAYS = 60.0
"""Days that a level must stay below to count as reached, as where exchange is planned."""
MOST_SESSIONS = 10
"""Sessions at most, as where exchange is planned; who needs more has not got there within 10."""
FIXED_SESSIONS = 5
"""Sessions where their number is fixed beforehand, which the claim of pkpd 2.8 speaks against."""
PULSES = Range(3, 5)
"""Days of 1 g methylprednisolone (pml 4.25)."""
TAPER_DAYS = 30.0
ANSWER_DAYS = Range(0, 7)
"""Days from IRIS, or symptoms, to what answers them."""
INTERVAL = 28.0
INFUSIONS_PML = (36.0, 0.5)
"""Infusions before PML where they are not published: median and SD of the logarithm (pml 1.33,
1.34: median 33 to 40, range 6 to 103)."""
INFUSIONS_MS = (24.0, 0.5)
MOMENT = Range(0, 28)
"""Day of a moment that is not published, from the last infusion: PML is looked for and found while
the drug is given."""
SWITCH = Range(28, 120)
"""Days from the last infusion to another drug for MS, where it is not published: four weeks to four
months (R062, R063, R067)."""
RECALL = 7.0
"""SD [day] of a published day, beyond its range."""
PRIOR_IMMUNOSUPPRESSANT = 0.2
"""Share of patients with an immunosuppressant before, where it is not published."""
ASYMPTOMATIC = 0.08
"""Share found by a scan before symptoms, where it is not published (pml 3.3)."""
COMA_PRESSURE, COMA_EDSS = 30.0, 9.0
"""Intracranial pressure [mmHg] or EDSS from which consciousness is lowered."""
RAISED_PRESSURE = 20.0
SEVERE_RISE, MILD_RISE, FELT_RISE = 2.0, 1.0, 0.5
"""Rise of EDSS from which an event is severe, below which mild, and below which only on scans; a
worsening without a word for how much is one that is felt."""
SEVERE_LESIONS = 10
"""Lesions that enhance at once from which a return of MS is severe, whatever EDSS says."""
FULMINANT_RISE, FULMINANT_LESIONS = 3.0, 20
RECOVERED, GAINED = 1.0, 0.5
"""EDSS above the start at most, for a good recovery; points gained from the worst, for a partial
one."""
GROWN = 1.25
"""Fold of its volume at the moment from which a lesion has grown on a scan."""
FOLLOW_UP = 540.0
"""Days from the moment over which outcomes without a day are asked for."""
