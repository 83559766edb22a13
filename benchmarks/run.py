"""Measure speed and write ``benchmarks/results.json``: ``make bench``.

Everything is measured in one run on one machine: medians over repeats. A target that is missed is
written down as missed. Peers are in ``benchmarks/engine``.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median

import numpy as np

from diapedesis import __version__
from diapedesis.app.questions import plex_question
from diapedesis.exchange import read_case
from diapedesis.infer.estimate import find_mode
from diapedesis.infer.fit import fit, log_posterior
from diapedesis.infer.likelihood import Levels
from diapedesis.infer.names import covariates, fitted_names
from diapedesis.infer.prior import Prior, subject_prior
from diapedesis.infer.readings import Readings
from diapedesis.infer.sampler import sample
from diapedesis.models import pkpd
from diapedesis.observe import Level, Subject
from diapedesis.plan import plan_plex
from diapedesis.simulate import Plex, Protocol, solve

ROOT = Path(__file__).resolve().parents[1]
CASE = "examples/khatri-like.yaml"
STARTS = 4
DRAWS = 2000
EFFECTIVE = 1000


def seconds(job: Callable[[], object], repeats: int) -> float:
    """Return the median time of a job; one run before does not count."""
    job()
    return median(_once(job) for _ in range(repeats))


def _once(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def row(
    id: str,
    what: str,
    ours: float,
    repeats: int,
    *,
    target: float | None = None,
    peer: tuple[str, float] | None = None,
    **more: object,
) -> dict[str, object]:
    """Return one line of the results."""
    out: dict[str, object] = {"id": id, "what": what, "seconds": ours, "repeats": repeats}
    if target is not None:
        out |= {"target_seconds": target, "met": ours <= target}
    if peer is not None:
        out |= {"peer": peer[0], "peer_seconds": peer[1], "ratio": peer[1] / ours}
    print(json.dumps(out | more), flush=True)
    return out | more


def patient(infusions: int) -> Subject:
    last = 28.0 * (infusions - 1)
    levels = (Level(last, 24.0), Level(last + 7, 58.0), Level(last + 10, 49.0))
    return Subject(
        Protocol.every(28, n=infusions), levels, "bench", sex="female", height=1.7, haematocrit=0.4
    )


def problem(infusions: int) -> tuple[Subject, Prior]:
    """Return a patient and the prior of what the levels inform."""
    subject = patient(infusions)
    return subject, subject_prior(pkpd()).only(fitted_names(subject.protocol))


def estimate(infusions: int) -> dict[str, object]:
    """Time the mode: 3 levels, 4 starts, ODEs solved in every iteration."""
    subject, prior = problem(infusions)
    levels = Levels.of(subject.levels)

    def ours() -> float:
        mode = find_mode(prior, Readings(subject, pkpd(), prior, levels), levels.terms)
        return float(np.min(mode.objective))

    return row(
        f"map_{infusions}",
        f"Estimate (MAP) from 3 levels after {infusions} infusions, {STARTS} starts",
        seconds(ours, 21),
        21,
        target=0.005,
    )


def posterior() -> dict[str, object]:
    """Time 1000 effective draws (R-hat and effective sizes checked), beside emcee's."""
    subject, prior = problem(12)
    levels = Levels.of(subject.levels)
    predict = Readings(subject, pkpd(), prior, levels)
    density = log_posterior(prior, predict, levels.terms)

    def ours() -> float:
        mode = find_mode(prior, predict, levels.terms)
        return sample(prior, mode, density, EFFECTIVE, np.random.default_rng(1)).ess

    return row(
        "posterior",
        f"Posterior, {EFFECTIVE} effective draws after R-hat of at most 1.01, 12 infusions",
        seconds(ours, 11),
        11,
        target=1.0,
        peer=("emcee, differential evolution", _emcee(prior, density)),
    )


