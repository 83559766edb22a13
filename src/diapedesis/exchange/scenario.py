"""Reads a scenario file: YAML or JSON in, checked scenarios by arm out, or every fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from diapedesis.exchange.case_sections import read_sections
from diapedesis.exchange.case_time import day_label
from diapedesis.exchange.faults import Faults
from diapedesis.exchange.scenario_build import build_arms
from diapedesis.exchange.scenario_checks import check_scenario
from diapedesis.exchange.scenario_file import ScenarioFile
from diapedesis.exchange.tree import read_blocks
from diapedesis.population.scenario import Scenario


@dataclass(frozen=True)
class Scenarios:
    """One scenario file, read.

    Attributes
    ----------
    arms : mapping of str to Scenario
        By name, in the order of the file; a file without arms has one, called "scenario".
    title, note : str
        For table and report; may be empty.
    start_date : date or None
        Day 0 when the file uses dates: the date of the first dose.
    """

    arms: Mapping[str, Scenario]
    title: str = ""
    note: str = ""
    start_date: date | None = None

    def day_label(self, day: float) -> str:
        """Write a day as the file would: its date, or ``day 152``."""
        return day_label(day, self.start_date)


def read_scenario(path: str | Path) -> Scenarios:
    """Read what is to be simulated.

    Parameters
    ----------
    path : str or Path
        A scenario file of at most 1 MB; JSON when the name ends in ``.json``, YAML otherwise.

    Returns
    -------
    Scenarios
        In days, L, mg and kg.

    Raises
    ------
    CaseError
        With every fault found: code, place, line, what was found, what was expected, the fix.

    Examples
    --------
    >>> import tempfile
    >>> text = '''
    ... schema: diapedesis/scenario/1
    ... drug: natalizumab
    ... units: {time: day, weight: kg, dose: mg}
    ... patient: {weight: 70}
    ... doses:
    ...   - {every: 28, number: 24, last: 0, amount: 300}
    ... until: 365
    ... arms:
    ...   nothing: {}
    ...   fingolimod: {treatments: [{drug: fingolimod, start: 56}]}
    ... '''
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "scenario.yaml"
    ...     _ = file.write_text(text)
    ...     read = read_scenario(file)
    >>> list(read.arms), read.arms["fingolimod"].subject.protocol.treatments[0].start
    (['nothing', 'fingolimod'], 56.0)
    """
    faults = Faults(str(path), "scenario")
    draft = read_sections(read_blocks(Path(path), faults), ScenarioFile, faults)
    check_scenario(draft, faults)
    if faults.items:
        faults.stop()
    arms = build_arms(draft)
    rest = draft.rest
    return Scenarios(arms, rest["title"] or "", rest["note"] or "", draft.clock.origin)
