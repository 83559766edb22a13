"""What should make a reader careful: extrapolation, conflict with the data, blunt levels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from diapedesis.infer.fit import Fit
from diapedesis.plan.design import PlexQuestion
from diapedesis.plan.words import percent

CONFLICT = 0.01
UNINFORMED = 0.9


@dataclass(frozen=True)
class Flag:
    """A caution: code, what was found, what it means."""

    code: str
    found: str
    meaning: str


def flags(fit: Fit) -> tuple[Flag, ...]:
    """Return every caution that applies to a fitted subject."""
    return (*_extrapolation(fit), *_covariates(fit), *_data(fit))


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.2g}"


def question_flags(fit: Fit, question: PlexQuestion) -> Iterator[Flag]:
    """Yield the cautions that depend on what is asked."""
    limits = [x.assay.lloq for x in fit.subject.serum_levels]
    asked = question.threshold
    if asked.output == "c" and limits and max(limits) >= asked.value:
        yield Flag(
            "assay limit",
            f"limit of quantification {max(limits):g} mg/L, threshold {asked.label}",
            "this assay cannot show by how much the level is below the threshold",
        )


def _extrapolation(fit: Fit) -> Iterator[Flag]:
    s = fit.subject
    outside = "outside the adults behind the population model; the forecast extrapolates"
    if s.age is not None and s.age < 18:
        yield Flag("child", f"age {s.age:g} years", outside)
    weights = [kg for _, kg in s.protocol.weights]
    if min(weights) < 45 or max(weights) > 120:
        yield Flag("weight", f"{min(weights):g} to {max(weights):g} kg", outside)
    if s.pregnant:
        yield Flag(
            "pregnancy",
            "pregnant",
            "volumes and clearances change in pregnancy and are not modelled",
        )


def _covariates(fit: Fit) -> Iterator[Flag]:
    s = fit.subject
    if s.height is None:
        yield Flag(
            "no height",
            "no height",
            "plasma volume taken as 40 mL/kg instead of by Nadler's formula",
        )
    if s.haematocrit is None:
        yield Flag("no haematocrit", "no haematocrit", "a typical value of the sex was taken")
    if s.antibody_test == "unknown" and not s.protocol.antibodies:
        yield Flag(
            "antibodies not tested",
            "no test for antibodies against the drug",
            "none are assumed; about 6 % of patients keep them and clear the drug faster",
        )
    if s.sex is None:
        yield Flag("no sex", "no sex", "plasma volume taken midway between the sexes")


def _data(fit: Fit) -> Iterator[Flag]:
    if fit.mode is None:
        yield Flag("no level", "no serum level", "the forecast is that of the population")
        return
    if fit.conflict < CONFLICT:
        yield Flag(
            "conflict",
            f"levels this far from the population are unlikely (p {_p(fit.conflict)})",
            "a wrong time, dose or unit is likelier than such a patient; check the entries,"
            " and whether antibodies against the drug were tested",
        )
    for level, p_outlier in zip(
        fit.subject.levels, fit.level_table.column("p_outlier"), strict=True
    ):
        what = "level" if level.assay.unit else "saturation"
        if p_outlier > 0.5:
            yield Flag(
                "outlier",
                f"{what} on day {level.time:g} (probability {percent(p_outlier)})",
                "the plan is shown with and without it",
            )
    left = fit.shrinkage()
    blunt = [n for n in fit.prior.typical().names if left[n] > UNINFORMED]
    if blunt:
        yield Flag(
            "shrinkage",
            ", ".join(blunt),
            "the levels say little about these; the forecast takes them from the population",
        )
