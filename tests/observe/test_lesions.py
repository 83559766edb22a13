"""Sampled lesions and relapses have exactly the expectations of the equations, and their spread."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from diapedesis.observe import LesionProcess, sample_lesions
from tests.streams import rng_of

N = 10_000
SCANS = np.arange(20.0, 401.0, 20.0)
PROCESS = LesionProcess(3.0, 6.0, 30.0, 0.6, 0.15)


def seed_of(name: str) -> int:
    return int(rng_of(name).integers(2**62))


def expected_enhancing(times, births, duration: float, days) -> np.ndarray:
    """Solution of gd' = births - gd / duration, gd = 0 at the start, births linear in between."""
    grid = np.union1d(times, days)
    rate = np.interp(grid, times, births)
    gd = [0.0]
    for width, low, high in zip(np.diff(grid), rate, rate[1:], strict=False):
        slope = (high - low) / width
        start, end = duration * (low - slope * duration), duration * (high - slope * duration)
        gd.append(end + (gd[-1] - start) * np.exp(-width / duration))
    return np.array(gd)[np.searchsorted(grid, days)]


def assert_mean(values: np.ndarray, expected, z: float = 4.5) -> None:
    """Means over subjects are the expected ones, within z of their standard errors."""
    error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    np.testing.assert_array_less(np.abs(values.mean(axis=0) - expected), z * error + 1e-12)


COURSES = {
    "constant": ([0, 400], [0.06, 0.06]),
    "step": ([0, 150, 150.001, 400], [0.02, 0.02, 0.2, 0.2]),
    "ramp": ([0, 400], [0.0, 0.2]),
    "rebound": ([0, 90, 150, 210, 400], [0.05, 0.0, 0.3, 0.02, 0.06]),
}


@pytest.mark.parametrize(("times", "births"), COURSES.values(), ids=COURSES)
@pytest.mark.parametrize("duration", [12.0, 45.0])
def test_mean_of_enhancing_solves_its_equation(times, births, duration: float) -> None:
    process = LesionProcess(3.0, 6.0, duration, 0.6, 0.15)
    rates = np.tile(births, (N, 1))
    seen = sample_lesions(times, rates, 0.0, process, seed_of(f"enhancing {times} {duration}"))
    assert_mean(seen.enhancing(SCANS), expected_enhancing(times, births, duration, SCANS))


def test_oracle_of_a_constant_and_a_ramp() -> None:
    """The oracle itself, against the solutions of a textbook."""
    fall = 1 - np.exp(-SCANS / 30)
    constant = expected_enhancing([0, 400], [0.06, 0.06], 30.0, SCANS)
    np.testing.assert_allclose(constant, 0.06 * 30 * fall)
    ramp = expected_enhancing([0, 400], [0.0, 0.2], 30.0, SCANS)
    np.testing.assert_allclose(ramp, 0.0005 * 30 * (SCANS - 30 * fall))


def test_mean_of_new_t2_and_of_large_lesions() -> None:
    rates = np.tile([0.0, 0.2], (N, 1))
    seen = sample_lesions([0, 400], rates, 0.0, PROCESS, seed_of("shares"))
    assert_mean(seen.new_t2(100, 300), 0.6 * (0.15 + 0.05) / 2 * 200)
    large = np.bincount(seen.subject[seen.large], minlength=N)
    assert_mean(large, 0.15 * 40)
    both = np.bincount(seen.subject[seen.large & seen.t2], minlength=N)
    assert_mean(both, 0.6 * 0.15 * 40)


def test_new_t2_lesions_fade_before_a_late_scan() -> None:
    process = LesionProcess(3.0, 6.0, 30.0, 0.6, 0.15, t2_duration=90.0)
    seen = sample_lesions([0, 400], np.full((N, 2), 0.1), 0.0, process, seed_of("fading"))
    for days in (20.0, 365.0):
        assert_mean(seen.new_t2(0, days), 0.6 * 0.1 * 90 * (1 - np.exp(-days / 90)))


@pytest.mark.parametrize("mean", [1.0, 1.5, 8.0])
def test_bursts_are_geometric(mean: float) -> None:
    process = LesionProcess(mean, 6.0, 30.0, 0.6, 0.15)
    seen = sample_lesions([0, 400], np.full((N, 2), 0.1), 0.0, process, seed_of(f"size {mean}"))
    assert_mean(np.bincount(seen.burst_subject, minlength=N), 40 / mean)
    sizes = np.arange(1, 6)
    probability = (1 / mean) * (1 - 1 / mean) ** (sizes - 1)
    found = [(seen.burst_size == s).mean() for s in sizes]
    error = np.sqrt(probability * (1 - probability) / len(seen.burst_size))
    np.testing.assert_array_less(np.abs(found - probability), 4.5 * error + 1e-12)
    assert len(seen.subject) == seen.burst_size.sum()


