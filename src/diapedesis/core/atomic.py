"""Writing a file so that it is either whole or not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_bytes(path: str | Path, data: bytes) -> Path:
    """Write a file as a whole or not at all.

    The data go to a temporary file in the same directory, which then takes the name. A reader
    never sees half a file, and a failure leaves the old one as it was.

    Parameters
    ----------
    path : str or Path
        A symbolic link is followed. An existing regular file is replaced.
    data : bytes

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
    """
    target = Path(path).resolve()
    if not target.parent.is_dir():
        raise FileNotFoundError(f"{target.parent} is not a directory; make it first")
    if target.exists() and not target.is_file():
        raise FileExistsError(f"{target} is not a regular file; choose another name")
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return target


def _mode(target: Path) -> int:
    """Return the rights of the file to replace, or those that a new file would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
