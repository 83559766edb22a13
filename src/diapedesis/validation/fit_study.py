"""The whole study: patients in shards, over processes, kept on disk so that it can go on.

A patient's result depends on the study's name and their number alone, so neither the number of
workers nor the order matters. A folder holds one study; another version, model or size refuses to
mix with it.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from diapedesis import __version__
from diapedesis.core.atomic import write_bytes
from diapedesis.models import pkpd
from diapedesis.validation.fit_replicate import RANKED, Planner, replicate

SHARD = 10
MANIFEST = "manifest.json"
DECIDES = (
    *("core", "evidence", "mechanisms", "models", "simulate", "observe", "infer", "plan"),
    *("validation/fit_protocols.py", "validation/fit_patients.py", "validation/fit_replicate.py"),
    "app/fit_courses.py",
)
"""Parts of the package that can change a patient's result."""
Progress = Callable[[int, int], None]
"""Called with the patients done and the patients wanted."""


class StudyError(ValueError):
    """A folder that holds another study, or a file of it that cannot be read."""


@dataclass(frozen=True)
class Settings:
    """What decides every number of a study.

    Parameters
    ----------
    name : str
        All random numbers follow from it.
    patients : int
        1 or more.
    draws : int
        Posterior draws of each fit, 400 or more.
    """

    name: str = "fit"
    patients: int = 600
    draws: int = 1000

    def __post_init__(self) -> None:
        if self.patients < 1:
            raise StudyError(f"patients: found {self.patients}, expected 1 or more")
        if self.draws < 2 * (RANKED + 1):
            raise StudyError(f"draws: found {self.draws}, expected {2 * (RANKED + 1)} or more")


FULL = Settings()
REDUCED = Settings(name="fit reduced", patients=60, draws=400)


@dataclass(frozen=True)
class FitStudy:
    """A finished study.

    Attributes
    ----------
    settings : Settings
    records : list of dict
        One for each patient, by number; what
        :func:`diapedesis.validation.fit_replicate.replicate` returns.
    """

    settings: Settings
    records: list[dict[str, Any]]

    def fits(self, n_levels: int) -> Iterator[dict[str, Any]]:
        """Yield the fits with a number of known levels that were not refused."""
        for record in self.records:
            found = record["fits"][n_levels]
            if found["refused"] is None:
                yield found | {"chance": record["chance"]}

    def refusals(self, n_levels: int) -> list[str]:
        """Return the reasons of refused fits with a number of known levels."""
        found = (r["fits"][n_levels]["refused"] for r in self.records)
        return [reason for reason in found if reason is not None]


def run_study(
    settings: Settings,
    planner: Planner,
    folder: Path,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> FitStudy:
    """Run a study, or finish the one that a folder holds.

    Parameters
    ----------
    settings : Settings
    planner : callable
        A function of a module, so that other processes find it.
    folder : Path
        Made when it does not exist. A shard is written when it is whole.
    workers : int
        Processes, 1 or more.
    progress : callable, optional

    Raises
    ------
    StudyError
        When the folder holds a study of another version, model or size.
    """
    if workers < 1:
        raise StudyError(f"workers: found {workers}, expected 1 or more")
    folder.mkdir(parents=True, exist_ok=True)
    _claim(folder, manifest(settings))
    firsts = range(0, settings.patients, SHARD)
    left = [first for first in firsts if not _shard(folder, first).exists()]
    told = progress or (lambda done, wanted: None)
    done = settings.patients - sum(len(_numbers(settings, first)) for first in left)
    told(done, settings.patients)
    for first in _run(settings, planner, folder, left, workers):
        done += len(_numbers(settings, first))
        told(done, settings.patients)
    return FitStudy(settings, [r for first in firsts for r in _read(_shard(folder, first))])


def manifest(settings: Settings) -> dict[str, Any]:
    """Return what has to be the same for results to be of one study."""
    return {
        "version": __version__,
        "model": pkpd().fingerprint,
        "code": code_hash(),
        **asdict(settings),
    }


def code_hash() -> str:
    """Return a hash of every source and table of the package that can change a result."""
    seen = hashlib.sha256()
    for part in DECIDES:
        for name, data in _files(resources.files("diapedesis").joinpath(part), part):
            seen.update(f"{name} {hashlib.sha256(data).hexdigest()}\n".encode())
    return seen.hexdigest()


def _files(item: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    if item.is_dir():
        for inner in sorted(item.iterdir(), key=lambda i: i.name):
            yield from _files(inner, f"{path}/{inner.name}")
    elif item.name.endswith((".py", ".csv")):
        yield path, item.read_bytes()


def _claim(folder: Path, wanted: dict[str, Any]) -> None:
    """Write the manifest, or check that the one found is the same."""
    path = folder / MANIFEST
    if not path.exists():
        if any(folder.glob("shard-*.jsonl")):
            raise StudyError(f"{folder}: found shards without {MANIFEST}; choose another folder")
        write_bytes(path, (json.dumps(wanted, indent=1) + "\n").encode())
        return
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise StudyError(f"{path}: not JSON ({error}); choose another folder") from None
    if found != wanted:
        other = [k for k in wanted if not isinstance(found, dict) or found.get(k) != wanted[k]]
        raise StudyError(
            f"{folder}: holds a study with another {', '.join(other) or 'set of fields'};"
            " choose another folder, or remove this one"
        )


def _numbers(settings: Settings, first: int) -> range:
    return range(first, min(first + SHARD, settings.patients))


def _shard(folder: Path, first: int) -> Path:
    return folder / f"shard-{first // SHARD:05d}.jsonl"


def _run(
    settings: Settings, planner: Planner, folder: Path, firsts: Iterable[int], workers: int
) -> Iterator[int]:
    """Compute and write the shards that are left; yield each when it is on disk."""
    if workers == 1:
        for first in firsts:
            _compute(settings, planner, *_part(settings, folder, first))
            yield first
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        jobs = {
            pool.submit(_compute, settings, planner, *_part(settings, folder, first)): first
            for first in firsts
        }
        try:
            for job in as_completed(jobs):
                job.result()
                yield jobs[job]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _part(settings: Settings, folder: Path, first: int) -> tuple[range, Path]:
    """Return the patients of a shard, and where it goes."""
    return _numbers(settings, first), _shard(folder, first)


def _compute(settings: Settings, planner: Planner, numbers: range, shard: Path) -> None:
    rows = [replicate(settings.name, i, settings.draws, planner) for i in numbers]
    lines = [json.dumps(row, allow_nan=False, separators=(",", ":")) for row in rows]
    write_bytes(shard, ("\n".join(lines) + "\n").encode())


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    except ValueError as error:
        raise StudyError(f"{path}: not JSON ({error}); remove it and run again") from None
