"""Measure the solver beside its peers: ``python -m benchmarks.engine.run``.

Rounds are interleaved: every engine is timed once before any is timed again, each in a process of
its own that waits while the others work. Every speed stands beside the error of the same engine at
the same tolerance. Figures go to ``results.json`` as they come; a run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import json
import os
from importlib import import_module
from pathlib import Path

import numpy as np

from . import truth
from .engines import Engine, EngineError
from .peers import NAMES, peer
from .results import PATH, Results, versions
from .workloads import IDS, Workload, workload

NOMINAL = 1e-6
CURVES = ("a", "b", "c")
"""Workloads solved at every tolerance; the others at the nominal one."""
N_ERROR = {"b10": 16, "b100": 16}
"""Subjects whose error is measured; 64 where nothing is said."""
MEMORY = 2**28


def main() -> None:
    """Measure what the arguments ask for and is not measured yet."""
    asked = _arguments()
    results = Results(asked.results, fresh=asked.fresh)
    for name in asked.again:
        results.drop(name)
    names = [n for n in NAMES if n in asked.engines and _present(results, n)]
    results.put([*(results.get("load") or []), os.getloadavg()[0]], "load")
    for id in asked.workloads:
        w = workload(id)
        _reference(results, w, asked.quick)
        for rtol in _tolerances(names, id, asked.quick):
            group = [n for n in names if rtol == NOMINAL or rtol in peer(n).TOLERANCES]
            _measure(results, w, rtol, group, asked)
    results.put([*results.get("load"), os.getloadavg()[0]], "load")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="nominal tolerance, two short rounds")
    parser.add_argument("--fresh", action="store_true", help="forget earlier figures")
    parser.add_argument("--again", nargs="*", default=[], choices=NAMES, help="measure these again")
    parser.add_argument("--engines", nargs="*", default=NAMES, choices=NAMES)
    parser.add_argument("--workloads", nargs="*", default=IDS, choices=IDS)
    parser.add_argument("--rounds", type=int, default=None, help="default 5, quick 2")
    parser.add_argument("--results", type=Path, default=PATH, help="file of the figures")
    asked = parser.parse_args()
    asked.rounds = asked.rounds or (2 if asked.quick else 5)
    asked.seconds = 0.3 if asked.quick else 1.5
    return asked


def _present(results: Results, name: str) -> bool:
    """Return whether an engine can be imported; write down its versions, or why not."""
    try:
        module = import_module(f"{__package__}.peers.{name}")
    except ImportError as error:
        results.put({"label": name, "missing": f"not installed: {error}"}, "engines", name)
        return False
    about = {"label": module.LABEL, "versions": versions(module.PACKAGES)}
    results.put(about, "engines", name)
    return True


def _reference(results: Results, w: Workload, quick: bool) -> None:
    n = 8 if quick else N_ERROR.get(w.id, 64)
    if (results.get("reference", w.id, "n") or 0) < n:
        truth.reference(w, n)
        about = {"label": w.label, "n": n, "checked_difference": truth.check(w)}
        results.put(about, "reference", w.id)


def _tolerances(names: list[str], id: str, quick: bool) -> list[float]:
    """Return the nominal tolerance, and for a curve all that an engine has."""
    if quick or id not in CURVES:
        return [NOMINAL]
    rest = {t for n in names for t in peer(n).TOLERANCES} - {NOMINAL}
    return [NOMINAL, *sorted(rest, reverse=True)]


def _measure(
    results: Results, w: Workload, rtol: float, group: list[str], asked: argparse.Namespace
) -> None:
    """Time a group of engines in turn, as many rounds as are missing."""
    rounds = asked.rounds if rtol == NOMINAL else min(3, asked.rounds)
    workers = (1, 2) if rtol == NOMINAL else (1,)
    waiting = [n for n in group if _rounds(results, w, n, rtol, workers[-1]) < rounds]
    engines = [e for n in waiting if (e := _started(results, w, n, rtol, workers, asked))]
    try:
        for _ in range(rounds):
            for k in workers:
                for engine in list(engines):
                    if _rounds(results, w, engine.name, rtol, k) < rounds and not _timed(
                        results, engine, k
                    ):
                        engines.remove(engine)
    finally:
        for engine in engines:
            engine.end()


def _rounds(results: Results, w: Workload, name: str, rtol: float, workers: int) -> int:
    if results.get("errors", w.id, name, f"{rtol:g}", "failed"):
        return 10**9
    return len(results.get("speed", w.id, name, f"{rtol:g}", str(workers), "rounds") or [])


def _started(
    results: Results,
    w: Workload,
    name: str,
    rtol: float,
    workers: tuple[int, ...],
    asked: argparse.Namespace,
) -> Engine | None:
    """Return an engine, its error measured and its numbers of subjects chosen; None if it fails."""
    place = "errors", w.id, name, f"{rtol:g}"
    try:
        engine = Engine(name, w, rtol)
        if results.get(*place) is None:
            n = int(results.get("reference", w.id, "n"))
            e = truth.errors(engine.outputs(n), truth.reference(w, n))
            low, high = np.quantile(e, (0.5, 0.95))
            found = {"median": low, "p95": high, "max": e.max(), "prepared": engine.prepared}
            results.put(found, *place)
            _say(w.id, name, rtol, **found)
        for k in workers:
            engine.choose(k, asked.seconds, MEMORY)
    except EngineError as error:
        _failed(results, place, error)
        return None
    return engine


def _timed(results: Results, engine: Engine, workers: int) -> bool:
    place = "speed", engine.workload.id, engine.name, f"{engine.rtol:g}", str(workers)
    try:
        speed, share = engine.timing(workers)
    except EngineError as error:
        _failed(results, ("errors", *place[1:-1]), error)
        return False
    known = results.get(*place) or {"rounds": [], "share": []}
    shares = [*known["share"], round(share, 2)]
    row = {"n": engine.n[workers], "rounds": [*known["rounds"], speed], "share": shares}
    results.put(row, *place)
    _say(*place[1:3], engine.rtol, workers=workers, n=row["n"], per_second=speed, share=share)
    return True


def _failed(results: Results, place: tuple[str, ...], error: Exception) -> None:
    results.put({"failed": str(error)}, *place)
    _say(*place[1:3], float(place[3]), failed=str(error))


def _say(id: str, name: str, rtol: float, **what: object) -> None:
    print(
        json.dumps({"workload": id, "engine": name, "rtol": rtol} | what, default=float), flush=True
    )


if __name__ == "__main__":
    main()
