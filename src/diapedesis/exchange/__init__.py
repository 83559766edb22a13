"""What crosses the border: case files in, text files out; units and calendar dates end here."""

from diapedesis.exchange.case import Case, Question
from diapedesis.exchange.casefile import read_case
from diapedesis.exchange.faults import CaseError, Fault
from diapedesis.exchange.files import write_atomic

__all__ = ["Case", "CaseError", "Fault", "Question", "read_case", "write_atomic"]
