"""Every law of JC virus depends on each of its arguments, in the direction it is said to."""

import numpy as np
import pytest

from diapedesis.core import Flux
from diapedesis.core.terms import Rule
from diapedesis.models import ms, pml
from tests.laws.columns import Drawn, Env, column

MODEL = pml()
DRAWN = Drawn(MODEL)
LAWS = {
    term.id: term
    for m in MODEL.mechanisms
    if m not in ms().mechanisms
    for term in (*m.each(Rule), *m.each(Flux))
}
DIRECTIONS = {
    "jc_release": "~k_stage +loose_virus -gate -jc_released",
    "jc_adaptation": "~k_stage +jc_released -jc_adapted",
    "index_risk": "+jc_index -index_half ~index_hill +unseen_carrier",
    "seeding_rate": "+seeding +jc_adapted +index_risk ~prior_immunosuppressant"
    " +immunosuppressant_fold ~surveillance_slope -free_alpha4 +free_usual",
    "jc_infection": "+jc_lysis +jc_growth +jc_infected -jc_lost +jc_room +antiviral"
    " +steroid_virus ~held_back",
    "jc_death": "+jc_lysis +jc_infected",
    "jc_killed": "+jc_kill +jc_infected",
    "jc_shrinking": "+k_shrink +jc_lost",
    "pml_volume": "+jc_infected +jc_lost",
    "infected": "+jc_infected",
    "jc_dying": "+jc_lysis +jc_kill +jc_infected",
    "entry_jc": "+residual_jc +free_alpha4 ~gate_hill -jc_gate_half",
    "jc_help": "+cns_cd4 ~jc_help_half",
    "jc_cd8_entry": "+k_jc_cd8 +jc_surveillance +entry_jc +cd8 -trapped_effector +jc_supply"
    " +jc_recruitment +iris +recruitment_left -steroid_expansion -held_back +plex_expansion"
    " ~exchanged",
    "jc_cd8_growth": "+jc_expansion +jc_cd8 +jc_infected -jc_antigen_half +jc_help +jc_cd8_max"
    " -steroid_expansion -held_back +plex_expansion ~exchanged +jc_boost",
    "jc_cd8_given": "+cells_given +entry_jc",
    "jc_cd8_loss": "+k_jc_cd8 +steroid_loss_jc +held_back +jc_cd8",
    "jc_kill": "+jc_killing +jc_cd8",
    "jc_response": "+jc_cd8",
    "iris_rise": "+k_iris +jc_cd8 +jc_infected -iris_half +iris_feedback ~iris +recruitment_left"
    " -iris_brake ~iris_treg -cns_treg -steroid_iris -held_back",
    "iris_fall": "+k_iris_end +plex_resolution ~exchanged +steroid_iris_end +held_back +iris",
    "iris_bulk": "+iris +jc_infected +jc_lost +oedema_bend",
    "iris_leak": "+k_oedema +oedema_per_iris +iris_bulk",
    "iris_oedema": "+iris_leak -steroid_barrier",
    "iris_level": "+iris",
    "iris_share": "+iris_leak -lesion_leak",
    "place": "+eloquence +brainstem_fold ~brainstem",
    "pml_felt": "+place +edss_per_volume +jc_infected +jc_lost -pml_bend",
    "iris_felt": "+place +iris +jc_infected +jc_lost -pml_bend",
    "pml_reversible": "+k_reversible -pml_permanent +pml_felt +edss_per_iris +iris_felt",
    "pml_left": "+place +pml_permanent +edss_per_volume +jc_dying -jc_infected -jc_lost -pml_bend"
    " +iris_damage +iris_felt +steroid_early ~held_back ~iris ~calm",
    "pml_nfl": "+k_nfl +nfl_per_pml +jc_dying",
    "death_rate": "+death_severe -death_acute +edss_before +edss_rev +pml_felt +edss_per_iris"
    " +iris_felt -death_edss ~death_width +death_icp +icp -icp_threat +plex_death ~exchanged",
    "death_accrues": "+death_rate",
    "death_hazard": "+death_cumulative",
    "checkpoint_given": "+checkpoint_rate",
    "checkpoint_gone": "+k_checkpoint +checkpoint",
    "il7_given": "+il7_rate",
    "il7_gone": "+k_il7 +il7",
    "jc_boost": "+checkpoint_fold +checkpoint +filgrastim_fold ~filgrastim",
    "jc_supply": "+il7_fold +il7",
    "cells_given": "+virus_cells_rate +cells_per_dose",
    "recruitment_left": "+maraviroc_fold ~maraviroc",
    "antiviral": "+mefloquine_fold ~mefloquine +mirtazapine_fold ~mirtazapine",
    "mark_set": "+cl_apheresis_igg -v_plasma -exchanged",
    "mark_fades": "+k_exchanged +exchanged",
    "mark_rises": "+k_hold +steroid_effect -held_back",
    "mark_wanes": "+k_held_back +held_back",
}
"""More of it: more (+), less (-), either way (~), as of a fold that lies about 1."""
GIVEN = {
    **dict.fromkeys(("filgrastim", "maraviroc", "mefloquine", "mirtazapine"), 0.7),
    **{"checkpoint_rate": 24.0, "il7_rate": 24.0, "virus_cells_rate": 24.0, "plex_flow": 30.0},
    **{"jc_index": 2.0, "prior_immunosuppressant": 0.7, "brainstem": 0.7, "fingolimod": 0.5},
}
MOVED = 1.02
ROUNDING = 1e-12


@pytest.fixture(scope="module")
def env() -> Env:
    """Lesions with room around them, and a response below half of its ceiling."""
    own, now = DRAWN.draws("terms of the virus")
    now |= {k: 0.2 * now[k] for k in ("jc_infected", "jc_lost", "steroid")}
    now |= {"jc_cd8": column(np.minimum(now["jc_cd8"], 0.45 * own["jc_cd8_max"]))}
    return DRAWN.values(own, now, GIVEN)


def test_every_law_and_every_argument_has_a_direction() -> None:
    said = {id: {part[1:] for part in text.split()} for id, text in DIRECTIONS.items()}
    assert said == {id: set(term.arguments) for id, term in LAWS.items()}


@pytest.mark.parametrize(
    ("id", "part"), [(id, part) for id, text in DIRECTIONS.items() for part in text.split()]
)
def test_more_of_an_argument_moves_a_law_as_said(id: str, part: str, env: Env) -> None:
    """In nine of ten draws at least; in the rest too little to be told from rounding."""
    term, sign, argument = LAWS[id], part[0], part[1:]
    here = {name: env[name] for name in term.arguments}
    before = term.law(**here)
    change = term.law(**(here | {argument: MOVED * here[argument]})) - before
    told = np.abs(change) > ROUNDING * np.abs(before)
    assert told.mean() > 0.9
    if sign != "~":
        assert np.all((change > 0)[told] == (sign == "+"))
