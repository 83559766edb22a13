"""``diapedesis validate disputed``: the page with its figure; bad input is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from diapedesis.app.cli.main import app


def test_a_folder_that_is_not_there_is_refused_before_anything_is_simulated(
    tmp_path: Path,
) -> None:
    page = tmp_path / "none" / "disputed.md"
    found = CliRunner().invoke(app, ["validate", "disputed", "--page", str(page)])
    assert found.exit_code == 2 and "make it first" in found.output


@pytest.mark.parametrize("study", ["disputed", "iris", "hypotheses", "fit"])
def test_a_page_that_is_a_folder_is_refused_before_anything_is_simulated(
    tmp_path: Path, study: str
) -> None:
    found = CliRunner().invoke(app, ["validate", study, "--page", str(tmp_path)])
    assert found.exit_code == 2 and "is not a regular file; choose another name" in found.output


@pytest.mark.slow
def test_the_page_shows_its_figure(tmp_path: Path) -> None:
    page = tmp_path / "disputed.md"
    found = CliRunner().invoke(app, ["validate", "disputed", "--reduced", "--page", str(page)])
    assert found.exit_code == 0, found.output
    assert "plasma exchange, against none" in found.stdout
    text = page.read_text("utf-8")
    assert "figures/disputed.svg" in text
    assert (tmp_path / "figures" / "disputed.svg").read_text("utf-8").startswith("<?xml")
