"""The page ``docs/model/iris.md``, from a study of the forms of IRIS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from diapedesis.validation.forms_cluster import APART, KEPT, STABLE
from diapedesis.validation.forms_cohort import EXCHANGED, STEROID_SHARES, STEROIDS
from diapedesis.validation.forms_describe import MEASURES, Form, Interval
from diapedesis.validation.forms_features import FEATURES
from diapedesis.validation.hypotheses_ends import markdown
from diapedesis.validation.iris_forms_words import (
    BESIDE,
    CARE,
    FORMS,
    INTRO,
    LIMITS,
    MOMENTS,
    VERDICTS,
)
from diapedesis.validation.prognosis import LASTING, OUTCOMES, Ranked
from diapedesis.validation.prognosis_factors import BY_ID
from diapedesis.validation.prognosis_published import (
    SAID,
    published_odds,
    simulated,
    simulated_odds,
    verdict,
)

if TYPE_CHECKING:
    from diapedesis.validation.iris_forms import IrisForms

COMMAND = "diapedesis validate iris --page docs/model/iris.md"
FORMS_FIGURE, PROGNOSIS_FIGURE = "figures/iris_forms.svg", "figures/iris_prognosis.svg"
MOST = 3
"""Factors named of each form."""
SHOWN = ("from_dose", "peak", "duration")


def page(study: IrisForms) -> str:
    """Return the page in Markdown."""
    from diapedesis.validation.iris_forms import SIZES

    size = SIZES[study.size]
    steroids = ", ".join(
        f"{MOMENTS[k]} ({share:.0%})" for k, share in zip(STEROIDS, STEROID_SHARES, strict=True)
    )
    parts = [
        INTRO.format(
            command=COMMAND, size=study.size, truths=size.truths, patients=size.patients,
            seed=study.seed, plex=EXCHANGED, steroids=steroids,
        ),
        FORMS.format(
            verdict=says(study), n=len(FEATURES), features=", ".join(f.label for f in FEATURES),
            stable=STABLE, kept=KEPT, apart=APART,
        ),
        _tried(study),
        "## The forms\n",
        f"![Median courses of each form: inflammation, pressure, EDSS]({FORMS_FIGURE})\n",
        "Median over living patients; bands hold the middle half. Names are made from the features"
        " in which a form is farthest from the mean of all patients.\n",
        _table(study), "\n".join(_form(study, j) for j in range(study.clusters.k)),
        "\n## What care does\n", CARE, _care(study),
        "## What predicts how it ends\n", _outcomes(study),
        f"![Odds ratios of each factor and outcome]({PROGNOSIS_FIGURE})\n",
        *(_ranking(study, k) for k in OUTCOMES),
        "## What is built in, and what emerges\n", _how(),
        "## Beside what was published\n", _published(study),
        "## Limits\n", LIMITS,
    ]  # fmt: skip
    return "\n".join(parts)


def says(study: IrisForms) -> str:
    """Return in a sentence or two whether there are forms."""
    joined = [j + 1 for j, v in enumerate(study.clusters.valleys) if v >= APART]
    gaps = (
        "there is no gap between any of them"
        if len(joined) == study.clusters.k
        else f"there is no gap around form {' and '.join(map(str, joined))}"
    )
    return VERDICTS[study.clusters.verdict].format(k=study.clusters.k, gaps=gaps)


def headlines(study: IrisForms) -> list[str]:
    """Return what a terminal is told."""
    lines = [says(study).replace("*", "")]
    for j, form in enumerate(study.forms):
        label = f"form {j + 1}, {form.name}" if j < study.clusters.k else form.name
        lines.append(
            f"{label}: {said(_per_cent(form.share))} % of patients, intensive care"
            f" {said(form.values['icu'])} %, dead {said(form.values['died'])} %"
        )
    for k, label in OUTCOMES.items():
        first = ", ".join(BY_ID[r.factor].label for r in _clear(study.prognosis[k])[:MOST])
        lines.append(f"{label}: {first or 'nothing clear'}")
    return lines


def said(interval: Interval, digits: int = 0) -> str:
    """Return a median and its interval."""
    middle, low, high = interval
    if np.isnan(middle):
        return "-"
    return f"{_number(middle, digits)} ({_number(low, digits)} to {_number(high, digits)})"


def _number(x: float, digits: int) -> str:
    text = f"{x:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text


def _per_cent(interval: Interval) -> Interval:
    middle, low, high = (100 * v for v in interval)
    return middle, low, high


def _tried(study: IrisForms) -> str:
    rows = []
    for t in study.clusters.tried:
        low, middle, high = np.quantile(t.agreement, [0.05, 0.5, 0.95])
        taken = "shown" if t.k == study.clusters.k else ""
        cell = f"{middle:.2f} ({low:.2f} to {high:.2f})"
        rows.append((str(t.k), cell, f"{t.kept:.2f}", f"{t.gain:.1f}", "yes" if t.stable else "no",
                     "yes" if t.beyond else "no", taken))  # fmt: skip
    head = ("clusters", "agreement", "kept", "gain", "stable", "beyond one cloud", "")
    return markdown(head, rows)


def _table(study: IrisForms) -> str:
    head = ["", *(f"{j + 1}. {f.name}" for j, f in enumerate(study.forms[:-1])), "no IRIS"]
    rows = [["share of patients [%]", *(said(_per_cent(f.share)) for f in study.forms)]]
    for f in FEATURES:
        unit = f" [{f.unit}]" if f.unit else ""
        cells = [said(form.values[f.id], f.digits) for form in study.forms[:-1]]
        rows.append([f.label + unit, *cells, "-"])
    for id, label, unit in MEASURES:
        rows.append(_measure(id, label, unit, study.forms))
    nearest = [f"{v:.2f}" for v in study.clusters.valleys]
    rows.append(["density between it and its nearest", *nearest, "-"])
    return markdown(head, rows)


def _care(study: IrisForms) -> str:
    rows = []
    for f in FEATURES:
        if f.id in SHOWN:
            unit = f" [{f.unit}]" if f.unit else ""
            rows.append([f.label + unit, *(said(c.values[f.id], f.digits) for c in study.care)])
    for id, label, unit in MEASURES:
        if id in ("second_wave", "icu", "died", "residual"):
            rows.append(_measure(id, label, unit, study.care))
    return markdown(["", *(c.name for c in study.care)], rows)


def _measure(id: str, label: str, unit: str, groups: Sequence[Form]) -> list[str]:
    digits = 1 if id == "residual" else 0
    cells = [said(g.values[id], digits) for g in groups]
    return [label + (f" [{unit}]" if unit else ""), *cells]


def _form(study: IrisForms, j: int) -> str:
    form: Form = study.forms[j]
    tells = "; ".join(
        f"{BY_ID[id].label} ({'more' if area > 0.5 else 'less'}, {max(area, 1 - area):.2f})"
        for id, area in form.tells[:MOST]
    )
    gap = study.clusters.valleys[j]
    apart = "a gap" if gap < APART else "no gap"
    return (
        f"- **Form {j + 1}: {form.name}.** {said(_per_cent(form.share))} % of patients; begins"
        f" {said(form.values['from_dose'])} days after the last dose; {apart} between it and its"
        f" nearest. At the diagnosis it is told from the others by: {tells or 'nothing alone'}."
        f" All that is known then, taken together: area under the curve {form.told:.2f} in truths"
        " not used to fit."
    )


def _outcomes(study: IrisForms) -> str:
    shares = study.shares
    return (
        f"Intensive care is needed by {shares['icu']:.0%} of all patients, by the highest pressure"
        f" and EDSS while alive; {shares['death']:.0%} die within 16 months. Lasting disability is"
        f" {LASTING:g} points of EDSS or more above those before PML, a year after the diagnosis:"
        f" {shares['disability']:.0%} of those alive. An odds ratio is for one standard deviation"
        " more of the factor, so that factors can be compared; *yes against no* is the same"
        " figure for factors that are there or not. *Adjusted* is beside all factors that have an"
        " adjusted figure. The area under the curve (AUC) compares patients of one truth; its"
        " interval is that of resampled truths. Factors are ranked by the odds ratio alone; bold:"
        " the interval leaves out 1.\n"
    )


def _clear(rows: tuple[Ranked, ...]) -> list[Ranked]:
    return [r for r in rows if r.alone.direction]


def _ranking(study: IrisForms, outcome: str) -> str:
    rows = []
    for place, r in enumerate(study.prognosis[outcome], 1):
        f = BY_ID[r.factor]
        low, middle, high = r.auc[1], r.auc[0], r.auc[2]
        rows.append(
            (
                str(place),
                f"**{f.label}**" if r.alone.direction else f.label,
                _ratio(r.alone),
                "-" if r.adjusted is None else _ratio(r.adjusted),
                f"{np.exp(r.alone.mean / r.yes):.2g}" if f.yes_no and r.yes > 0 else "-",
                f"{middle:.2f} ({low:.2f} to {high:.2f})",
            )
        )
    head = ("", "factor", "odds ratio alone", "adjusted", "yes against no", "AUC")
    title = OUTCOMES[outcome].capitalize()
    return f"### {title}\n\n{markdown(head, rows)}"


def _ratio(effect: object) -> str:
    ratio, (low, high) = effect.ratio, effect.interval  # type: ignore[attr-defined]
    return "none" if np.isnan(ratio) else f"{ratio:.2f} ({low:.2f} to {high:.2f})"


def _how() -> str:
    rows = [(f.label, f.when, f.how) for f in BY_ID.values()]
    return markdown(("factor", "known or given", "how it gets into the outcome"), rows)


def _published(study: IrisForms) -> str:
    rows = []
    for s in SAID:
        printed, ours = published_odds(s), simulated_odds(s, study.prognosis)
        rows.append((s.label, OUTCOMES[s.outcome], s.says, ", ".join(s.claims), _odds(printed),
                     s.direction, _odds(ours), simulated(s, study.prognosis),
                     verdict(s, study.prognosis)))  # fmt: skip
    head = ("factor", "nearest outcome here", "published", "claims", "published odds ratio",
            "published direction", "simulated odds ratio", "simulated direction",
            "together")  # fmt: skip
    return BESIDE + markdown(head, rows)


def _odds(found: Interval | None) -> str:
    if found is None or np.isnan(found).any():
        return "-"
    ratio, low, high = (f"{x:.2g}" if x < 99 else f"{x:.0f}" for x in found)
    return f"{ratio} ({low} to {high})"
