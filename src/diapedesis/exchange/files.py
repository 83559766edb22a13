"""Reading a text file with care, and writing one so that it is either whole or not there."""

from __future__ import annotations

from pathlib import Path

from diapedesis.core.atomic import write_bytes
from diapedesis.exchange.faults import Faults

LARGEST = 1_000_000
"""Largest case file that is read [byte]."""


def read_text(path: Path, faults: Faults) -> str:
    """Return the text of a file that is regular, not empty, not enormous and UTF-8.

    Raises
    ------
    CaseError
        With code C001, C002, C003 or C004.
    """
    data = _bytes(path, faults)
    if len(data) > LARGEST:
        faults.refuse("C003", found="more than 1 MB", expected="at most 1 MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        found = f"byte 0x{data[error.start]:02x}"
        faults.refuse("C004", found=found, expected="UTF-8 text", line=line)
    if "\0" in text:
        faults.refuse("C004", found="binary content", expected="UTF-8 text")
    if not text.strip():
        faults.refuse("C002", found="nothing", expected=f"a {faults.noun}")
    return text


def _bytes(path: Path, faults: Faults) -> bytes:
    try:
        if path.exists() and not path.is_file():
            kind = "a directory" if path.is_dir() else "a device or pipe"
            faults.refuse("C001", found=kind, expected="a regular file")
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except FileNotFoundError:
        faults.refuse("C001", found="no such file", expected="an existing file")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        faults.refuse("C001", found=reason, expected="a file that can be read")


def write_atomic(path: str | Path, text: str) -> Path:
    """Write a text file as a whole or not at all.

    As :func:`diapedesis.core.atomic.write_bytes`, for text.

    Parameters
    ----------
    path : str or Path
        A symbolic link is followed. An existing regular file is replaced.
    text : str
        Written as UTF-8, line ends as they are.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    FileNotFoundError
        When the directory does not exist; it is not made.
    FileExistsError
        When the name is a directory, device or pipe.
    OSError
        When it cannot be written there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomic(Path(folder) / "plan.html", "<p>one</p>").read_text()
    '<p>one</p>'
    """
    return write_bytes(path, text.encode("utf-8"))
