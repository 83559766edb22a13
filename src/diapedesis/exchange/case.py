"""A case: one patient and the question asked, in canonical units and days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from diapedesis.exchange.case_time import day_label
from diapedesis.observe.subject import Subject
from diapedesis.simulate.protocol import HOUR, Column, Replacement


@dataclass(frozen=True)
class Question:
    """What is asked about a subject; times are days of the model.

    Attributes
    ----------
    threshold : float or None
        Level to get below [mg/L]; ``None`` when `saturation` is given instead.
    saturation : float or None
        alpha4-integrin saturation to get below, 0 to 1.
    by : float or None
        Day from which the level is to be below for good.
    probability : float
        Wanted, of being below by then; 0.5 to 0.999.
    earliest : float
        First day on which a session can take place; never before `Case.now`.
    max_sessions : int
        0 to 10.
    spacing : tuple of float
        Shortest and longest days from session to session, 1 to 7.
    minimum_gap : float
        Least days between any two sessions, past ones included.
    kind : {"plex", "ia"}
        Plasma exchange or immunoadsorption.
    sizes : tuple of float
        Volumes to choose from, in `sizes_in`.
    sizes_in : {"plasma_volumes", "L"}
        Multiples of the plasma volume, or litres.
    duration : float
        Of a session [day].
    sieving, replacement, column
        As in :class:`~diapedesis.simulate.protocol.Plex` and ``Immunoadsorption``.
    top_up : bool
        Whether a late session after refill may be tried.
    result_after_days : float
        Days from a sample to its result.
    samples : tuple of float
        Days of the planned samples, none before `Case.now`.
    target_trough : float or None
        For the dosing interval: level to keep before each dose [mg/L].
    trough_probability : float
        Wanted, of keeping it.
    until : float or None
        Last day of the forecast.
    """

    threshold: float | None = 1.0
    saturation: float | None = None
    by: float | None = None
    probability: float = 0.9
    earliest: float = 0.0
    max_sessions: int = 10
    spacing: tuple[float, float] = (1.0, 7.0)
    minimum_gap: float = 1.0
    kind: Literal["plex", "ia"] = "plex"
    sizes: tuple[float, ...] = (1.5,)
    sizes_in: Literal["plasma_volumes", "L"] = "plasma_volumes"
    duration: float = 2.5 * HOUR
    sieving: float = 1.0
    replacement: Replacement = "albumin"
    column: Column = "protein_a"
    top_up: bool = True
    result_after_days: float = 7.0
    samples: tuple[float, ...] = ()
    target_trough: float | None = None
    trough_probability: float = 0.9
    until: float | None = None


@dataclass(frozen=True)
class Case:
    """One case file, read.

    Attributes
    ----------
    subject : Subject
        The patient, canonical units.
    question : Question
        What is asked.
    now : float
        Day of planning; nothing in `subject` lies after it.
    title, note : str
        For the report; may be empty.
    simulated : bool
        True when the file says that some of its numbers were made up or simulated.
    provenance : str
        What is published and what is not; never empty when simulated.
    claims : tuple of str
        Ids of the claims behind the case; each resolves.
    start_date : date or None
        Day 0 when the file uses dates: the date of the first dose.
    """

    subject: Subject
    question: Question = field(default_factory=Question)
    now: float = 0.0
    title: str = ""
    note: str = ""
    simulated: bool = False
    provenance: str = ""
    claims: tuple[str, ...] = ()
    start_date: date | None = None

    def day_label(self, day: float) -> str:
        """Write a day of the model as the file would: its date, or ``day 152``.

        Parameters
        ----------
        day : float
            Finite.

        Raises
        ------
        ValueError
            When `day` is not finite.
        """
        return day_label(day, self.start_date)
