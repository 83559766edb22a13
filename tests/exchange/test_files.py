"""A file is written whole or not at all."""

import os
from pathlib import Path

import pytest

from diapedesis.exchange import write_atomic


def test_a_new_file_and_its_rights(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        written = write_atomic(tmp_path / "plan.html", "α4\r\n")
    finally:
        os.umask(before)
    assert written.read_bytes() == "α4\r\n".encode()
    assert written.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["plan.html"]


def test_an_old_file_is_replaced_and_keeps_its_rights(tmp_path: Path) -> None:
    old = tmp_path / "plan.html"
    old.write_text("old")
    old.chmod(0o600)
    write_atomic(str(old), "new")
    assert old.read_text() == "new"
    assert old.stat().st_mode & 0o777 == 0o600


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "plan.html")
    write_atomic(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "plan.html").read_text() == "new"


def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "plan.html"
    old.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(old, "new")
    assert old.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["plan.html"]


def test_text_that_cannot_be_encoded_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_atomic(tmp_path / "plan.html", "\ud800")
    assert list(tmp_path.iterdir()) == []


def test_a_directory_a_pipe_and_a_missing_directory_are_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for name in (tmp_path, pipe):
        with pytest.raises(FileExistsError, match="choose another name"):
            write_atomic(name, "x")
    with pytest.raises(FileNotFoundError, match="make it first"):
        write_atomic(tmp_path / "none" / "plan.html", "x")