def relapse_probability(size: float, lesions: float) -> float:
    """Of a burst: 1 - E[exp(-S / lesions)] for S geometric with mean `size`."""
    z = np.exp(-1 / lesions)
    return (1 - z) / (1 - (1 - 1 / size) * z)


def test_closed_form_of_the_relapse_probability() -> None:
    sizes = np.arange(1, 400)
    weights = (1 / 3) * (2 / 3) ** (sizes - 1)
    summed = np.sum(weights * (1 - np.exp(-sizes / 6)))
    assert relapse_probability(3.0, 6.0) == pytest.approx(summed)


@pytest.mark.parametrize(("size", "lesions"), [(1.0, 2.0), (3.0, 6.0), (8.0, 30.0)])
def test_mean_of_relapses(size: float, lesions: float) -> None:
    """Relapses of bursts and others together are a Poisson process: variance is the mean."""
    process = LesionProcess(size, lesions, 30.0, 0.6, 0.15)
    births, background = np.tile([0.0, 0.2], (N, 1)), np.tile([0.004, 0.0], (N, 1))
    seen = sample_lesions([0, 400], births, background, process, seed_of(f"relapse {size}"))
    edges = np.arange(0.0, 401.0, 100.0)
    middle = (edges[1:] + edges[:-1]) / 2
    of_bursts = 0.0005 * middle / size * relapse_probability(size, lesions)
    expected = (of_bursts + 0.004 * (1 - middle / 400)) * 100
    counts = np.column_stack([seen.relapses(a, b) for a, b in pairwise(edges)])
    assert_mean(counts, expected)
    np.testing.assert_allclose(counts.var(axis=0) / expected, 1, atol=0.1)
    assert seen.burst_relapse.mean() == pytest.approx(relapse_probability(size, lesions), abs=0.01)


def test_time_to_the_first_relapse_is_exponential() -> None:
    seen = sample_lesions([0, 400], np.full((N, 2), 0.05), 0.001, PROCESS, seed_of("first relapse"))
    rate = 0.05 / 3 * relapse_probability(3.0, 6.0) + 0.001
    free = np.isinf(seen.first_relapse(100, 300))
    assert_mean(free.astype(float), np.exp(-rate * 200))


@pytest.mark.parametrize("size", [1.0, 3.0, 8.0])
def test_spread_of_counts_is_that_of_bursts(size: float) -> None:
    """Births: variance / mean = 2 size - 1. A scan in steady state: variance / mean = size."""
    process = LesionProcess(size, 6.0, 30.0, 0.6, 0.15)
    seen = sample_lesions([0, 400], np.full((N, 2), 0.1), 0.0, process, seed_of(f"spread {size}"))
    for counts, mean, ratio in (
        (np.bincount(seen.subject, minlength=N), 40.0, 2 * size - 1),
        (seen.enhancing([400])[:, 0], 3.0, size),
    ):
        square = (counts - mean) ** 2
        assert abs(square.mean() / mean - ratio) < 4.5 * square.std() / mean / np.sqrt(N)


def test_each_subject_has_its_own_numbers() -> None:
    half = N // 2
    own = LesionProcess(
        *(np.repeat(pair, half) for pair in ((1, 5), (2, 50), (10, 60), (0, 1), (1, 0)))
    )
    seen = sample_lesions([0, 400], np.full((N, 2), 0.1), 0.0, own, seed_of("own"))
    few, many = seen.subject < half, seen.subject >= half
    assert not seen.t2[few].any() and seen.t2[many].all()
    assert seen.large[few].all() and not seen.large[many].any()
    assert (seen.gone - seen.born)[few].mean() == pytest.approx(10, rel=0.02)
    assert (seen.gone - seen.born)[many].mean() == pytest.approx(60, rel=0.02)
    assert seen.burst_size[seen.burst_subject < half].max() == 1
    felt = seen.relapses(0, 400)
    assert_mean(felt[:half], 40 * relapse_probability(1, 2))
    assert_mean(felt[half:], 8 * relapse_probability(5, 50))


