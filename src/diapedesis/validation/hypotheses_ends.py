"""How the burst of a typical patient ends under each hypothesis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from diapedesis.models.hypotheses import EXPLANATIONS, MIXTURE
from diapedesis.validation.hypotheses_runs import DAYS
from diapedesis.validation.hypotheses_statistics import LASTING
from diapedesis.validation.hypotheses_words import number

if TYPE_CHECKING:
    from diapedesis.validation.hypotheses import HypothesisStudy

PILED = {"pool": "homing_cells", "virus": "antigen_load", "damage": "debris_load"}
"""What piles up behind the shut gate, where that is what a hypothesis says."""


def ends(study: HypothesisStudy) -> str:
    """Return the table in Markdown."""
    head = ("typical patient", "peak of tone", "ends", "tone after two years", "by then")
    text = (
        "The typical patient, nothing done: a burst lasts while tone is above"
        f" {LASTING:g}. *By then* says what has become of what drives it when the burst ends, or"
        " after two years.\n\n"
    )
    return text + markdown(head, [_end(study, h) for h in (*EXPLANATIONS, MIXTURE)])


def _end(study: HypothesisStudy, h: str) -> tuple[str, ...]:
    """Return the row of one hypothesis: when and by what its burst ends."""
    course = {k: v[0, 0] for k, v in study.typical[h].arms["none"].items()}
    tone = course["tone"]
    top = int(tone.argmax())
    below = np.flatnonzero(tone[top:] < LASTING)
    end = top + int(below[0]) if below.size else tone.size - 1
    when = f"day {DAYS[end]:.0f}" if below.size else "not in two years"
    by = f"regulators enter at {course['entry_treg'][end]:.0%} of untreated"
    if h in PILED:
        pile = course[PILED[h]] - 1
        gone = 1 - pile[end] / pile[0]
        label = PILED[h].replace("_", " ").removesuffix(" load")
        share = "all" if gone > 0.99 else f"{gone:.0%}"
        by = f"{share} of the excess of {label} gone"
    if tone[top] < LASTING:
        when, by = "no burst", "-"
    if h == MIXTURE:
        by = "-"
    return h, f"{number(tone[top])}, day {DAYS[top]:.0f}", when, number(tone[-1]), by


def markdown(header: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += [f"| {' | '.join(row)} |" for row in body]
    return "\n".join(lines) + "\n"
