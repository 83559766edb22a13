"""What cannot be of a treatment: its days, and how much of it was given."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from diapedesis.cases.odd import Odd, odd_day

if TYPE_CHECKING:
    from diapedesis.cases.case import GivenTreatment, Moment

MOST: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "plex": {"plasma volumes": 5.0},
        "immunoadsorption": {"plasma volumes": 5.0},
        "steroid": {"g": 5.0, "mg": 5000.0, "mg/day": 5000.0},
        "immunoglobulin": {"g": 200.0, "g/kg": 3.0},
    }
)
"""Units in which the amount of a treatment is used, and the most that is plausible in each."""


def odd_treatment(t: GivenTreatment, moment: Moment) -> Iterator[Odd]:
    """Yield what cannot be of a treatment."""
    yield from odd_day(t, moment)
    yield from _odd_amount(t)
    if t.what != "natalizumab" or t.given == "no":
        return
    if t.day is not None and t.day.low <= 0:
        fix = "state natalizumab up to day 0 under exposure; here stands what was given again"
        yield Odd(("day",), f"day {t.day}", "a day after the last infusion, day 0", fix)
    elif t.day is None and t.since is None:
        fix = "say when it was begun again; natalizumab up to day 0 stands under exposure"
        yield Odd((), "natalizumab without a day", "day or since", fix)


def _odd_amount(t: GivenTreatment) -> Iterator[Odd]:
    """Yield an amount of each dose that would not be used, or that nobody gives."""
    if t.amount is None:
        return
    most = t.amount.low if math.isinf(t.amount.high) else t.amount.high
    if most <= 0:
        fix = "leave amount and unit out when unknown"
        yield Odd(("amount",), f"{t.amount} {t.unit}", "more than 0", fix)
        return
    if (units := MOST.get(t.what)) is None:
        return
    if t.unit not in units:
        expected = f"{' or '.join(units)}, of each time"
        yield Odd(("unit",), f"{t.what} in {t.unit}", expected, "write the amount in that unit")
        return
    if most > units[t.unit]:
        expected = f"at most {units[t.unit]:g} {t.unit} each time"
        yield Odd(("amount",), f"{t.amount} {t.unit}", expected, "check the amount and its unit")