def _emcee(prior: Prior, density: Callable[[np.ndarray], np.ndarray]) -> float:
    """Return emcee's seconds for as many effective draws, by its own autocorrelation time.

    One ensemble of 128 walkers with the moves its documentation suggests for such posteriors; its
    burn-in of 100 steps counts.
    """
    import emcee

    moves = [(emcee.moves.DEMove(), 0.8), (emcee.moves.DESnookerMove(), 0.2)]
    walkers, burn_in, steps = 128, 100, 1000
    start = prior.sample(walkers, np.random.default_rng(1))
    chains = emcee.EnsembleSampler(walkers, start.shape[1], density, vectorize=True, moves=moves)
    begin = time.perf_counter()
    chains.run_mcmc(start, burn_in + steps)
    each = (time.perf_counter() - begin) / (burn_in + steps)
    tau = emcee.autocorr.integrated_time(chains.get_chain(discard=burn_in), tol=0).max()
    return float(each * (burn_in + EFFECTIVE * tau / walkers))


def ensemble() -> dict[str, object]:
    """Time the courses of many posterior draws."""
    subject = patient(12)
    draws = fit(subject, n_draws=DRAWS).draws
    protocol = subject.protocol.with_sessions(
        Plex(320.0 + 2 * i, plasma_volumes=1.5) for i in range(5)
    )
    times = np.arange(320.0, 381.0)
    inputs = covariates(subject)

    def ours() -> np.ndarray:
        found = solve(pkpd(), protocol, times, ("c", "c_free"), parameters=draws, inputs=inputs)
        return found.raise_failures()["c"]

    return row(
        "ensemble",
        f"{DRAWS} draws, 12 infusions and 5 exchanges, 61 days read",
        seconds(ours, 5),
        5,
    )


def command(*arguments: str, repeats: int, **environment: str) -> float:
    """Return the median time of a command in a process of its own."""
    whole = [sys.executable, "-m", "diapedesis.app.cli", *arguments]

    def job() -> None:
        env = os.environ | environment
        subprocess.run(whole, cwd=ROOT, env=env, check=True, capture_output=True)

    return median(_once(job) for _ in range(repeats))


def plans() -> list[dict[str, object]]:
    """Time the plan: again in one process, in a new process, and the first ever."""
    case = read_case(ROOT / CASE)
    question = plex_question(case)
    warm = seconds(lambda: plan_plex(case.subject, question), 5)
    plan = ("plan", "plex", CASE)
    command(*plan, repeats=1)  # every kernel compiled
    cold = command(*plan, repeats=5)
    with tempfile.TemporaryDirectory() as empty:
        first = command(*plan, repeats=1, DIAPEDESIS_CACHE=empty)
    return [
        row("plan_warm", "`plan_plex`, again in one process", warm, 5, target=2.0),
        row("plan_cold", "`diapedesis plan plex`, a new process", cold, 5, target=5.0),
        row("plan_first", "the same, first ever on a machine (compiles the kernels)", first, 1),
        row("help", "`diapedesis --help`", command("--help", repeats=5), 5),
    ]


def machine() -> str:
    """Return processor, cores and system in one line."""
    names = Path("/proc/cpuinfo")
    lines = names.read_text().splitlines() if names.exists() else []
    models = [x.split(":", 1)[1].strip() for x in lines if x.startswith("model name")]
    name = models[0] if models else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores, {platform.system()}"


def main() -> None:
    rows = [estimate(12), estimate(24), posterior(), *plans(), ensemble()]
    results = {
        "machine": machine(),
        "load_at_start_and_end": [LOAD, os.getloadavg()[0]],
        "versions": {
            "diapedesis": __version__,
            "python": platform.python_version(),
            **{p: version(p) for p in ("numpy", "scipy", "llvmlite")},
        },
        "rows": rows,
    }
    text = json.dumps(results, indent=1)
    (ROOT / "benchmarks" / "results.json").write_text(text + "\n", encoding="utf-8")
    subprocess.run([sys.executable, str(ROOT / "scripts" / "readme_tables.py")], check=True)


LOAD = os.getloadavg()[0]
if __name__ == "__main__":
    main()
