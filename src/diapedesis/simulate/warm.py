"""Compile the kernels that the commands use, once: ``python -m diapedesis.simulate.warm``."""

from diapedesis.models import pkpd
from diapedesis.simulate.protocol import Protocol
from diapedesis.simulate.solve import solve

SETS = (
    ("c", "c_free"),
    ("c", "c_free", "saturation", "free_alpha4", "gate"),
    ("c", "c_free", "saturation", "free_alpha4", "gate", "igg", "fibrinogen", "v_plasma"),
)
"""Sets of outputs asked for by estimation, by plans and by reports."""


def main() -> None:
    """Compile every set and solve one small problem with each."""
    for outputs in SETS:
        solve(pkpd(), Protocol.every(28, n=1), [28.0], outputs).raise_failures()


if __name__ == "__main__":
    main()
