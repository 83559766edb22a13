"""The page ``docs/model/hypotheses.md``, from a study of hypotheses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from diapedesis.models.hypotheses import EXPLANATIONS, MIXTURE
from diapedesis.validation.hypotheses_arms import ARMS
from diapedesis.validation.hypotheses_ends import ends, markdown
from diapedesis.validation.hypotheses_measures import (
    AFTER,
    MEASURES,
    ON_DRUG,
    TREATED,
    Measure,
)
from diapedesis.validation.hypotheses_objections import objections
from diapedesis.validation.hypotheses_seen import AGREES, CONTRADICTS
from diapedesis.validation.hypotheses_words import said

if TYPE_CHECKING:
    from diapedesis.validation.hypotheses import HypothesisStudy

COMMAND = "diapedesis validate hypotheses --page docs/model/hypotheses.md"
FIGURE = "figures/hypotheses.svg"
MOST = 3
"""Predictions named where many would do."""
TELLING = 0.75
"""Smallest chance to stand out with which a prediction is named."""
BY_ID = {m.id: m for m in MEASURES}
INTRO = """# Hypotheses, and what each predicts

Regenerate: `{command}`. This copy: size `{size}` ({truths}
possible truths, the same {adults} adults in each), seed {seed}. Every number here is simulated.

Why does disease return when natalizumab is stopped, and sometimes worse than before? Six
explanations are in the model as weights (`diapedesis.models.HYPOTHESES`); one alone is a pure
hypothesis, and the mixture is what the model otherwise uses. Each gets the same adults, treatments
and possible truths. A prediction is the median over truths; the interval holds 90 % of them. It is
**distinctive** (bold) where its interval lies apart from that of every other pure hypothesis, by a
tenth of the larger median at least. Chance of a trial comes on top: a distinctive prediction needs
patients enough to be seen.

A truth under which the drug would not work (more than {works} of untreated Gd on it) is none
for that hypothesis; it is left out, and counted. Tone is inflammation of the CNS as a fold of the
same patient's untreated state, which is 1. Activity declines with time, as the model says; patients
get no other drug than the one named.
"""
SEEN = """Each verdict compares the 90 % interval with a window: *agrees* when the median lies
inside, *contradicts* when the whole interval lies outside. Windows are those of `behaviours.csv`
where a row has the number, else read from the claims as said. A verdict holds under the other
assumptions of the model, which are the same for all; it is a reading of the evidence and no test.
"""
LIMITS = """- A hypothesis is here what its file says, with sizes that nobody measured; another form
  of it may predict otherwise. Truths are the population's draws, which hold the *mixture* to
  published figures, and declared priors for the rest: a pure hypothesis might do better with sizes
  of its own.
- Claims of one patient, of few, or without a control are in the verdicts as others are.
- Which subsets enter is decided by the gate, the same for all; so CNS and CSF ratios do not tell
  hypotheses apart here, though they might in a patient.
- The lesion rate has no part in the tone; so no hypothesis links a patient's activity before the
  drug to the size of the tone after it. Lesions follow both.
