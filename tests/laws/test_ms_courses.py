"""What whole courses of the MS model obey: more drug, apheresis, ratios of the weights, lesions."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from diapedesis.observe import LesionProcess, sample_lesions
from diapedesis.simulate import Protocol, Steroid
from tests.laws.ms_protocols import END, crowding, names, protocols, without_immunoglobulin
from tests.laws.ms_protocols import sessions as several_sessions
from tests.ms_kit import LAST, YEAR_ON_DRUG, course, excess, patients
from tests.streams import rng_of

DAYS = np.linspace(0.0, END, 501)
SEEN = 1e-3  # mg/L: below it the drug does nothing, and the solver's absolute tolerance begins
NOISE = 1e-4  # of an interpolated course at the usual tolerance
FEW = settings(max_examples=20)
WEIGHTS = ("h_null", "h_cd4", "h_pool", "h_virus", "h_damage", "h_imbalance")


def lasting(level: np.ndarray, below: float) -> np.ndarray:
    """Return the first day from which a level stays below another, for each subject."""
    above = level >= below
    return np.where(above.any(axis=1), DAYS[level.shape[1] - 1 - above[:, ::-1].argmax(axis=1)], -1)


@FEW
@given(protocols, names, st.integers(0, 7), st.floats(50.0, 600.0))
def test_a_higher_dose_raises_the_level_and_lowers_entry_at_all_times(
    protocol, name, which, more
) -> None:
    """Entry of regulators; that of effectors too, but for what their own tone lets in."""
    own = patients(name, 8, bypass=0.0)
    dose = protocol.doses[which % len(protocol.doses)]
    others = tuple(d for d in protocol.doses if d is not dose)
    raised = replace(protocol, doses=(*others, replace(dose, amount=dose.amount + more)))
    low, high = course(protocol, DAYS, own), course(raised, DAYS, own)
    seen = low["c"] > SEEN
    assert np.all((high["c"] >= low["c"] * (1 - NOISE))[seen])
    for id in ("gate", "free_alpha4", "entry_cd4", "entry_cd8", "entry_treg"):
        assert np.all((high[id] <= low[id] * (1 + NOISE))[seen]), id


def split(protocol: Protocol, more: tuple) -> Protocol:
    """Return the protocol with those of the further sessions that fit between its own."""
    busy = {int(s.time / 2) for s in protocol.sessions}
    return protocol.with_sessions(s for s in more if int(s.time / 2) not in busy)


@FEW
@given(without_immunoglobulin, several_sessions, names)
def test_further_sessions_lower_the_level_and_never_delay_its_lasting_fall(
    protocol, more, name
) -> None:
    """Without antibodies against the drug, and with what is given later left as it is."""
    own = patients(name, 8)
    less, plain = course(split(protocol, more), DAYS, own), course(protocol, DAYS, own)
    seen = plain["c"] > SEEN
    assert np.all((less["c"] <= plain["c"] * (1 + NOISE))[seen])
    for below in (10.0, 1.0, 0.1):
        assert np.all(lasting(less["c"], below * (1 + NOISE)) <= lasting(plain["c"], below))


@FEW
@given(without_immunoglobulin, crowding, several_sessions, names)
def test_immunoglobulin_bends_that_law_only_through_the_receptor(
    protocol, infusions, more, name
) -> None:
    protocol = protocol.with_treatments(infusions)
    own = patients(name, 8, fcrn_max=1.0)
    less, plain = course(split(protocol, more), DAYS, own), course(protocol, DAYS, own)
    assert np.all((less["c"] <= plain["c"] * (1 + NOISE))[plain["c"] > SEEN])


@FEW
@given(protocols, names, st.floats(0.05, 20.0))
def test_a_constant_on_all_weights_changes_nothing(protocol, name, factor) -> None:
    own = patients(name, 8)
    once = course(protocol, DAYS[::10], own, rtol=1e-8)
    scaled = own | {id: factor * own[id] for id in WEIGHTS}
    again = course(protocol, DAYS[::10], scaled, rtol=1e-8)
    for id, values in once.values.items():
        np.testing.assert_allclose(again[id], values, rtol=1e-4, atol=1e-7, err_msg=id)


@FEW
@given(protocols, names, st.sampled_from([0.0, 0.5, 1.0]))
def test_enhancing_lesions_are_births_less_those_that_fade(protocol, name, humoral_share) -> None:
    """The balance over every interval: what is there, from what was born and what faded."""
    own = patients(name, 8, humoral_share=humoral_share)
    found = course(protocol, DAYS[::10], own, rtol=1e-8)
    faded = found["cumulative_gd"] / own["gd_duration"][:, None]
    there = found["gd"][:, :1] + found["cumulative_lesion_births"] - faded
    turned_over = 1e-6 * (1 + found["cumulative_lesion_births"])
    assert np.all(np.abs(found["gd"] - there) <= turned_over)


def test_relapses_come_at_the_rate_of_the_equations() -> None:
    """Sampled lesions and relapses of three patients over stop and rebound, within 3 SE."""
    n, days = 10_000, np.arange(0.0, LAST + 301.0)
    own = patients("relapses", 3)
    found = course(YEAR_ON_DRUG, days, own)
    rebound = (LAST + 30.0, LAST + 300.0)
    for i in range(3):
        births, background = (
            np.tile(found[id][i], (n, 1)) for id in ("lesion_births", "relapse_background")
        )
        process = LesionProcess(
            *(own[id][i] for id in ("burst_size", "relapse_lesions", "gd_duration")),
            *(own[id][i] for id in ("t2_share", "large_share")),
        )
        seed = int(rng_of(f"relapses {i}").integers(2**62))
        counts = sample_lesions(days, births, background, process, seed).relapses(*rebound)
        total = np.interp(rebound, days, found["cumulative_relapse_rate"][i])
        error = counts.std() / np.sqrt(n)
        assert abs(counts.mean() - (total[1] - total[0])) < 3 * error
        assert counts.mean() > 20 * error  # enough of them to tell


def test_oedema_a_day_after_a_pulse_is_not_above_what_it_would_have_been() -> None:
    """Whatever the dose and the day: untreated, on the drug, or in the rebound."""
    own = patients("pulse", 64)
    for plan in (Protocol(), YEAR_ON_DRUG):
        for day in (10.0, LAST, LAST + 75.0, LAST + 130.0):
            plain = course(plan, [day + 1.0], own)["oedema"]
            for grams in (0.1, 1.0):
                pulsed = plan.with_treatments([Steroid(day, grams=grams)])
                assert np.all(course(pulsed, [day + 1.0], own)["oedema"] < plain)


def test_steroid_never_brings_more_lesions_within_two_weeks_of_its_start() -> None:
    """Later it may: cells held back, and regulators that did not come, are made up for."""
    own = patients("pulses", 64)
    for day in (LAST, LAST + 75.0, LAST + 130.0):
        days = np.arange(day, day + 15.0)
        pulsed = YEAR_ON_DRUG.with_treatments(Steroid(day + i, grams=1.0) for i in range(5))
        plain, treated = (course(p, days, own) for p in (YEAR_ON_DRUG, pulsed))
        assert np.all(excess(treated["lesion_births"], plain["lesion_births"]) < NOISE)
