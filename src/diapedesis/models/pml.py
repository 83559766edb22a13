"""JC virus behind the gate: the MS model, seeding, PML, IRIS and what is done about them."""

from functools import lru_cache

from diapedesis.core import Mechanism, Model
from diapedesis.mechanisms import (
    exchange_mark,
    iris,
    jc_immunity,
    jc_seeding,
    jc_virus,
    pml_clinic,
    pml_drugs,
    steroid_mark,
)
from diapedesis.models.ms import ms
from diapedesis.models.pkpd import pkpd


@lru_cache(maxsize=1)
def pml() -> Model:
    """Return the model of natalizumab, MS and JC virus.

    Examples
    --------
    >>> "pml_volume" in pml().outputs
    True
    """
    return Model(
        "pml",
        [
            *ms().mechanisms,
            *(
                Mechanism.of(m)
                for m in (
                    jc_seeding,
                    exchange_mark,
                    steroid_mark,
                    pml_drugs,
                    jc_virus,
                    jc_immunity,
                    iris,
                    pml_clinic,
                )
            ),
        ],
    )


@lru_cache(maxsize=1)
def seeding() -> Model:
    """Return the part of :func:`pml` that says how likely a seed is: the drug, and its hazard.

    Its ``seeding_rate`` is that of the whole model, as no other part acts on it.

    Examples
    --------
    >>> len(seeding().states) < len(pml().states) / 2
    True
    """
    return Model("seeding", [*pkpd().mechanisms, Mechanism.of(jc_seeding)])
