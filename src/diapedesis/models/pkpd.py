"""Natalizumab from the vein to the gate: behind levels, apheresis plans and forecasts."""

from functools import lru_cache

from diapedesis.core import Mechanism, Model
from diapedesis.mechanisms import (
    antidrug_antibody,
    apheresis,
    disposition,
    gate,
    occupancy,
    plasma_proteins,
)


@lru_cache(maxsize=1)
def pkpd() -> Model:
    """Return the natalizumab PK/PD model.

    Examples
    --------
    >>> sorted(pkpd().outputs)[:3]
    ['c', 'c_free', 'fibrinogen']
    """
    return Model(
        "pkpd",
        [
            Mechanism.of(m)
            for m in (
                disposition,
                antidrug_antibody,
                apheresis,
                plasma_proteins,
                occupancy,
                gate,
            )
        ],
    )
