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
