"""What is measured and of whom: assays, levels, subjects; lesions and relapses."""

from diapedesis.observe.assay import Assay, Level
from diapedesis.observe.lesion_process import LesionProcess
from diapedesis.observe.lesion_record import Lesions
from diapedesis.observe.lesions import sample_lesions
from diapedesis.observe.subject import Subject

__all__ = ["Assay", "LesionProcess", "Lesions", "Level", "Subject", "sample_lesions"]
