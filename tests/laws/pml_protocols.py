"""Protocols with JC virus for Hypothesis: those of MS, and what is given against the virus."""

from dataclasses import replace

from hypothesis import strategies as st

from diapedesis.simulate import Boost, Protocol
from tests.laws.ms_protocols import days, protocols, taken

boosts = st.lists(
    st.builds(Boost, st.sampled_from(["checkpoint", "il7", "virus_cells"]), days, st.just(1.0)),
    max_size=3,
)
futile = taken(("filgrastim", "maraviroc", "mefloquine", "mirtazapine"))
volumes = st.sampled_from([0.02, 1.0, 10.0, 60.0])


def _with(plain: Protocol, boosted: list, taken_: list) -> Protocol:
    return replace(plain, treatments=(*plain.treatments, *boosted, *taken_))


virus_protocols = st.builds(_with, protocols, boosts, futile)
