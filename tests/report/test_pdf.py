"""PDF: written when WeasyPrint is there, a clear message when it is not."""

import builtins
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from diapedesis.plan import PlexPlan
from diapedesis.report.html import plex_report
from diapedesis.report.pdf import PdfError, write_pdf


def failing_import(error: Exception) -> Callable[..., Any]:
    real = builtins.__import__

    def imported(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.split(".")[0] == "weasyprint":
            raise error
        return real(name, *args, **kwargs)

    return imported


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ImportError("no module"), "WeasyPrint, which is not installed"),
        (OSError("cannot load library 'libpango-1.0-0'"), "misses a system library: cannot load"),
    ],
)
def test_what_is_missing_is_said_and_nothing_written(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(builtins, "__import__", failing_import(error))
    with pytest.raises(PdfError, match=said) as caught:
        write_pdf("<p>page</p>", tmp_path / "a.pdf")
    assert "diapedesis[pdf]" in str(caught.value)
    assert not (tmp_path / "a.pdf").exists()


def test_a_report_becomes_a_pdf(reached: PlexPlan, tmp_path: Path) -> None:
    pytest.importorskip("weasyprint")
    write_pdf(plex_report(reached), tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
