"""What is measured and of whom: assays, levels, subjects; lesions, relapses; the clinic of PML."""

from diapedesis.observe.assay import Assay, Level
from diapedesis.observe.jc_assay import (
    csf_load,
    csf_median,
    pcr_detects,
    pcr_negative,
    pcr_negative_over_patients,
    readings_log_likelihood,
)
from diapedesis.observe.jc_reading import JcAssay, JcReading
from diapedesis.observe.lesion_process import LesionProcess
from diapedesis.observe.lesion_record import Lesions
from diapedesis.observe.lesions import sample_lesions
from diapedesis.observe.mri_extent import (
    EXTENTS,
    LOBES,
    ExtentNumbers,
    pml_extent,
    sample_extents,
    sample_lobes,
)
from diapedesis.observe.mri_mistaken import ms_volumes, taken_for_pml
from diapedesis.observe.mri_reader import PmlReader, enhancement_seen, lesion_seen, pml_reported
from diapedesis.observe.mri_signs import SIGNS, sign_log_likelihood, sign_probabilities, signs
from diapedesis.observe.scales import (
    ScaleNumbers,
    edss_log_likelihood,
    icu_probability,
    karnofsky,
    karnofsky_log_likelihood,
    read_edss,
    read_karnofsky,
)
from diapedesis.observe.serology import Serology, sample_serology
from diapedesis.observe.serology_numbers import SerologyNumbers
from diapedesis.observe.sign_numbers import SignNumbers
from diapedesis.observe.subject import Subject

__all__ = [
    "EXTENTS",
    "LOBES",
    "SIGNS",
    "Assay",
    "ExtentNumbers",
    "JcAssay",
    "JcReading",
    "LesionProcess",
    "Lesions",
    "Level",
    "PmlReader",
    "ScaleNumbers",
    "Serology",
    "SerologyNumbers",
    "SignNumbers",
    "Subject",
    "csf_load",
    "csf_median",
    "edss_log_likelihood",
    "enhancement_seen",
    "icu_probability",
    "karnofsky",
    "karnofsky_log_likelihood",
    "lesion_seen",
    "ms_volumes",
    "pcr_detects",
    "pcr_negative",
    "pcr_negative_over_patients",
    "pml_extent",
    "pml_reported",
    "read_edss",
    "read_karnofsky",
    "readings_log_likelihood",
    "sample_extents",
    "sample_lesions",
    "sample_lobes",
    "sample_serology",
    "sign_log_likelihood",
    "sign_probabilities",
    "signs",
    "taken_for_pml",
]
