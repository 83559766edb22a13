"""The file of figures: what was measured, on what machine, written after every measurement."""

from __future__ import annotations

import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("results.json")


class Results:
    """Figures by section; ``put`` writes the file at once, so that a stopped run can go on."""

    def __init__(self, path: Path = PATH, fresh: bool = False) -> None:
        self.path = path
        known = path.exists() and not fresh
        self.data: dict[str, Any] = json.loads(path.read_text("utf-8")) if known else {}
        here = machine()
        if self.data and self.data["machine"] != here:
            raise ValueError(
                f"{path} was measured on {self.data['machine']!r}, this is {here!r}: figures of two"
                " machines do not mix. Start again with --fresh"
            )
        self.data.setdefault("machine", here)

    def get(self, *place: str) -> Any:
        """Return what stands at a place, or None."""
        found: Any = self.data
        for step in place:
            found = found.get(step) if isinstance(found, dict) else None
        return found

    def put(self, value: object, *place: str) -> None:
        """Write a value at a place."""
        *path, last = place
        found = self.data
        for step in path:
            found = found.setdefault(step, {})
        found[last] = value
        self.path.write_text(json.dumps(self.data, indent=1) + "\n", encoding="utf-8")

    def drop(self, engine: str) -> None:
        """Forget an engine's figures."""
        for section in ("errors", "speed"):
            for by_engine in self.data.get(section, {}).values():
                by_engine.pop(engine, None)
        self.data.get("engines", {}).pop(engine, None)


def machine() -> str:
    """Return processor, cores and system in one line."""
    names = Path("/proc/cpuinfo")
    lines = names.read_text("utf-8").splitlines() if names.exists() else []
    models = [x.split(":", 1)[1].strip() for x in lines if x.startswith("model name")]
    name = models[0] if models else platform.processor() or platform.machine()
    return (
        f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )


def versions(packages: tuple[str, ...]) -> dict[str, str]:
    """Return the version of each distribution that is installed."""
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
