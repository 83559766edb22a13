"""What is known of a patient at the diagnosis of PML or at the onset of IRIS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from diapedesis.observe import pml_extent
from diapedesis.validation.forms_cohort import FormsCohort
from diapedesis.validation.studies import Array

MONTH = 365.25 / 12
WIDESPREAD = 2
"""Place of the widest extent among those of `pml_extent`."""


@dataclass(frozen=True)
class Factor:
    """Something that may tell how it ends.

    Attributes
    ----------
    id, label : str
    when : {"diagnosis", "care", "IRIS"}
        When it is known, or given.
    how : str
        How it gets into the outcome in the model.
    adjusts : bool
        Whether it is in the regression of all together.
    yes_no : bool
    """

    id: str
    label: str
    when: Literal["diagnosis", "care", "IRIS"]
    how: str
    adjusts: bool = True
    yes_no: bool = False


FACTORS = (
    Factor("edss_before", "EDSS before PML", "diagnosis",
           "built in: hazard of death and intensive care rise with EDSS, to which it adds; the"
           " ceiling of the scale leaves it less to lose"),
    Factor("edss_dx", "EDSS at diagnosis", "diagnosis",
           "built in: as before PML, and a lesion costs EDSS by its size", adjusts=False),
    Factor("volume", "lesion volume at diagnosis, log", "diagnosis",
           "built in: EDSS and oedema rise with volume"),
    Factor("widespread", "widespread on MRI", "diagnosis", "read from volume", adjusts=False,
           yes_no=True),
    Factor("brainstem", "brainstem involved", "diagnosis",
           "built in: a lesion there costs more EDSS", yes_no=True),
    Factor("load", "CSF load at diagnosis, log", "diagnosis",
           "emerges: dying tissue sheds virus, with much noise"),
    Factor("enhancing", "enhancing at diagnosis", "diagnosis",
           "emerges: cells that got in early clear virus and inflame", yes_no=True),
    Factor("symptomatic", "symptoms at diagnosis", "diagnosis",
           "emerges: lesions found by scans are small, and their time is counted earlier",
           yes_no=True),
    Factor("delay", "days from symptoms to diagnosis, log", "diagnosis",
           "emerges: the lesion grows meanwhile"),
    Factor("months", "months on the drug", "diagnosis", "emerges"),
    Factor("since_dose", "days from last dose to diagnosis", "diagnosis",
           "emerges: the drug leaves sooner"),
    Factor("nfl", "neurofilament at diagnosis, log", "diagnosis",
           "emerges: released by dying tissue"),
    Factor("cd8", "CD8 cells against the virus in the CNS at diagnosis, log", "diagnosis",
           "emerges: they kill infected cells and make IRIS; not measured in practice",
           adjusts=False),
    Factor("plex", "plasma exchange", "care",
           "open: its own effect on death has a prior centred at none; the drug leaves sooner",
           yes_no=True),
    Factor("preemptive", "steroids before IRIS", "care",
           "open: steroid stops inflammation and the response that clears the virus; sizes span"
           " both readings", yes_no=True),
    Factor("steroids", "steroids in IRIS, against none", "care",
           "open: as above", yes_no=True),
    Factor("iris", "IRIS at all", "IRIS",
           "built in: inflammation costs EDSS and makes oedema; and who dies before it has none",
           adjusts=False, yes_no=True),
    Factor("from_dose", "days from last dose to IRIS", "IRIS", "emerges", adjusts=False),
)  # fmt: skip
"""What is looked at."""
BY_ID = {f.id: f for f in FACTORS}


def factor_values(cohort: FormsCohort) -> dict[str, Array]:
    """Return every factor of each patient; ``nan`` where it does not apply.

    Parameters
    ----------
    cohort : FormsCohort

    Returns
    -------
    dict of str to ndarray, shape (m * n,)
    """
    c, onset = cohort.courses, cohort.courses.onset
    symptomatic = ~onset.by_scan
    delay = np.where(symptomatic, np.maximum(onset.diagnosis - onset.symptoms, 0.0), np.nan)
    wide = pml_extent(cohort.volume)[:, WIDESPREAD]
    early = cohort.steroids("preemptive")
    return {
        "edss_before": cohort.edss_before,
        "edss_dx": c.on("edss", 0.0),
        "volume": np.log(cohort.volume),
        "widespread": (c.patients.uniform("recognition", 4) < wide).astype(float),
        "brainstem": c.patients.inputs["brainstem"],
        "load": cohort.load(0.0, 0),
        "enhancing": cohort.enhancing,
        "symptomatic": symptomatic.astype(float),
        "delay": np.log1p(delay),
        "months": (onset.diagnosis + c.last_dose) / MONTH,
        "since_dose": -c.last_dose,
        "nfl": np.log(c.on("nfl", 0.0)),
        "cd8": np.log(c.on("jc_response", 0.0)),
        "plex": cohort.exchanged,
        "preemptive": early,
        "steroids": np.where(early > 0, np.nan, cohort.steroids("symptoms", "enhancement")),
        "iris": cohort.iris,
        "from_dose": c.iris_onset - c.last_dose,
    }
