"""Rows of a result table, by what they say."""

from __future__ import annotations

from typing import Any

import pandas as pd

Row = dict[str, Any]


def rows(frame: pd.DataFrame, **where: object) -> list[Row]:
    """Return the rows in which columns have these values.

    Examples
    --------
    >>> rows(pd.DataFrame({"arm": ["a", "b"], "n": [1, 2]}), arm="b")
    [{'arm': 'b', 'n': 2}]
    """
    return [
        r
        for r in ({str(k): v for k, v in x.items()} for x in frame.to_dict("records"))
        if all(r[k] == v for k, v in where.items())
    ]


def by(frame: pd.DataFrame, *keys: str, **where: object) -> dict[Any, Row]:
    """Return such rows by the value of a column, or by those of several.

    Examples
    --------
    >>> by(pd.DataFrame({"arm": ["a", "b"], "n": [1, 2]}), "arm")["b"]["n"]
    2
    """
    found = rows(frame, **where)
    if len(keys) == 1:
        return {r[keys[0]]: r for r in found}
    return {tuple(r[k] for k in keys): r for r in found}
