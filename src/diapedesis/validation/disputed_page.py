"""The page ``docs/model/disputed.md``, from a study of disputed effects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from diapedesis.validation.disputed_published import AS_PRINTED, FIGURES

if TYPE_CHECKING:
    from diapedesis.validation.disputed import DisputedStudy

COMMAND = "diapedesis validate disputed --page docs/model/disputed.md"
FIGURE = "figures/disputed.svg"
NOT_TOLD = "not distinguished from none"
INTRO = """# Disputed effects of exchange and steroids

Regenerate: `{command}`. This copy: size `{size}` ({truths} possible truths, the same {patients}
patients with PML in each and in every arm), seed {seed}. Every number in the first table is
simulated; published figures stand in tables of their own.

Some authors hold that plasma exchange brings IRIS forward and sharpens it, and that early steroids
protect. A cohort of 42 found no change of latency, longer IRIS after exchange, and more disability
with early steroids; 219 patients showed no effect of exchange on death. The model takes no side.
Each effect has parameters whose priors hold both readings (decision 0043), and these priors are
what is simulated and scored everywhere else.

**Prior**: the same patients of each truth, treated and not. **Posterior**: the truths weighed by
how likely they make the published figures, when each study is simulated with the bias by which
doctors choose: by drug level, volume, EDSS and country. It is computed for this page and used
nowhere else. *Benefit* is the share of truths in which the treatment lowers death, shortens IRIS
or spares disability; of onset, in which IRIS comes sooner. An effect whose posterior 90 % holds 0
is {none}; that is a result. Where the prior lies on one side already, the model has the sign and
not the data: that steroid holds inflammation back is built in, only how much is open.
"""
EXPECTED = """## What each study would have found

Mean of studies simulated in one truth, bias included: median and 90 % of truths under the prior.
Scatter is the SD between studies of one truth; an observed figure differs from the mean by it. A
figure that was not printed is told as the share of simulated studies that would have said what was
published. What differs from the effects above is the bias of who was treated, and how it was seen.
"""
LIMITS = """## Limits

- The posterior rests on {effective:.0f} effective truths of {truths}. {few}
- Abstracts do not say who was exchanged or given early steroids, when disability was compared, nor
  how IRIS was dated; shares, half a year and scans every four weeks are assumptions.
- How strongly doctors choose by severity was not published. Studies draw it anew each time, so a
  published difference moves the posterior less than its p value suggests.
- Figures of one cohort share its patients: their scatter is taken together, and as normal.
- A published figure that no truth makes likely (a share of few per cent above) is not explained by
  this model, and hardly moves the weights.
"""
FEW = "That is few: ends of intervals are coarse, and no more than a direction should be read."
ENOUGH = "Ends of intervals are coarse."


def page(study: DisputedStudy) -> str:
    """Return the page in Markdown."""
    from diapedesis.validation.disputed import SIZES

    size = SIZES[study.size]
    parts = [
        INTRO.format(
            command=COMMAND,
            size=study.size,
            truths=size.truths,
            patients=size.patients,
            seed=study.seed,
            none=NOT_TOLD,
        ),
        f"![Prior and posterior of each effect]({FIGURE})\n",
        "Point: median over truths; line: 90 % of truths.\n",
        "## Effects\n",
        _effects(study),
        "## What was published\n",
        _published(study),
        EXPECTED,
        _expected(study),
        LIMITS.format(
            effective=study.effective,
            truths=size.truths,
            few=FEW if study.effective < 100 else ENOUGH,
        ),
    ]
    return "\n".join(parts)


def headlines(study: DisputedStudy) -> list[str]:
    """Return what a terminal is told: a line for each effect and measure."""
    from diapedesis.validation.disputed import EFFECTS, MEASURES

    return [
        f"{EFFECTS[r['effect']][0]}, {MEASURES[r['measure']]}: prior {_interval(r, 'prior')},"
        f" posterior {_interval(r, 'posterior')}, {said(r)}"
        for r in _records(study)
    ]


def said(row: dict[str, Any]) -> str:
    """Return what the posterior says of an effect."""
    low, high = row["posterior_05"], row["posterior_95"]
    if low <= 0 <= high:
        return NOT_TOLD
    side = "above 0" if low > 0 else "below 0"
    prior = row["prior_05"] > 0 if low > 0 else row["prior_95"] < 0
    return f"{side}, as the prior already has it" if prior else side


def _effects(study: DisputedStudy) -> str:
    from diapedesis.validation.disputed import EFFECTS, MEASURES

    body = [
        (
            EFFECTS[r["effect"]][0],
            MEASURES[r["measure"]],
            _interval(r, "prior"),
            f"{r['prior_benefit']:.0%}",
            _interval(r, "posterior"),
            f"{r['posterior_benefit']:.0%}",
            said(r),
        )
        for r in _records(study)
    ]
    header = ["treatment", "effect on", "prior (90 %)", "benefit", "posterior (90 %)", "benefit"]
    return _markdown([*header, "posterior says"], body)


def _published(study: DisputedStudy) -> str:
    from diapedesis.validation.disputed import effective, weights

    body = [
        (cohort, printed, read, f"{effective(weights(study.reading.log_likelihoods[cohort])):.0f}")
        for cohort, (printed, read) in FIGURES.items()
    ]
    return _markdown(["cohort", "published", "read here as", "effective truths, alone"], body)


def _expected(study: DisputedStudy) -> str:
    body = []
    for name, values in study.reading.expected.items():
        low, middle, high = np.nanquantile(values, [0.05, 0.5, 0.95])
        printed = f"{AS_PRINTED[name]:.2g}" if name in AS_PRINTED else "said so"
        scatter = study.reading.scatter.get(name)
        body.append(
            (
                name if name in AS_PRINTED else f"{name}, share of studies",
                printed,
                f"{middle:.2g} ({low:.2g} to {high:.2g})",
                "" if scatter is None else f"{scatter:.2g}",
            )
        )
    return _markdown(["figure", "published", "simulated (90 % of truths)", "scatter"], body)


def _interval(row: dict[str, Any], name: str) -> str:
    return f"{row[name]:.2g} ({row[f'{name}_05']:.2g} to {row[f'{name}_95']:.2g})"


def _records(study: DisputedStudy) -> list[dict[str, Any]]:
    return [
        {str(k): v for k, v in row.items()} for row in study.to_frame().to_dict(orient="records")
    ]


def _markdown(header: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += [f"| {' | '.join(row)} |" for row in body]
    return "\n".join(lines) + "\n"
