"""How the antibody index against JC virus is spread, how it changes and how well it is read."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from diapedesis.core import Assumption, LogitNormal, LogNormal, Source
from diapedesis.observe.numbers import Numbers, Value, told

_TUNED = "tuned by simulation"


@dataclass(frozen=True, eq=False)
class SerologyNumbers(Numbers):
    """How antibodies against JC virus come, change and are read.

    Examples
    --------
    >>> float(SerologyNumbers(carriers=0.4).carriers)
    0.4
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("index_lowest", "index_middle"):
            given, top = np.asarray(getattr(self, name)), np.asarray(self.index_top)
            if not (given < top).all():
                raise ValueError(
                    f"{name}: found {given.max():g}, expected less than index_top, {top.min():g}"
                )

    carriers: Value = field(
        default=0.59,
        metadata=told(
            "",
            "Carriers of antibodies at the start, share",
            Source("pml 1.50", note="58.8 % read as positive, 3 % missed"),
            LogitNormal(0.1),
        ),
    )
    index_top: Value = field(
        default=4.0,
        metadata=told("", "Index that carriers approach", Assumption("few readings lie above 4")),
    )
    index_middle: Value = field(
        default=1.9,
        metadata=told(
            "",
            "Index of the middle carrier, before the lowest are taken off",
            Source("pml 1.51", "pml 1.48", note=f"2.4 (1.0 to 3.4), and a mean of 2.0; {_TUNED}"),
            LogNormal(0.15),
        ),
    )
    index_sd: Value = field(
        default=2.4,
        metadata=told(
            "",
            "Spread of carriers, SD of the logit of the share of the top",
            Source("pml 1.51", note=f"2.4 (1.0 to 3.4); {_TUNED}"),
            LogNormal(0.15),
        ),
    )
    index_lowest: Value = field(
        default=0.33,
        metadata=told(
            "",
            "Lowest index of a carrier",
            Source("pml 1.50", note=f"3 % of carriers are read as negative; {_TUNED}"),
            LogNormal(0.15),
        ),
    )
    index_none: Value = field(
        default=0.14,
        metadata=told(
            "",
            "Index without antibodies, median",
            Assumption("well below the limit of positive readings"),
            LogNormal(0.2),
        ),
    )
    index_none_sd: Value = field(
        default=0.5,
        metadata=told(
            "", "Its spread, SD of the logarithm", Assumption("not published"), LogNormal(0.3)
        ),
    )
    converts: Value = field(
        default=0.07,
        metadata=told(
            "1/year",
            "New carriers among those without antibodies",
            Source("pml 1.46", "pml 1.47", note=f"with readings that cross the limit; {_TUNED}"),
            LogNormal(0.25),
        ),
    )
    new_index: Value = field(
        default=0.7,
        metadata=told(
            "",
            "Index of a new carrier, median",
            Assumption("rises from the limit; no series tells"),
            LogNormal(0.3),
        ),
    )
    new_index_sd: Value = field(
        default=0.4,
        metadata=told(
            "", "Its spread, SD of the logarithm", Assumption("as above"), LogNormal(0.3)
        ),
    )
    reverts: Value = field(
        default=0.2,
        metadata=told(
            "1/year",
            "Loss of antibodies among carriers of an index below 1",
            Source("pml 1.47", note=f"half as many revert as convert; {_TUNED}"),
            LogNormal(0.4),
        ),
    )
    drift: Value = field(
        default=0.07,
        metadata=told(
            "1/year",
            "Rise of the index of every carrier, logit of the share of the top",
            Source("pml 1.48", note=f"mean 2.046 to 2.158 in 14.8 months; {_TUNED}"),
            LogNormal(0.3),
        ),
    )
    jumps: Value = field(
        default=0.15,
        metadata=told(
            "1/year",
            "Carriers whose index jumps up",
            Source("pml 1.48", note=f"17 % up by more than 30 %, 3 % down; {_TUNED}"),
            LogNormal(0.3),
        ),
    )
    jump: Value = field(
        default=1.0,
        metadata=told(
            "",
            "Mean of a jump, logit of the share of the top",
            Source("pml 1.48", note=f"17 % up by more than 30 %, 3 % down; {_TUNED}"),
            LogNormal(0.3),
        ),
    )
    read_cv: Value = field(
        default=0.16,
        metadata=told(
            "",
            "Repeatability of the assay, SD of the logarithm",
            Source("pml 1.49", note=f"R2 0.89, 16 % change class on repeat; {_TUNED}"),
            LogNormal(0.2),
        ),
    )
    read_sd: Value = field(
        default=0.06,
        metadata=told(
            "",
            "Repeatability at low index, SD",
            Source("pml 1.49", note=f"R2 0.89, 16 % change class on repeat; {_TUNED}"),
            LogNormal(0.3),
        ),
    )


SEROLOGY = SerologyNumbers()
