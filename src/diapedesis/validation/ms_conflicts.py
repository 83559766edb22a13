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
from numpy.typing import NDArray

from diapedesis.validation.calibrate_ms import ROWS_FILE
from diapedesis.validation.published import behaviours
from diapedesis.validation.studies import Array

Flags = NDArray[np.bool_]
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
        others = [(o, *_pair(inside[id], inside[o])) for o in rows if o != id]
        worse = sorted((then / of_all, o, of_all, then, both) for o, of_all, then, both in others
                       if then < FALLS * of_all)  # fmt: skip
        size = inside[id].size
        found += [
            one
            | {"other": o, "other_inside": of_all, "other_then": then, "both": both, "truths": size}
            for _, o, of_all, then, both in worse
        ] or [one | {"other": "", "truths": size}]
    columns = ["missed", "inside", "lowest", "highest", "other", "other_inside", "other_then"]
    return pd.DataFrame(found, columns=[*columns, "both", "truths"])


def _pair(met: Flags, other_met: Flags) -> tuple[float, float, int]:
    """Return the share of all that meet the other row, that of those that meet one, and both."""
    both = int((met & other_met).sum())
    return float(other_met.mean()), both / max(int(met.sum()), 1), both
