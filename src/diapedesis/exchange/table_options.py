"""What an event table does not say itself: units, numbers of compartments, assays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from diapedesis.exchange.case_units import SPELLINGS, accepted
from diapedesis.exchange.table_events import Code
from diapedesis.observe.assay import Assay
from diapedesis.observe.subject import Sex

Compartment = Literal["depot", "central"]
Kind = Literal["level", "saturation"]

COMPARTMENTS: Mapping[Code, Compartment] = {
    1: "depot",
    "depot": "depot",
    "a_d": "depot",
    "sc": "depot",
    2: "central",
    "central": "central",
    "a_c": "central",
    "iv": "central",
}
"""CMT -> where a dose goes."""
KINDS: Mapping[Code, Kind] = {
    1: "level",
    "level": "level",
    "serum": "level",
    2: "saturation",
    "saturation": "saturation",
}
"""DVID -> kind of observation."""
SEXES: Mapping[Code, Sex] = {"female": "female", "f": "female", "male": "male", "m": "male"}
LEVELS = Assay()
"""The published residual error; see :class:`~diapedesis.observe.Assay`."""
SATURATION = Assay.of_saturation()
"""Flow cytometry; see :meth:`~diapedesis.observe.Assay.of_saturation`."""


@dataclass(frozen=True)
class TableOptions:
    """How an event table is to be read as natalizumab subjects.

    Attributes
    ----------
    level : str
        Unit of DV for serum levels and of LLOQ: ``mg/L``, ``ug/mL``, ``ng/mL``, ...
    dose : str
        Unit of AMT: ``mg`` or ``g``.
    weight, height : str
        Units of WT and HT: ``kg``, ``g`` or ``lb``; ``cm``, ``m`` or ``inch``.
    saturation : {"share", "%"}
        How DV gives saturation.
    compartments : mapping of int or str to {"depot", "central"}
        CMT, words in lower case; wins over ``COMPARTMENTS``. ``{1: "central"}`` is for tables
        without a depot.
    kinds : mapping of int or str to {"level", "saturation"}
        DVID, words in lower case; wins over ``KINDS``.
    sexes : mapping of int or str to {"female", "male"}
        SEX, where it is a number or another word; in lower case.
    assay : Assay
        Of serum levels; a row's LLOQ wins over the assay's.
    saturation_assay : Assay
        Of saturation.

    Examples
    --------
    >>> TableOptions(level="ng/mL", compartments={1: "central"}).level
    'ng/mL'
    """

    level: str = "mg/L"
    dose: str = "mg"
    weight: str = "kg"
    height: str = "cm"
    saturation: Literal["share", "%"] = "share"
    compartments: Mapping[Code, Compartment] = field(default_factory=dict)
    kinds: Mapping[Code, Kind] = field(default_factory=dict)
    sexes: Mapping[Code, Sex] = field(default_factory=dict)
    assay: Assay = LEVELS
    saturation_assay: Assay = SATURATION

    def __post_init__(self) -> None:
        for kind in ("level", "dose", "weight", "height"):
            unit = getattr(self, kind)
            if unit not in accepted(kind):
                known = ", ".join(SPELLINGS[kind])
                raise ValueError(f"{kind}: found unit {unit!r}, expected one of {known}")
        if self.saturation not in ("share", "%"):
            raise ValueError(f"saturation: found {self.saturation!r}, expected 'share' or '%'")
        if self.saturation_assay.measures != "saturation":
            found = self.saturation_assay.measures
            raise ValueError(f"saturation_assay: found one of {found}, expected of saturation")
        if self.assay.measures == "saturation":
            raise ValueError("assay: found one of saturation, expected one of serum levels")
