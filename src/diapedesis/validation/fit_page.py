"""The page ``docs/model/fit.md``, from the results of a study."""

from __future__ import annotations

import re

from diapedesis.validation import fit_tables as tables
from diapedesis.validation.fit_decisions import FIXED
from diapedesis.validation.fit_prediction import PHASES
from diapedesis.validation.fit_replicate import LATER, TO_ASKED_DAY
from diapedesis.validation.fit_results import FitResults
from diapedesis.validation.fit_study import manifest

COMMAND = "diapedesis validate fit --page docs/model/fit.md"
INTRO = """# The fit, proved on virtual patients

Regenerate: `{command}`. This copy: study `{name}`,
{patients} virtual patients, {draws} draws of each fit; version {version}, model {model}. How it is
done, and what every word means: [how the fit is proved](../guide/fit-validation.md).

Everything on this page is simulated: patients come from the prior that the fit uses, so it shows
that estimates and probabilities are computed rightly under the model, and how good they can be. It
does not show that the model is right about real patients.

"""
CALIBRATION = """Rank of the true value among draws of the posterior. Mean rank 0.5 and spread 1
are right; a mean rank below 0.5 says that the posterior is too high, a spread above 1 that it is
too narrow. *p* is of one row; a row lies in the band when p is at least 0.01 divided by the number
of rows, so that one right program in a hundred has any row outside.
"""
COVERAGE = """Per cent of patients whose true value lies in the central interval, in brackets the
band for all rows together (99 %). "Level later": {later:g} days after the last of four samples.
"Lasting day": from which day on three sessions every other day hold the level below 1 mg/L.
"""
PREDICTION = """The next level, foretold by the posterior median. Errors in per cent of the
reference, with 95 % bootstrap intervals; RMSE also in mg/L. "The truth" foretells with the
patient's own parameters: its error is the assay's alone, so nobody can do better. References below
the limit of quantification have no relative error; they are left out and counted in brackets.
"""
SESSIONS = """{n} patients ask 8 to 29 days after an infusion: how many sessions every other day
until the level stays below 1 mg/L from {by:g} days after the first possible session on? Needed is
the smallest number that lasts for the patient's own parameters. "More than the longest course"
counts as one more than it: {never} need that much, and every number is too few for them. *Told
none*: no course reaches the wanted probability; the most probable one is given. *Lasts*: share of
patients whose level is then lastingly below; {attainable} could have it with some course. A plan
for 90 % gives more than is needed on purpose, so that those whom it promises success get too few at
most one time in ten. Rules that look at no patient give {fixed} sessions to all.
"""
BRIER = """Of each patient one course is drawn at random, and the forecast that it lasts is
judged. Brier score: the mean square of forecast minus outcome; 0 is perfect. It is reliability
(0 is best) - resolution (more is better) + uncertainty (the score of the base rate) + what the bins
hide. *Skill*: the share of the base rate's score that the forecast saves. A forecast that is right
scores its own p (1 - p) on average.
"""


def page(results: FitResults) -> str:
    """Return the page in Markdown."""
    settings, made = results.study.settings, manifest(results.study.settings)
    parts = [
        INTRO.format(
            command=COMMAND,
            name=settings.name,
            patients=settings.patients,
            draws=settings.draws,
            version=made["version"],
            model=made["model"][:12],
        ),
        tables.markdown(tables.checks(results)),
        "\n## Refused fits\n\n",
        tables.markdown(tables.refusals(results)),
        *(f"\n- {reason}" for reason in reasons(results)),
        "\n\n## Simulation-based calibration\n\n" + CALIBRATION + "\n",
        tables.markdown(tables.calibration(results)),
        "\n## Coverage\n\n" + COVERAGE.format(later=LATER) + "\n",
        tables.markdown(tables.coverage(results)),
        "\n## The next level\n\n" + PREDICTION,
        *(_phase(results, phase) for phase in PHASES),
        "\n## The number of sessions\n\n" + sessions_text(results) + "\n",
        tables.markdown(tables.needed(results)) + "\n",
        tables.markdown(tables.sessions(results)),
        "\n## P(lasting)\n\n" + BRIER + "\n",
        tables.markdown(tables.brier(results)) + "\n",
        tables.markdown(tables.reliability(results)),
    ]
    return "".join(parts)


def sessions_text(results: FitResults) -> str:
    """Return what the table of sessions shows, in words."""
    last = results.sessions.records()[-1]
    fixed = f"{', '.join(map(str, FIXED[:-1]))} or {FIXED[-1]}"
    return SESSIONS.format(
        n=last["n"],
        by=TO_ASKED_DAY,
        never=tables.percent(1 - last["attainable"]),
        attainable=tables.percent(last["attainable"]),
        fixed=fixed,
    )


def reasons(results: FitResults) -> list[str]:
    """Return why fits were refused, like reasons together, and whose."""
    whose: dict[str, list[str]] = {}
    for record in results.study.records:
        for k, fit in enumerate(record["fits"]):
            if fit["refused"]:
                kind = re.sub(r"\d[\d.e+-]*", "…", fit["refused"])
                whose.setdefault(kind, []).append(f"{record['number']} ({k})")
    return [
        f"{len(who)} times: {kind}. Patients, with levels known: {', '.join(who)}."
        for kind, who in whose.items()
    ]


def _phase(results: FitResults, phase: str) -> str:
    observed = tables.prediction(results, phase, "observed")
    true = tables.prediction(results, phase, "true")
    if not observed.rows:
        return ""
    return (
        f"\n### {tables.PHASE_NAMES[phase].capitalize()}\n\nAgainst the observed reading:\n\n"
        + tables.markdown(observed)
        + "\nAgainst the true reading:\n\n"
        + tables.markdown(true)
    )