- Courses are weekly. Harm of depletion, infections and PML are not here.
"""


def page(study: HypothesisStudy) -> str:
    """Return the page in Markdown."""
    from diapedesis.validation.hypotheses import SIZES, WORKS

    size = SIZES[study.size]
    parts = [
        INTRO.format(
            command=COMMAND, size=study.size, truths=size.truths, adults=size.adults,
            seed=study.seed, works=f"{WORKS:.0%}",
        ),
        _names(study),
        f"![Tone after stopping under each hypothesis, with and without treatment]({FIGURE})\n",
        "Mean tone of the group; the band holds 90 % of the truths of the untreated course.\n",
        "## What sets each apart\n", *(_apart(study, h) for h in EXPLANATIONS),
        "## Which prediction separates two\n", _pairs(study),
        "## On the drug\n", _table(study, ON_DRUG),
        "## After the last dose\n", _table(study, AFTER),
        "## What is done about it\n", _done(), _table(study, TREATED),
        "## What was seen in patients\n", SEEN, _verdicts(study), _summary(study),
        "## What ends it\n", ends(study),
        "## Objections\n", *(_objections(study)),
        "\n## Limits\n", LIMITS,
    ]  # fmt: skip
    return "\n".join(parts)


def headlines(study: HypothesisStudy) -> list[str]:
    """Return what a terminal is told: a line for each hypothesis."""
    lines = []
    for h in EXPLANATIONS:
        apart = [f"{m.id} {d}" for m in MEASURES if (d := study.direction(m.id, h))]
        against = _by_verdict(study, h)[CONTRADICTS]
        lines.append(
            f"{h}: distinctive {', '.join(apart) or 'nothing'}; contradicted by"
            f" {', '.join(against) or 'nothing'}"
        )
    return lines


def _names(study: HypothesisStudy) -> str:
    rows = [(f"`{h}`", says, f"{study.works[h]:.0%}") for h, says in EXPLANATIONS.items()]
    rows.append(
        (
            f"`{MIXTURE}`",
            "all of them, weights as unsure as they are",
            f"{study.works[MIXTURE]:.0%}",
        )
    )
    return markdown(("name", "disease returns by", "truths in which the drug works"), rows)


def _apart(study: HypothesisStudy, h: str) -> str:
    distinctive = [(m, d) for m in MEASURES if (d := study.direction(m.id, h))]
    lines = [f"**{h}** ({EXPLANATIONS[h]}). "]
    if distinctive:
        lines += [
            f"{d.capitalize()} than every other: {m.label}, {said(study, h, m.id)}{_unit(m)}"
            f"{_judged(study, h, m)}. "
            for m, d in distinctive
        ]
    else:
        lines.append("No prediction is apart from all others. ")
    nearest = [
        f"{BY_ID[id].label} ({d}, {p:.0%})"
        for id, d, p in study.telling(h)
        if p >= TELLING and id not in {m.id for m, _ in distinctive}
    ]
    lines.append(
        "Next most telling, with the chance to stand out from the nearest:"
        f" {'; '.join(nearest[:MOST])}.\n"
        if nearest
        else f"Nothing else stands out from the nearest with a chance of {TELLING:.0%}.\n"
    )
    return "".join(lines)


def _judged(study: HypothesisStudy, h: str, m: Measure) -> str:
    if m.seen is None:
        return "; nobody has measured it"
    verdict = m.seen.verdict(study.values[h][m.id])
    return f"; {', '.join(m.seen.claims)}: {verdict}"


def _pairs(study: HypothesisStudy) -> str:
    rows = []
    for a, b in combinations(EXPLANATIONS, 2):
        found = study.pair(a, b)
        named = "; ".join(
            f"{BY_ID[id].label} ({'more' if p > 0.5 else 'less'} under {a})"
            for id, p in found[:MOST]
        )
        rows.append((f"{a}, {b}", str(len(found)), named or "none; they cannot be told apart here"))
    return markdown(("pair", "apart on", "most apart"), rows)


def _table(study: HypothesisStudy, measures: Sequence[Measure]) -> str:
    head = ("prediction", *EXPLANATIONS, MIXTURE)
    rows = []
    for m in measures:
        cells = []
        for h in (*EXPLANATIONS, MIXTURE):
            text = said(study, h, m.id)
            cells.append(f"**{text}**" if study.direction(m.id, h) else text)
        rows.append((m.label + (f" [{m.unit}]" if m.unit else ""), *cells))
    return markdown(head, rows)


def _done() -> str:
    return "After 24 infusions, where nothing else is said:\n\n" + "".join(
        f"- `{a.id}`: {a.label}.\n" for a in ARMS
    )


def _verdicts(study: HypothesisStudy) -> str:
    rows = []
    for m in MEASURES:
        if m.seen is None or not m.seen.decides:
            continue
        verdicts = [m.seen.verdict(study.values[h][m.id]) for h in (*EXPLANATIONS, MIXTURE)]
        shown = [v if v in (AGREES, CONTRADICTS) else "-" for v in verdicts]
        seen = f"{m.seen.text} ({', '.join(m.seen.claims)})"
        rows.append((m.label, seen, _window(m.seen.low, m.seen.high), *shown))
    return markdown(("prediction", "seen", "window", *EXPLANATIONS, MIXTURE), rows)


def _by_verdict(study: HypothesisStudy, h: str) -> dict[str, list[str]]:
    """Return the measures on which the evidence agrees with a hypothesis, and contradicts it."""
    verdicts = {m.id: m.seen.verdict(study.values[h][m.id]) for m in MEASURES if m.seen is not None}
    return {v: [id for id, x in verdicts.items() if x == v] for v in (AGREES, CONTRADICTS)}


def _summary(study: HypothesisStudy) -> str:
    lines = []
    for h in (*EXPLANATIONS, MIXTURE):
        found = _by_verdict(study, h)
        against = "; ".join(BY_ID[id].label for id in found[CONTRADICTS]) or "nothing"
        lines.append(f"- {h}: agrees on {len(found[AGREES])}; contradicted by: {against}.\n")
    undecided = [m.label for m in MEASURES if m.seen and not m.seen.decides]
    return "".join(lines) + f"\nNo number decides on: {'; '.join(undecided)}.\n"


def _objections(study: HypothesisStudy) -> Iterable[str]:
    for o in objections(study):
        yield f"- **{o.says}** Against: {o.against} ({o.claims}). {o.answer}"


def _window(low: float, high: float) -> str:
    if np.isnan(low):
        return f"≤ {high:.3g}"
    return f"≥ {low:.3g}" if np.isnan(high) else f"{low:.3g} to {high:.3g}"


def _unit(m: Measure) -> str:
    return f" {m.unit}" if m.unit else ""
