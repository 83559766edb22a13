"""What crosses the border: case files, event tables, text files; units and dates end here.

Scenario files are read by :mod:`diapedesis.exchange.scenario`.
"""

from diapedesis.exchange.case import Case, Question
from diapedesis.exchange.casefile import read_case
from diapedesis.exchange.faults import CaseError, Fault
from diapedesis.exchange.files import write_atomic
from diapedesis.exchange.table_events import EventTable
from diapedesis.exchange.table_faults import TableError, TableFault
from diapedesis.exchange.table_options import TableOptions
from diapedesis.exchange.table_read import read_table
from diapedesis.exchange.table_subjects import read_subjects, subjects_of
from diapedesis.exchange.table_write import write_table

__all__ = [
    "Case",
    "CaseError",
    "EventTable",
    "Fault",
    "Question",
    "TableError",
    "TableFault",
    "TableOptions",
    "read_case",
    "read_subjects",
    "read_table",
    "subjects_of",
    "write_atomic",
    "write_table",
]
