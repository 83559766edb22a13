"""Where the numbers of a report come from: claims behind parameters, and assumptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from diapedesis.core import Assumption, Parameter, Source
from diapedesis.evidence import SURE, Claim, load_claims, resolve, resolve_paper
from diapedesis.infer.fit import Fit
from diapedesis.report.words import number, span
from diapedesis.simulate import Immunoadsorption, Injection, Session

CLAIM_ID = re.compile(
    r"\b(?:pkpd \d+\.\d+[a-z]?|pml \d+\.\d+[a-z]?|R\d{3}|own [a-z]+(?:-[a-z]+)*)\b"
)
COLUMN_ONLY = {
    "protein_a": {"e_protein_a", "e_igg_protein_a"},
    "anti_igg": {"e_anti_igg"},
    "tryptophan": {"e_tryptophan", "e_fib_tryptophan", "column_capacity"},
}
ADDRESSES = (
    "https://doi.org/",
    "https://pubmed.ncbi.nlm.nih.gov/",
    "https://pmc.ncbi.nlm.nih.gov/",
)
"""Lasting addresses; a report names no other page."""
ALWAYS = ("pkpd 2.5", "pkpd 1.10", "own haematocrit-female", "own haematocrit-male")
"""Behind the threshold of 1 mg/L, the assay's default error and a missing haematocrit."""


@dataclass(frozen=True)
class Origin:
    """The origin of one parameter: claim ids, and what is said beside them."""

    claims: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class ParameterRow:
    """One row of a parameter table; intervals as text."""

    id: str
    label: str
    unit: str
    prior: str
    posterior: str
    sd_left: str
    origins: tuple[Origin, ...]


def fitted_rows(fit: Fit) -> list[ParameterRow]:
    """Return the fitted parameters and their deviations on each occasion, prior and posterior."""
    rows = []
    for r in fit.parameter_frame().to_dict("records"):
        prior = f"{number(r['prior_50'])} ({span(r['prior_05'], r['prior_95'], number)})"
        after = f"{number(r['post_50'])} ({span(r['post_05'], r['post_95'], number)})"
        rows.append(
            ParameterRow(
                r["id"],
                r["label"],
                r["unit"],
                prior,
                after if fit.mode else "as prior",
                f"{100 * r['sd_left']:.0f} %" if fit.mode else "100 %",
                _origins_of(fit, r["id"]),
            )
        )
    return rows


def _origins_of(fit: Fit, name: str) -> tuple[Origin, ...]:
    """Return where the prior of a parameter, or of its deviation on an occasion, comes from."""
    id, _, occasion = name.partition("@")
    p = fit.model.parameters[id]
    if not occasion or p.iov_source is None:
        return origins(p)
    return (_origin(p.iov_source, "spread between occasions: "),)


def other_rows(fit: Fit, planned: Sequence[Session] = ()) -> list[ParameterRow]:
    """Return the uncertain parameters that play a part but that the levels do not inform."""
    skip = {*fit.names, *_idle(fit, planned)}
    rows = []
    for id, draws in fit.draws.items():
        if id in skip:
            continue
        p = fit.model.parameters[id]
        low, middle, high = np.quantile(draws, [0.05, 0.5, 0.95])
        text = f"{number(middle)} ({span(low, high, number)})"
        rows.append(ParameterRow(id, p.label, p.unit, text, "", "", origins(p)))
    return rows


def _idle(fit: Fit, planned: Sequence[Session]) -> set[str]:
    """Return parameters of what this patient neither has nor gets."""
    given = fit.subject.protocol
    sessions = (*given.sessions, *planned)
    columns = {s.column for s in sessions if isinstance(s, Immunoadsorption)}
    idle = set().union(*(ids for column, ids in COLUMN_ONLY.items() if column not in columns))
    if not any(isinstance(d, Injection) for d in given.doses):
        idle |= {"k_a", "f_sc"}
    if not given.antibodies:
        idle |= {"k_ada", "ada_titre", "ada_cl", "ada_binding"}
    if not sessions:
        burden = ("igg_", "fibrinogen_", "v_plasma")
        idle |= {id for id in fit.draws if id.startswith(burden)}
    return idle


def origins(p: Parameter) -> tuple[Origin, ...]:
    """Return where a parameter's value, and its spread between patients, come from."""
    found = [_origin(p.source, "")]
    if p.iiv_source is not None:
        found.append(_origin(p.iiv_source, "spread between patients: "))
    if p.iov_source is not None:
        found.append(_origin(p.iov_source, "spread between occasions: "))
    return tuple(found)


def _origin(source: Source | Assumption, what: str) -> Origin:
    if isinstance(source, Assumption):
        return Origin((), f"{what}Assumption: {source.why}")
    return Origin(source.claims, f"{what}{source.note}".removesuffix(": "))


def claims_behind(rows: Iterable[ParameterRow], *texts: str) -> list[tuple[Claim, str]]:
    """Return each claim that rows or texts name, with how sure it is, in the library's order."""
    cells = [*texts, *(o.text for r in rows for o in r.origins)]
    named = {*ALWAYS, *(c for r in rows for o in r.origins for c in o.claims)}
    named |= {id for cell in cells for id in CLAIM_ID.findall(cell) if id in load_claims()}
    order = {id: i for i, id in enumerate(load_claims())}
    found = [resolve(id) for id in named]
    return [(c, SURE[c.sure]) for c in sorted(found, key=lambda c: order[c.id])]


def links_of(claim: Claim) -> list[str]:
    """Return the addresses by which the papers of a claim are found: DOI, PubMed or PMC."""
    links = (resolve_paper(id).link for id in claim.papers)
    return [link for link in links if link.startswith(ADDRESSES)]
