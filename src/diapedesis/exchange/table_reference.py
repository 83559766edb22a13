"""Writes the generated parts of the page on event tables: columns, codes, faults as they are said.

Run ``python -m diapedesis.exchange.table_reference docs/reference`` after a change of the reader.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from diapedesis.exchange.files import write_atomic
from diapedesis.exchange.table_bad import BAD
from diapedesis.exchange.table_columns import COLUMNS, COVARIATES, Column
from diapedesis.exchange.table_faults import CODES

PAGE = "event-table.md"


def column_table(columns: Sequence[Column]) -> str:
    """Return a table of columns."""
    lines = ["| column | also | holds | meaning |", "|---|---|---|---|"]
    for c in columns:
        also = ", ".join(f"`{name}`" for name in c.also)
        lines.append(f"| `{c.name}` | {also} | {c.takes} | {c.meaning} |")
    return "\n".join(lines) + "\n"


def code_table() -> str:
    """Return the table of fault codes."""
    lines = ["| code | message | fix |", "|---|---|---|"]
    lines += [f"| {code} | {title} | {fix} |" for code, (title, fix) in CODES.items()]
    return "\n".join(lines) + "\n"


def faults_said() -> str:
    """Return each faulty table with what the reader says of it."""
    parts: list[str] = []
    for bad in sorted(BAD, key=lambda b: b.code):
        parts.append(f"**{bad.title[0].upper()}{bad.title[1:]}**\n")
        if bad.shown():
            parts.append(f"```text\n{bad.shown()}```\n")
        said = "\n".join(str(fault) for fault in bad.faults())
        parts.append(f"```text\n{said}\n```\n")
    return "\n".join(parts)


def page(text: str) -> str:
    """Return the page with its generated parts renewed."""
    made = {
        "columns": column_table(COLUMNS),
        "covariates": column_table(COVARIATES),
        "codes": code_table(),
        "faults": faults_said(),
    }
    for name, content in made.items():
        begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
        head, rest = text.split(begin, 1)
        text = head + begin + "\n" + content + "\n" + end + rest.split(end, 1)[1]
    return text


def main(folder: str) -> None:
    """Renew the page in a folder."""
    file = Path(folder) / PAGE
    write_atomic(file, page(file.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main(sys.argv[1])
