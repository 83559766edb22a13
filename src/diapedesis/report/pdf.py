"""A report as PDF, by the optional package WeasyPrint."""

from __future__ import annotations

from pathlib import Path

INSTALL = "install the extra: pip install 'diapedesis[pdf]'"


class PdfError(RuntimeError):
    """The PDF could not be written, and what to install; the HTML report needs nothing of it."""


def write_pdf(html: str, path: str | Path) -> None:
    """Write a report as PDF.

    Parameters
    ----------
    html : str
        A page of :mod:`diapedesis.report.html`.
    path : str or Path

    Raises
    ------
    PdfError
        When WeasyPrint, or the system library Pango that it loads, is missing.
    """
    try:
        from weasyprint import HTML
    except ImportError as error:
        raise PdfError(f"a PDF needs WeasyPrint, which is not installed; {INSTALL}") from error
    except OSError as error:
        raise PdfError(
            f"WeasyPrint (the extra diapedesis[pdf]) misses a system library: {error}. Install"
            " Pango (Debian, Ubuntu: libpango-1.0-0 libpangoft2-1.0-0), or write an HTML report"
        ) from error
    HTML(string=html).write_pdf(str(path))
