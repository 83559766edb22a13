"""The page ``docs/model/behaviours.md``, from a table of behaviours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from diapedesis.validation.conflict import STATISTICS
from diapedesis.validation.ms_conflicts import conflicts

if TYPE_CHECKING:
    from diapedesis.validation.behaviours import BehaviourTable

COMMAND = "diapedesis validate behaviours --out docs/model/behaviours.md"
INTRO = """# Published behaviours, simulated

Regenerate: `{command}`. This copy: size `{size}`
({truths} possible truths, cohorts of {cohort} adults where a row asks for a thousand or more),
seed {seed}.

Each population draw is one possible truth; in each, every study is simulated with the number of
patients it had. *Simulated* is the median over the truths, the interval holds 90 % of the simulated
studies, and *share inside* says in how many of them the statistic lies in the window. The verdict
compares the median with the window of `behaviours.csv`; rows with the role `info` get none. `tune`
rows may have guided the model: for them an "inside" is a fit, not a prediction. Every simulated
number here is a simulation.
"""
MS = """Blocks `ms`, `restore`, `tofingo`, `switch` and the rows of `pd` on blood and CSF share
their virtual patients: {truths} possible truths, {patients} patients in each. *Simulated* is
there the statistic over all patients who meet the rules of entry; the studies of published size
are drawn from among them; other readings have the interval over the truths. Patients have two
years before the drug, sampled at a constant rate of lesions. From the first infusion on the rate
declines and drifts, as the parameters `activity_decline` and `activity_drift` say. A relapse counts
when it begins 30 days or more after the one before. Of all candidates {admitted:.0%} were admitted;
{unstable:.1%} were refused because the untreated state of the model does not stay where it is with
their parameters.
"""
PML = """Blocks `pml` and `nfl` share their virtual patients: {truths} possible truths, {patients}
patients in each. PML is too rare to be counted among them. Risks are expected values; the cases of
a registry are as many patients as there are, drawn in proportion to their risk, and each stands for
the mean risk of its truth. The registry of the world has starts from 2006 on, more of them in each
of the first two years, 18 % who stop within a year, and a cut in the middle of 2013: who is not
found by then is unknown. A case needs JC virus in one of two samples of CSF. Few are scanned to
find PML, so that most are found by symptoms; scans of MS are looked at again afterwards. Antibodies
come, rise and are read with error; who had a test each year is in the class of the last one.

Two published figures about the index do not agree with each other. By windows, joined, 20 in 1000
get PML with an index above 1.5, 2.7 below it, and 10 when it is unknown (claim `pml 1.16`), as if
42 % of those with antibodies were above 1.5; their median is 2.4 (claim `pml 1.51`). The simulated
patients follow the latter, so that risks of patients of any index are high where those by class are
met.
"""
DEFINITIONS = """## Rebound by each published definition

The same virtual patients, two years on the drug and then without any, judged by each definition.
The published share belongs to the cohort that used it. *Counting alone* is what a definition finds
where everybody returns to their own level and nothing more happens: few events before, few after,
and an activity that drifts. Only what is above that speaks for a rebound.
"""
MISSED = """## Why rows of MS are missed

A study simulated for each of the truths of the declared priors, before any row was looked at
(`validation/calibrate_ms.py`; only rows to tune to have one). A row that few truths meet, and whose
truths do not meet others, contradicts those others within this model: two published figures that no
set of its parameters reconciles. A row that falls out with none is missed for want of a mechanism,
or by its definition: see the other readings above.
"""
CONFLICT = """## The conflict that the prior carries

