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
from diapedesis.observe.subject import Subject

__all__ = [
    "Assay",
    "JcAssay",
    "JcReading",
    "LesionProcess",
    "Lesions",
    "Level",
    "Subject",
    "csf_load",
    "csf_median",
    "pcr_detects",
    "pcr_negative",
    "pcr_negative_over_patients",
    "readings_log_likelihood",
    "sample_lesions",
]