def test_nothing_comes_of_nothing() -> None:
    still = sample_lesions([0, 400], np.zeros((5, 2)), 0.0, PROCESS, 1)
    assert len(still.subject) == len(still.relapse_day) == 0
    assert still.enhancing(SCANS).tolist() == still.new_enhancing(SCANS, 0.5).tolist()
    assert still.enhancing(SCANS, 0.5).shape == (5, len(SCANS))
    assert not still.any_large_new(SCANS).any()
    assert still.new_t2(0, 400).tolist() == still.relapses(0, 400).tolist() == [0] * 5
    assert np.isinf(still.first_relapse(0, 400)).all()
    nobody = sample_lesions([0, 400], np.zeros((0, 2)), 0.1, PROCESS, 1)
    assert nobody.enhancing(SCANS).shape == (0, len(SCANS))
    assert nobody.relapses(0, 400).shape == nobody.first_relapse(0, 400).shape == (0,)


def test_a_zero_of_a_solver_is_zero() -> None:
    times, births = [0, 100, 200], np.tile([0.1, 0.0, 0.1], (50, 1))
    exact = sample_lesions(times, births, births / 10, PROCESS, 1)
    solved = np.where(births == 0, -1e-10, births)
    seen = sample_lesions(times, solved, np.where(births == 0, -1e-10, births / 10), PROCESS, 1)
    np.testing.assert_array_equal(seen.born, exact.born)
    np.testing.assert_array_equal(seen.relapse_day, exact.relapse_day)


GOOD = {"times": [0.0, 1.0], "births": np.ones((3, 2)), "background": 0.1, "process": PROCESS}
BAD = {
    "births of one subject without its axis": ({"births": [1.0, 1.0]}, r"births: .*\(2,\)"),
    "births on other days": ({"births": np.ones((3, 4))}, r"births: .*\(3, 4\).*\(n, 2\)"),
    "negative": ({"births": [[1, 1], [1, -1]]}, "births: found -1 for subject 1"),
    "not a number": ({"births": [[1, np.nan]]}, "births: found nan for subject 0"),
    "infinite": ({"background": np.inf}, "background: found inf for subject 0"),
    "background of others": ({"background": np.ones((2, 2))}, r"background: .*\(2, 2\)"),
    "one day": ({"times": [0.0], "births": np.ones((3, 1))}, "times: found 1 days"),
    "a day twice": ({"times": [1.0, 1.0]}, "times: found 2 days, 1 of them different"),
    "days backwards": ({"times": [1.0, 0.0]}, "times: found 1 before 0"),
    "process of others": (
        {"process": LesionProcess(3.0, 6.0, [30.0, 40.0], 0.6, 0.1)},
        "gd_duration: found 2 values, .* 3 subjects",
    ),
    "numbers of others": ({"subjects": [1, 2]}, "subjects: found .* expected 3 integers"),
    "negative numbers": ({"subjects": [1, 2, -3]}, "subjects: .* at least 0"),
    "broken numbers": ({"subjects": [1.0, 2.0, 3.0]}, "subjects: found float64"),
    "seed": ({"seed": -4}, "seed: found -4"),
}


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=BAD)
def test_a_bad_request_is_refused(change, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sample_lesions(**(GOOD | {"seed": 1} | change))


@pytest.mark.parametrize(
    ("position", "value", "message"),
    [
        (0, 0.9, "burst_size: found 0.9, expected a number of at least 1"),
        (1, 0.0, "relapse_lesions: found 0, expected a number above 0"),
        (2, [30.0, np.nan], "gd_duration: found nan"),
        (2, np.inf, "gd_duration: found inf"),
        (5, 0.0, "t2_duration: found 0, expected a number above 0, or inf"),
        (3, 1.1, "t2_share: found 1.1, expected a share"),
        (4, -0.1, "large_share: found -0.1, expected a share"),
        (4, [[0.1]], r"large_share: found shape \(1, 1\)"),
    ],
)
def test_a_bad_process_is_refused(position: int, value, message: str) -> None:
    values = [3.0, 6.0, 30.0, 0.6, 0.1, 90.0]
    values[position] = value
    with pytest.raises(ValueError, match=message):
        LesionProcess(*values)


def test_a_process_lacks_a_parameter() -> None:
    with pytest.raises(
        ValueError, match="found no relapse_lesions, t2_share, large_share, t2_duration"
    ):
        LesionProcess.of({"burst_size": 3.0, "gd_duration": 30.0})
