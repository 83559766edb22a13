"""What is measured and of whom: assays, levels, subjects."""

from diapedesis.observe.assay import Assay, Level
from diapedesis.observe.subject import Subject

__all__ = ["Assay", "Level", "Subject"]
