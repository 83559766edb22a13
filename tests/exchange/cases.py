"""A good case, ways to spoil it, and a short way to read a text as a case."""

import copy
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from diapedesis.exchange import Case, CaseError, Fault, read_case

GOOD = """\
title: A good case
drug: natalizumab
units: {time: day, level: mg/L, weight: kg, height: m, dose: mg, volume: L}
patient:
  id: P-1
  age: 41
  sex: female
  height: 1.68
  haematocrit: 0.40
  pregnant: false
  weight:
    - {time: 0, value: 70}
    - {time: 100, value: 72}
doses:
  - {every: 28, number: 5, first: 0, amount: 300}
  - {time: 140, amount: 300, duration: 2}
sessions:
  - {time: 152, kind: plex, plasma_volumes: 1.5, sieving: 0.9, replacement: plasma}
  - {time: 154.5, kind: ia, volume: 6, column: tryptophan, duration: 3}
antibodies: {status: transient, onset: 30, end: 90, titre: 2}
assays:
  hospital: {lloq: 0.5, proportional_sd: 0.1}
  reference: {lloq: 0.25, factor: 1.2, additive_sd: 0.05, measures: total}
  cytometry: {measures: saturation, proportional_sd: 0.1, additive_sd: 0.02, lloq: 0.1, factor: 1.1}
levels:
  - {time: 0, below: true, assay: hospital}
  - {time: 140, value: 27, assay: hospital}
  - {time: 153, value: 8.5, assay: reference}
saturations:
  - {time: 0, below: true}
  - {time: 140, value: 0.9, assay: cytometry}
  - {time: 153, value: 1.05}
occasions: [28, 140]
now: 156
question:
  threshold: 2
  by: 200
  earliest: 157
  probability: 0.95
  max_sessions: 6
  spacing: {min: 2, max: 5}
  minimum_gap: 1.5
  session: {kind: plex, plasma_volumes: [1.0, 1.5], duration: 2}
  samples: [158, 165]
  result_after_days: 4
  top_up: false
  interval: {target_trough: 10, probability: 0.8}
  forecast: {until: 300}
claims: [pkpd 2.1]
"""
GONE = object()


def read(text: str | bytes, name: str = "case.yaml") -> Case:
    """Read a text as a case file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
        return read_case(path)


def faults(text: str | bytes, name: str = "case.yaml") -> list[Fault]:
    """Return the faults that a text is refused with."""
    with pytest.raises(CaseError) as caught:
        read(text, name)
    return caught.value.faults


def good() -> dict[str, Any]:
    """Return the good case as plain values, free to change."""
    return copy.deepcopy(yaml.safe_load(GOOD))


def edited(changes: dict[str, Any]) -> str:
    """Return the good case with changes; keys are places such as ``levels[2].value``."""
    tree = good()
    for place, value in changes.items():
        put(tree, place, value)
    return yaml.safe_dump(tree, sort_keys=False, allow_unicode=True)


def put(tree: Any, place: str, value: Any) -> None:
    """Set or remove (``GONE``) the value at a place such as ``question.spacing.min``."""
    parts = [int(p) if p.isdigit() else p for p in re.split(r"[.\[\]]+", place.rstrip("]"))]
    for part in parts[:-1]:
        tree = tree[part]
    if value is GONE:
        del tree[parts[-1]]
    elif isinstance(tree, list) and parts[-1] == len(tree):
        tree.append(value)
    else:
        tree[parts[-1]] = value
