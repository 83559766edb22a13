"""The columns that an event table may have, under which names, and what they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column of the format.

    Attributes
    ----------
    name : str
        As it is written; any case is read.
    also : tuple of str
        Other names under which it is read.
    takes : str
        Kind of value, with its unit.
    meaning : str
    """

    name: str
    also: tuple[str, ...]
    takes: str
    meaning: str


COLUMNS: tuple[Column, ...] = (
    Column("ID", ("SUBJECT", "SUBJID", "USUBJID", "PATIENT"), "number or word", "the subject"),
    Column(
        "TIME",
        ("T",),
        "number, or hh:mm with DATE",
        "when; unit by `time_unit` (day, or h), day 0 is whatever the table makes it",
    ),
    Column(
        "DATE", (), "2024-03-01", "calendar date; TIME is then the time of day, midnight if empty"
    ),
    Column(
        "EVID",
        ("EVENT",),
        "0, 1, 2, 3, 4",
        "observation, dose, other (session, covariate), reset, reset and dose; without the column a"
        " row with AMT is a dose, one with APH a session, else an observation",
    ),
    Column("AMT", ("AMOUNT",), "number above 0", "amount of a dose"),
    Column("RATE", (), "number above 0", "of an infusion, amount per time unit"),
    Column("DUR", ("DURATION", "TINF"), "number above 0", "of an infusion, time unit, not RATE"),
    Column("CMT", ("COMPARTMENT", "ADM"), "number or word", "where a dose goes, what is observed"),
    Column("ADDL", (), "whole number", "further doses like this one, each II later"),
    Column("II", ("INTERVAL", "TAU"), "number above 0", "time between them, time unit"),
    Column("SS", (), "0, 1, 2", "1: the dose finds a steady state; 2: on top of another one"),
    Column("MDV", (), "0, 1", "1: no observation on this row, whatever DV holds"),
    Column("DV", ("OBS", "CONC", "Y"), "number", "what was observed"),
    Column("DVID", ("YTYPE", "OBSID"), "number or word", "kind of observation"),
    Column("BLQ", ("BLOQ", "BQL"), "0, 1", "1: below the limit of quantification"),
    Column("LLOQ", ("LOQ",), "number, 0 or more", "that limit, in the unit of DV"),
    Column("CENS", (), "0, 1", "instead of BLQ, as Monolix has it: 1 when DV is the limit"),
    Column("LIMIT", (), "0 or empty", "lower end of a censored interval, with CENS"),
    Column("OCC", ("OCCASION",), "number or word", "occasion; carried forward"),
    Column("SEQ", ("SEQUENCE",), "number", "order of the rows of one time, smallest first"),
    Column(
        "APH",
        ("APHERESIS",),
        "none, plex, protein_a, anti_igg, tryptophan, or 0 to 4",
        "on a row with EVID 2: plasma exchange, or immunoadsorption on a column",
    ),
    Column("PV", ("PLASMA_VOLUMES",), "number, 0.1 to 5", "its size in plasma volumes"),
    Column("VOL", ("VOLUME",), "number, 0.2 to 15 L", "its size in litres, not PV"),
    Column("HOURS", (), "number, 0.25 to 24 h", "its duration; 2.5 when empty"),
    Column("SIEVING", (), "above 0 to 1", "of a plasma exchange; 1 when empty"),
    Column("REPLACEMENT", ("REPL",), "albumin, plasma, or 0, 1", "of a plasma exchange; albumin"),
)
"""Columns with a meaning of their own, in the order in which they are written."""

COVARIATES: tuple[Column, ...] = (
    Column("WT", ("WEIGHT", "BW", "WGT"), "number [kg]", "body weight; may change"),
    Column("HT", ("HEIGHT", "HGT"), "number [cm]", "height; the last value counts"),
    Column("AGE", (), "number [year]", "age; the last value counts"),
    Column("SEX", ("GENDER",), "female, male, f, m", "sex; must not change"),
    Column(
        "HCT",
        ("HAEMATOCRIT", "HEMATOCRIT"),
        "fraction",
        "haematocrit; the last value counts",
    ),
    Column(
        "ADA",
        ("ADA_TITRE", "ADA_TITER"),
        "number, 0 or more",
        "antibodies against the drug: titre over the median of persistent patients, 0 none; may"
        " change; empty throughout: not tested",
    ),
    Column("PREG", ("PREGNANT",), "0, 1", "pregnancy; the last value counts"),
)
"""Covariates that a natalizumab subject is built from; further ones are carried along."""

NAMES: Mapping[str, str] = {
    spelling: c.name for c in (*COLUMNS, *COVARIATES) for spelling in (c.name, *c.also)
}
"""Every spelling, in capitals -> the name of the column."""
RESERVED = frozenset(c.name for c in COLUMNS)
SESSION = ("PV", "VOL", "HOURS", "SIEVING", "REPLACEMENT")
KINDS = ("none", "plex", "protein_a", "anti_igg", "tryptophan")
"""Words of APH in the order of their numbers."""
REPLACEMENTS = ("albumin", "plasma")
UNIT_WORDS = frozenset(
    {"h", "hr", "hrs", "hour", "hours", "d", "day", "days", "min", "y", "yr", "year", "years"}
    | {"mg", "g", "ug", "µg", "ng", "kg", "lb", "lbs", "cm", "m", "l", "ml", "%", "-"}
    | {"mg/l", "mg/ml", "ug/ml", "µg/ml", "ng/ml", "g/l", "mg/dl", "mg/h", "mg/day"}
)
_BRACKETED = re.compile(r"\s*[(\[].*|\s*_?(?:MG|KG|HOURS?|DAYS?|MG/L|NG/ML|UG/ML)$")


def column_of(heading: str) -> str:
    """Return the name of the column that a heading means, in capitals when it is not a known one.

    Examples
    --------
    >>> column_of(" weight "), column_of("Dv"), column_of("site")
    ('WT', 'DV', 'SITE')
    """
    plain = heading.strip().upper()
    return NAMES.get(plain, plain)


def without_unit(heading: str) -> str | None:
    """Return the known column that a heading with a unit in it seems to mean, else ``None``.

    Examples
    --------
    >>> without_unit("TIME (h)"), without_unit("AMT_mg"), without_unit("SITE")
    ('TIME', 'AMT', None)
    """
    plain = heading.strip().upper()
    bare = _BRACKETED.sub("", plain)
    return NAMES.get(bare) if bare != plain else None


def nearly(heading: str) -> str | None:
    """Return the column that a heading misses by two letters exchanged, or one lost or too many.

    Examples
    --------
    >>> nearly("EVDI"), nearly("adl"), nearly("RACE")
    ('EVID', 'ADDL', None)
    """
    plain = heading.strip().upper()
    if plain in NAMES or not plain.isalpha():
        return None
    return next((name for name in sorted(RESERVED) if len(name) > 2 and _slip(plain, name)), None)


def _slip(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    if len(short) == len(long):
        return sorted(a) == sorted(b)
    return any(short == long[:i] + long[i + 1 :] for i in range(len(long)))
