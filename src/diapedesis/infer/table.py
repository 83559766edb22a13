"""Rows under named columns, light to make; pandas is imported when a frame is asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Table:
    """A small result table.

    Parameters
    ----------
    columns : tuple of str
    rows : tuple of tuple
        One value for each column.

    Examples
    --------
    >>> table = Table.of([{"n": 1, "p": 0.4}, {"n": 2}])
    >>> table.records()
    [{'n': 1, 'p': 0.4}, {'n': 2, 'p': None}]
    >>> table.to_frame().shape
    (2, 2)
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(
        cls, records: Iterable[Mapping[str, Any]], columns: Sequence[str] | None = None
    ) -> Table:
        """Collect records; columns are those of the first record unless given."""
        listed = list(records)
        names = tuple(columns if columns is not None else listed[0] if listed else ())
        return cls(names, tuple(tuple(r.get(c) for c in names) for r in listed))

    def records(self) -> list[dict[str, Any]]:
        """Return one dict per row."""
        return [dict(zip(self.columns, r, strict=True)) for r in self.rows]

    def column(self, name: str) -> list[Any]:
        """Return the values of one column."""
        at = self.columns.index(name)
        return [r[at] for r in self.rows]

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas DataFrame."""
        import pandas as pd

        return pd.DataFrame(list(self.rows), columns=list(self.columns))

    def to_csv(self) -> str:
        """Return the table as CSV with commas; numbers in full, what is missing empty."""
        out = io.StringIO()
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow(self.columns)
        lines.writerows(self.rows)
        return out.getvalue()

    def to_markdown(self) -> str:
        """Return a table of text in Markdown."""
        lines = [self.columns, ("---",) * len(self.columns), *self.rows]
        return "".join(f"| {' | '.join(str(c).replace('|', '/') for c in x)} |\n" for x in lines)

    def to_html(self) -> str:
        """Return the table as HTML with three significant digits."""
        return str(self.to_frame().to_html(index=False, float_format=lambda x: f"{x:.3g}"))