The population analysis of levels (claims `pkpd 1.2` to `1.7`) and the series of exchanged patients
(`pkpd 2.2`, `2.3`) do not agree: with the published distribution clearance, tissue refills plasma
faster than the series found. No set is picked. In the cohorts below each set has the
between-subject spread and the weight effect of the model around it, so a cohort mean differs
from the typical patient. The exchange series found 92 % a week after three sessions, and more
than 95 % at their end; the label has Cmax 110 mg/L, troughs of 23 to 29 mg/L and 60 to 70 % less
at six weeks.
"""


def page(table: BehaviourTable) -> str:
    """Return the page in Markdown."""
    from diapedesis.validation.behaviours import SIZES

    size = SIZES[table.size]
    told = {"truths": size.ms_truths, "patients": size.ms_patients, **table.recruited}
    parts = [
        INTRO.format(
            command=COMMAND,
            size=table.size,
            truths=size.truths,
            cohort=size.cohort,
            seed=table.seed,
        ),
        MS.format(**told) if table.recruited else "",
        PML.format(truths=size.pml_truths, patients=size.pml_patients) if _of_pml(table) else "",
        _verdicts(table),
    ]
    if len(table.frame):
        parts += ["## Rows\n", _rows(table.frame)]
        parts += ["## How each was simulated\n", _notes(table.frame)]
    if len(table.variants):
        parts += ["## Other readings of an unclear definition\n", _variants(table.variants)]
    if table.recruited and len(table.failing()):
        parts += [MISSED, _missed(conflicts(table.failing()["id"].tolist()))]
    if len(table.definitions):
        parts += [DEFINITIONS, _definitions(table.definitions)]
    if len(table.conflict):
        parts += [CONFLICT, _conflict(table.conflict)]
    return "\n".join(parts)


def _of_pml(table: BehaviourTable) -> bool:
    return len(table.frame) > 0 and bool(table.frame["id"].str.startswith(("pml.", "nfl.")).any())


def _verdicts(table: BehaviourTable) -> str:
    judged = table.frame[table.frame["verdict"] != ""] if len(table.frame) else table.frame
    failing = table.failing()["id"].tolist() if len(table.frame) else []
    text = f"**{len(judged) - len(failing)} of {len(judged)} judged rows lie inside.**"
    if failing:
        text += f" Outside: {', '.join(f'`{id}`' for id in failing)}."
    if table.not_modelled:
        left = ", ".join(f"{n} of `{block}`" for block, n in table.not_modelled.items())
        text += f" Not modelled yet: {left}."
    return text + "\n"


def _rows(frame: pd.DataFrame) -> str:
    header = ["row", "behaviour", "role", "published", "window", "unit", "simulated"]
    header += ["90 % of studies", "share inside", "verdict", "claims"]
    body = [
        [
            f"`{r['id']}`",
            r["behaviour"],
            r["role"],
            r["published"],
            _window(r["low"], r["high"]),
            r["unit"],
            _number(r["simulated"]),
            _range(r["sim_05"], r["sim_95"]),
            _share(r["share_inside"]),
            r["verdict"] or "shown only",
            f"{r['source']} ({r['sure']})",
        ]
        for r in _records(frame)
    ]
    return _markdown(header, body)


def _notes(frame: pd.DataFrame) -> str:
    return "".join(f"- `{r['id']}`: {r['note']}\n" for r in _records(frame))


def _variants(frame: pd.DataFrame) -> str:
    body = [
        [
            f"`{r['id']}`",
            r["reading"] + (f" ({r['share_without']:.0%} have none)" if r["share_without"] else ""),
            _number(r["simulated"]),
            _range(r["sim_05"], r["sim_95"]),
        ]
        for r in _records(frame)
    ]
    return _markdown(["row", "read as", "simulated", "90 % of studies"], body)


def _missed(frame: pd.DataFrame) -> str:
    body = [
        [
            f"`{r['missed']}`",
            f"{r['inside']:.0%}",
            _range(r["lowest"], r["highest"]),
            f"`{r['other']}`" if r["other"] else "none",
            _share(r["other_inside"]),
            _share(r["other_then"]),
            f"{r['both']:.0f} of {r['truths']:.0f}" if r["other"] else "",
        ]
        for r in _records(frame)
    ]
    header = ["missed row", "truths that meet it", "90 % of truths", "row that falls out"]
    header += [
        "truths that meet that one",
        "the same, among those that meet the missed row",
        "both",
    ]
    return _markdown(header, body)


def _definitions(frame: pd.DataFrame) -> str:
    body = [
        [
            r["definition"],
            f"{r['published']:g}",
            *(
                f"{_number(r[k])} ({_range(r[f'{k}_05'], r[f'{k}_95'])})"
                for k in ("mixture", "null")
            ),
            _number(r["excess"]),
            r["source"],
        ]
        for r in _records(frame)
    ]
    header = ["rebound is", "published, %", "simulated, %", "counting alone, %", "above it"]
    return _markdown([*header, "claims"], body)


def _conflict(frame: pd.DataFrame) -> str:
    body = []
    for r in _records(frame):
        cells = [r["set"], "" if np.isnan(r["share"]) else f"{r['share']:.0%}"]
        for k in STATISTICS:
            single = np.isclose(r[f"{k}_05"], r[f"{k}_95"])
            spread = "" if single else f" ({_range(r[f'{k}_05'], r[f'{k}_95'])})"
            cells.append(f"{_number(r[k])}{spread}")
        body.append(cells)
    return _markdown(["simulated set", "share of draws", *STATISTICS.values()], body)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict(orient="records")]


def _window(low: float, high: float) -> str:
    if np.isnan(low):
        return "" if np.isnan(high) else f"≤ {high:g}"
    return f"≥ {low:g}" if np.isnan(high) else f"{low:g} to {high:g}"


def _number(x: float) -> str:
    return f"{x:.3g}"


def _range(low: float, high: float) -> str:
    return f"{_number(low)} to {_number(high)}"


def _share(x: float) -> str:
    return "" if np.isnan(x) else f"{x:.0%}"


def _markdown(header: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in body]
    return "\n".join(lines) + "\n"
