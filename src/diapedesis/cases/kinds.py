"""The words of published cases: kinds of fact with their units and words, treatments, moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

FactKind = Literal[
    "pml_diagnosis",
    "pml_symptoms",
    "mri_pml",
    "mri_ms",
    "csf_jcv",
    "jcv_antibody",
    "jcv_index",
    "drug_antibody",
    "level",
    "alpha4",
    "lymphocytes",
    "nfl",
    "edss",
    "kps",
    "relapse",
    "rebound",
    "worsening",
    "biopsy",
    "pregnancy",
    "iris_onset",
    "iris_end",
    "icu",
    "icp_raised",
    "coma",
    "plex_sessions",
    "recovery",
    "pathology",
    "death",
    "alive",
]
"""What a fact is about."""

TreatmentKind = Literal[
    "natalizumab",
    "plex",
    "immunoadsorption",
    "steroid",
    "immunoglobulin",
    "fingolimod",
    "glatiramer",
    "interferon_beta",
    "dimethyl_fumarate",
    "anti_cd20",
    "filgrastim",
    "maraviroc",
    "mefloquine",
    "mirtazapine",
    "checkpoint_inhibitor",
    "interleukin_7",
    "virus_cells",
    "cytarabine",
    "cidofovir",
    "immunosuppressant",
    "immunomodulator",
]
"""What can be given; the last two where the publication says no more."""

MomentKind = Literal[
    "last_infusion",
    "jcv_antibody",
    "pml_symptoms",
    "mri_pml",
    "pml_diagnosis",
    "relapse",
    "fingolimod",
    "fingolimod_end",
    "biopsy",
]
"""What happened at the moment that parts what is given from what was observed later."""


@dataclass(frozen=True)
class Kind:
    """What a kind of fact means, and how it may be stated.

    Attributes
    ----------
    meaning : str
        A noun, for tables and pages.
    units : tuple of str
        Units of its value; empty when it takes none.
    words : tuple of str
        Words that may stand beside or instead of a value.
    low, high : float
        Plausible range of the value.
    outcome : bool
        True for what is to be predicted; it is never given.
    """

    meaning: str
    units: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    outcome: bool = False


SEVERITY = ("mild", "severe", "fulminant")

KINDS: Mapping[FactKind, Kind] = MappingProxyType(
    {
        "pml_diagnosis": Kind("diagnosis of PML", words=("asymptomatic", "symptomatic")),
        "pml_symptoms": Kind("first symptoms of PML", words=("none", *SEVERITY)),
        "mri_pml": Kind(
            "MRI for PML",
            units=("mL",),
            words=(
                "no_lesion",
                "lesion",
                "enhancing",
                "not_enhancing",
                "punctate",
                "brainstem",
                "cortical",
                "u_fibre",
                "diffusion_rim",
                "periventricular",
                "swelling",
                "new_lesion",
                "grown",
                "stable",
            ),
            high=1000.0,
        ),
        "mri_ms": Kind(
            "MRI for MS",
            units=("enhancing lesions", "new T2 lesions"),
            words=("inactive", "active", "tumefactive"),
            high=200.0,
        ),
        "csf_jcv": Kind(
            "JC virus DNA in cerebrospinal fluid",
            units=("copies/mL",),
            words=("undetected", "detected", "low"),
            high=1e10,
        ),
        "jcv_antibody": Kind("JC virus antibody in serum", words=("negative", "positive")),
        "jcv_index": Kind(
            "JC virus antibody index", units=("index",), words=("high", "raised"), high=5.0
        ),
        "drug_antibody": Kind("antibody to natalizumab", words=("negative", "positive")),
        "level": Kind(
            "natalizumab in serum",
            units=("mg/L",),
            words=("undetected", "measured"),
            high=400.0,
        ),
        "alpha4": Kind("alpha4-integrin on blood cells", words=("low", "raised")),
        "lymphocytes": Kind(
            "lymphocytes in blood", units=("10^9/L",), words=("low", "raised"), high=100.0
        ),
        "nfl": Kind("neurofilament light chain", units=("pg/mL",), high=1e5),
        "edss": Kind("EDSS", units=("EDSS",), high=10.0),
        "kps": Kind("Karnofsky performance status", units=("KPS",), high=100.0),
        "relapse": Kind("clinical relapse of MS", words=("none", *SEVERITY)),
        "rebound": Kind(
            "return of MS activity",
            words=(*SEVERITY, "tumefactive", "mri_only"),
        ),
        "worsening": Kind("worsening of unclear cause", words=(*SEVERITY, "tumefactive")),
        "biopsy": Kind("biopsy of the brain", words=("pml", "iris", "demyelination")),
        "pregnancy": Kind("pregnancy"),
        "iris_onset": Kind("onset of IRIS", words=("radiological", *SEVERITY), outcome=True),
        "iris_end": Kind("end of IRIS", outcome=True),
        "icu": Kind("intensive care", outcome=True),
        "icp_raised": Kind("raised intracranial pressure", outcome=True),
        "coma": Kind("lowered consciousness", outcome=True),
        "plex_sessions": Kind(
            "sessions of plasma exchange needed",
            words=("differed", "rose_with_level"),
            outcome=True,
        ),
        "recovery": Kind("recovery", words=("improved", "partial", "good", "stable"), outcome=True),
        "pathology": Kind("autopsy", words=("pml", "iris", "demyelination"), outcome=True),
        "death": Kind("death", outcome=True),
        "alive": Kind("alive at last report", outcome=True),
    }
)
"""Every kind of fact."""

OUTCOMES = tuple(name for name, kind in KINDS.items() if kind.outcome)
"""Kinds of fact that are never given."""

MOMENTS: Mapping[MomentKind, str] = MappingProxyType(
    {
        "last_infusion": "last infusion of natalizumab",
        "jcv_antibody": "JC virus antibody test",
        "pml_symptoms": "first symptoms of PML",
        "mri_pml": "MRI for PML",
        "pml_diagnosis": "diagnosis of PML",
        "relapse": "relapse",
        "fingolimod": "start of fingolimod",
        "fingolimod_end": "end of fingolimod",
        "biopsy": "biopsy",
    }
)
"""The moments in words."""

TREATMENTS: Mapping[TreatmentKind, str] = MappingProxyType(
    {
        **{what: what.replace("_", " ") for what in get_args(TreatmentKind)},
        "natalizumab": "natalizumab again",
        "plex": "plasma exchange",
        "steroid": "steroids",
        "anti_cd20": "anti-CD20 antibody",
        "interleukin_7": "interleukin 7",
        "interferon_beta": "interferon beta",
        "virus_cells": "virus-specific T cells",
    }
)
"""The treatments in words."""
