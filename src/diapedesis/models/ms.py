"""Multiple sclerosis behind the gate: cells, tone, lesions, disability, and what treats them."""

from functools import lru_cache

from diapedesis.core import Mechanism, Model
from diapedesis.mechanisms import (
    corticosteroid,
    depletion,
    disability,
    homing,
    humoral,
    hypotheses,
    immunoglobulin,
    latent_virus,
    lesions,
    lymphocytes,
    ms_activity,
    oedema,
    platform,
    s1p_modulator,
    silent_damage,
    trafficking,
)
from diapedesis.models.pkpd import pkpd


@lru_cache(maxsize=1)
def ms() -> Model:
    """Return the model of natalizumab and MS: the PK/PD model, cells, activity, disability.

    Examples
    --------
    >>> "relapse_rate" in ms().outputs
    True
    """
    return Model(
        "ms",
        [
            *pkpd().mechanisms,
            *(
                Mechanism.of(m)
                for m in (
                    corticosteroid,
                    immunoglobulin,
                    s1p_modulator,
                    platform,
                    depletion,
                    lymphocytes,
                    homing,
                    trafficking,
                    hypotheses,
                    latent_virus,
                    silent_damage,
                    ms_activity,
                    humoral,
                    lesions,
                    oedema,
                    disability,
                )
            ),
        ],
    )
