"""Why a row of MS is missed: which other rows fall out when possible truths meet this one.

The truths are those drawn from the declared priors, before any row was looked at
(``validation.calibrate_ms`` keeps their rows), so that a contradiction between two published
figures shows as what it is: truths that meet the one do not meet the other.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import numpy as np
import pandas as pd

from diapedesis.validation.calibrate_ms import ROWS_FILE
from diapedesis.validation.published import behaviours
from diapedesis.validation.studies import Array

FALLS = 0.6
"""A row is named when truths that meet the missed one meet it less than this often as all do."""


@lru_cache(maxsize=1)
def prior_rows() -> dict[str, Array]:
    """Return every row of the truths of the declared priors, shape (m,) each."""
    text = resources.files("diapedesis.validation").joinpath("data", ROWS_FILE).read_text("utf-8")
    head, *rows = csv.reader(line for line in text.splitlines() if line[0] != "#")
    values = np.array(rows, float)
    return {id: values[:, j] for j, id in enumerate(head)}


def conflicts(missed: Sequence[str]) -> pd.DataFrame:
    """Return, for each missed row, the rows that are met less often by truths that meet it.

    Parameters
    ----------
    missed : sequence of str
        Ids of rows; those that the calibration has no figure of are left out.

    Returns
    -------
    DataFrame
        `missed`, `inside` (share of all truths that meet it), `lowest` and `highest` (its 5 and
        95 % over the truths), `other`, `other_inside`, `other_then` (share that meets the other
        row, of all truths and of those that meet the missed one), `both` (truths), `truths`. A
        missed row that conflicts with none has an empty `other`.

    Examples
    --------
    >>> found = conflicts(["restore.mri_wk12"])
    >>> "tofingo.t2_wk12" in set(found["other"])
    True
    """
    rows, published = prior_rows(), {b.id: b for b in behaviours()}
    inside = {id: published[id].inside(values) for id, values in rows.items()}
    found: list[dict[str, object]] = []
    for id in missed:
        if id not in rows:
            continue
        low, high = np.nanquantile(rows[id], [0.05, 0.95])
        one = {"missed": id, "inside": inside[id].mean(), "lowest": low, "highest": high}
        others = [_pair(inside[id], id, o, inside[o]) for o in rows if o != id]
        worse = [o for o in others if o["other_then"] < FALLS * o["other_inside"]]
        worse.sort(key=lambda o: o["other_then"] / o["other_inside"])
        found += [one | o for o in worse] or [one | {"other": "", "truths": inside[id].size}]
    columns = ["missed", "inside", "lowest", "highest", "other", "other_inside", "other_then"]
    return pd.DataFrame(found, columns=[*columns, "both", "truths"])


def _pair(met: Array, id: str, other: str, other_met: Array) -> dict[str, float]:
    both = met & other_met
    return {
        "other": other,
        "other_inside": float(other_met.mean()),
        "other_then": float(both.sum() / max(met.sum(), 1)),
        "both": int(both.sum()),
        "truths": met.size,
    }
