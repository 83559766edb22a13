"""Ways from one quantity to others, and what closes them, on models small enough to see through."""

import pytest

from diapedesis.core import Assumption, LogitNormal, LogNormal, Mechanism, Model, Parameter, State
from diapedesis.core.links import links
from diapedesis.core.terms import flux, rule
from diapedesis.models import ms

WHY = Assumption("a test")
A = State("a", unit="", label="A", initial=1.0)
B = State("b", unit="", label="B", initial=1.0)
PARAMETERS = (
    Parameter("share", "", "Share", 0.5, WHY, LogitNormal(1.0)),
    Parameter("gain", "", "Gain", 2.0, WHY, LogNormal(1.0)),
    Parameter("half", "", "Half", 2.0, WHY, LogNormal(1.0)),
    Parameter("k", "1/day", "Turnover", 1.0, WHY, LogNormal(1.0)),
    Parameter("k_seed", "1/day", "Seeding", 1.0, WHY, LogNormal(1.0)),
)


@rule(unit="")
def mixed(share, a):
    """A share of A."""
    return 1 - share + share * a


@rule(unit="")
def other_share(share, a):
    """The rest of A."""
    return 1 + (1 - share) * a


@rule(unit="")
def bound(a, half):
    """Saturable: without a half it would be 1, but for no A at all."""
    return a / (a + half)


@rule(unit="")
def scaled(gain, mixed):
    """All of it goes with the gain: that is no link."""
    return gain * mixed


@flux(changes={B: +1}, boundary="made")
def made(k, scaled, other_share, bound):
    """B is made."""
    return k * (scaled + other_share + bound)


@flux(changes={B: +1}, boundary="seeded")
def seeded(k_seed, a):
    """B is seeded."""
    return k_seed * a


@flux(changes={B: -1}, boundary="lost")
def lost(k, b):
    """B is lost."""
    return k * b


LAWS = (mixed, other_share, bound, scaled, made, seeded, lost)
SMALL = Model("small", [Mechanism("small", (A, B, *PARAMETERS, *LAWS))])


def test_each_way_is_found_once_with_what_closes_it() -> None:
    assert {link.way: link.closed_by for link in links(SMALL, "a", ["b"])} == {
        ("a", "mixed", "scaled", "made", "b"): (("share", 0.0),),
        ("a", "other_share", "made", "b"): (("share", 1.0),),
        ("a", "bound", "made", "b"): (),
        ("a", "seeded", "b"): (("k_seed", 0.0),),
    }


def test_a_way_stops_at_the_first_end() -> None:
    ends = [link.way for link in links(SMALL, "a", ["b", "scaled", "bound"])]
    assert ("a", "mixed", "scaled") in ends
    assert ("a", "bound") in ends
    assert len(ends) == 4


def test_no_way_leads_back() -> None:
    assert links(SMALL, "b", ["a"]) == ()


def test_a_weight_that_is_itself_a_rule_is_seen_through() -> None:
    """`w_cd4` is no parameter: `h_cd4` over the sum of all."""
    (direct,) = (
        link
        for link in links(ms(), "cns_cd4", ["drive"])
        if link.way == ("cns_cd4", "effectors", "drive")
    )
    assert direct.closed_by == (("h_cd4", 0.0),)


def test_unknown_ids_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\['z'\]"):
        links(SMALL, "a", ["z"])
