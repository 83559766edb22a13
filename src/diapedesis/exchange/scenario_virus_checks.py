"""What a scenario with JC virus must satisfy as a whole, and one without it."""

from __future__ import annotations

from collections.abc import Iterable

from diapedesis.exchange.case_sections import Draft
from diapedesis.exchange.faults import Faults

UNUSED = {
    "sessions": "give sessions under virus.care.exchange, from the diagnosis on",
    "treatments": "give treatments under virus.care.treatments, from the diagnosis on",
    "levels": "leave levels out",
    "saturations": "leave saturations out",
}
"""Lists that a scenario with JC virus does not take, and what to do instead."""


def check_virus(draft: Draft, arms: Iterable[Draft], faults: Faults) -> None:
    """Note what does not go together with JC virus, and what needs it."""
    if "virus" not in draft.rest:
        return  # noted already
    if draft.rest["virus"] is None:
        for arm in arms:
            if arm.rest.get("virus") is not None:
                faults.add(
                    "C022",
                    (*arm.where, "virus"),
                    found="virus in an arm alone",
                    expected="virus at the top, which says who is at risk",
                    fix="give virus at the top, {} for the usual",
                )
        return
    for part in (draft, *arms):
        for key, fix in UNUSED.items():
            if part.lists.get(key):
                expected = f"no {key} beside virus"
                faults.add("C022", (*part.where, key), found=key, expected=expected, fix=fix)
    activity = draft.rest.get("activity")
    if activity is not None and (activity.relapses, activity.gd) != (None, None):
        faults.add(
            "C022",
            ("activity",),
            found="activity",
            expected="no activity beside virus: its patients are chosen by their risk",
            fix="leave activity out",
        )
