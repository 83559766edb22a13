"""Estimate random subjects from poor starts and compare with independent searches.

``python -m benchmarks.robustness.run --subjects 1000`` goes on where an earlier run stopped, and
writes ``benchmarks/robustness/results.json`` and the tables of ``docs/guide/estimation.md``.
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.robustness import searches
from benchmarks.robustness.shapes import shapes
from benchmarks.robustness.subjects import Case, case
from benchmarks.robustness.tables import fill, summary
from diapedesis.exchange.files import write_atomic
from diapedesis.infer.estimate import FitError, find_mode

Array = NDArray[np.float64]
HERE = Path(__file__).parent
EVERY = 10
"""One subject in so many rounds is also searched by peers and globally."""


@dataclass
class Record:
    """What became of one subject; objectives are minus log posteriors.

    Attributes
    ----------
    found : float or None
        Where the search ended; ``None`` when refused, with the `reason`.
    first : float or None
        Where the best of the given starts ended, before any wide search.
    independent : float
        Lowest of the searches that share no code with ours.
    peers : dict of str to float
        Where scipy's methods ended from the same starts; only for some.
    """

    id: str
    shape: str
    kind: str
    n_levels: int
    n_below: int
    n_outliers: int
    found: float | None
    first: float | None
    reason: str
    iterations: int
    evaluations: int
    wide_searches: int
    at_truth: float
    independent: float
    peers: dict[str, float]


def estimate(subject: Case, peers: bool) -> Record:
    """Estimate one subject from its starts, and search independently."""
    lanes = 0

    def counted(z: Array) -> Array:
        nonlocal lanes
        lanes += z.shape[0] * z.shape[1]
        return subject.predict(z)

    found, first, reason, iterations, wide = None, None, "", 0, 0
    try:
        mode = find_mode(subject.prior, counted, subject.levels.terms, starts=subject.starts)
        found, first = (
            float(mode.objective.min()),
            float(mode.objective[: len(subject.starts)].min()),
        )
        iterations, wide = mode.iterations, mode.wide_searches
    except FitError as error:
        reason = str(error)
    low = searches.independent(subject)
    rivals = {}
    if peers:
        rivals = {
            "L-BFGS-B": searches.quasi_newton(subject, subject.starts),
            "least_squares": searches.trust_region(subject, subject.starts),
        }
        low = min(low, searches.differential(subject))
    return Record(
        subject.id, subject.shape, subject.kind, subject.levels.y.size, subject.n_below,
        subject.n_outliers, found, first, reason, iterations, lanes, wide,
        float(subject.objective(subject.truth[None])[0]), low, rivals,
    )  # fmt: skip


def work(task: tuple[str, int, int]) -> Record:
    """Draw and estimate one subject: shape, number, seed."""
    name, number, seed = task
    return estimate(case(shapes()[name], number, seed), peers=number % EVERY == 0)


def records(n: int, seed: int, log: Path | None = None, workers: int = 1) -> list[Record]:
    """Return the records of `n` subjects, the shapes in turn; those in the log are kept."""
    known = {r.id: r for r in (read(log) if log else [])}
    names = list(shapes())
    tasks = [(names[i % len(names)], i // len(names), seed) for i in range(n)]
    ids = [f"{name} {number}" for name, number, _ in tasks]
    missing = [t for t, id in zip(tasks, ids, strict=True) if id not in known]
    with ProcessPoolExecutor(workers) if workers > 1 else nullcontext() as pool:
        done = pool.map(work, missing) if pool else map(work, missing)
        for i, record in enumerate(done, 1):
            known[record.id] = record
            if log:
                with log.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(asdict(record)) + "\n")
                if i % 50 == 0:
                    print(f"{i} of {len(missing)} subjects", flush=True)
    return [known[id] for id in ids]


def read(log: Path) -> list[Record]:
    """Return the records of an earlier, perhaps unfinished, run."""
    if not log.exists():
        return []
    return [Record(**json.loads(line)) for line in log.read_text("utf-8").splitlines()]


def main() -> None:
    """Run, write results and tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--log", type=Path, help="records so far; default out/robustness-SEED.jsonl"
    )
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    log = asked.log or Path("out") / f"robustness-{asked.seed}.jsonl"
    log.parent.mkdir(parents=True, exist_ok=True)
    found = records(asked.subjects, asked.seed, log, asked.workers)
    results = {"subjects": asked.subjects, "seed": asked.seed} | summary(found)
    write_atomic(HERE / "results.json", json.dumps(results, indent=1) + "\n")
    fill(results)


if __name__ == "__main__":
    main()
