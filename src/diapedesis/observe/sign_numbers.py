"""How often each sign is seen in PML and in a new MS lesion, with where that was read.

Shares of PML are those of a lesion of `pml_size` without symptoms, shares of MS those of a new
lesion of `ms_size`. No series gives signs by volume: that they get commoner with size is an
assumption. Of MS most shares are assumptions; the ratios of odds are published.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from diapedesis.core import Assumption, LogitNormal, LogNormal, Source
from diapedesis.observe.numbers import Numbers, Value, told

_DIRECTION = "cortex speaks for PML, periventricular for MS (pml 8.8); the share was not reached"
_FEW = LogitNormal(0.6)


@dataclass(frozen=True, eq=False)
class SignNumbers(Numbers):
    """How often signs are seen.

    Examples
    --------
    >>> float(SignNumbers().u_fibre_ratio)
    8.7
    """

    pml_size: Value = field(
        default=4.0,
        metadata=told(
            "mL", "Volume of the PML lesions", Assumption("between first seen and diagnosed")
        ),
    )
    ms_size: Value = field(
        default=0.3,
        metadata=told("mL", "Volume of the MS lesions", Assumption("a usual new lesion")),
    )
    pml_slope: Value = field(
        default=0.58,
        metadata=told(
            "",
            "Rise of the log odds of a sign of PML per e-fold of volume",
            Source("pml 8.7", note="punctate in 7 of 9 before symptoms, in 18 of 20 of all"),
            LogNormal(0.5),
        ),
    )
    ms_slope: Value = field(
        default=0.3,
        metadata=told(
            "",
            "The same of an MS lesion",
            Assumption("large MS lesions look more like PML; by how much was not measured"),
            LogNormal(0.6),
        ),
    )
    sign_reader_sd: Value = field(
        default=0.5,
        metadata=told(
            "",
            "Spread between readers and protocols, SD of the log odds",
            Assumption("a kappa of 0.79 for the best of the signs (pml 8.7)"),
            LogNormal(0.4),
        ),
    )
    punctate_pml: Value = field(
        default=0.78,
        metadata=told(
            "", "Punctate T2 pattern, PML", Source("pml 8.7", note="7 of 9"), LogitNormal(0.7)
        ),
    )
    punctate_ms: Value = field(
        default=0.006,
        metadata=told(
            "", "The same, MS", Source("pml 8.7", note="0 of 80; half a case"), LogitNormal(1.0)
        ),
    )
    cortical_pml: Value = field(
        default=0.833,
        metadata=told("", "Cortex involved, PML", Source("pml 6.7", note="15 of 18"), _FEW),
    )
    cortical_ms: Value = field(
        default=0.15, metadata=told("", "The same, MS", Assumption(_DIRECTION), _FEW)
    )
    u_fibre_ms: Value = field(
        default=0.3,
        metadata=told(
            "", "U-fibres involved, MS", Assumption("juxtacortical lesions are common in MS"), _FEW
        ),
    )
    u_fibre_ratio: Value = field(
        default=8.7,
        metadata=told("", "Ratio of its odds, PML to MS", Source("pml 8.9"), LogNormal(1.0)),
    )
    rim_pml: Value = field(
        default=0.6,
        metadata=told(
            "", "Diffusion rim, PML", Source("pml 6.7", note="9 of 15"), LogitNormal(0.5)
        ),
    )
    rim_ratio: Value = field(
        default=33.7,
        metadata=told("", "Ratio of its odds, PML to MS", Source("pml 8.9"), LogNormal(0.98)),
    )
    rim_inflamed: Value = field(
        default=0.96,
        metadata=told(
            "", "Diffusion rim, inflamed PML", Source("pml 4.21", note="11 of 11"), LogitNormal(1)
        ),
    )
    rim_iris: Value = field(
        default=0.05,
        metadata=told(
            "",
            "Inflammation at which half of the lesions without a rim gain one",
            Assumption("before enhancement (pml 4.21), which half show at 0.25"),
            LogNormal(0.5),
        ),
    )
    periventricular_pml: Value = field(
        default=0.15, metadata=told("", "Periventricular, PML", Assumption(_DIRECTION), _FEW)
    )
    periventricular_ms: Value = field(
        default=0.6, metadata=told("", "The same, MS", Assumption(_DIRECTION), _FEW)
    )
    swelling_most: Value = field(
        default=0.9,
        metadata=told(
            "", "Perilesional swelling, very inflamed PML", Assumption("a ceiling"), _FEW
        ),
    )
    swelling_half: Value = field(
        default=1.16,
        metadata=told(
            "",
            "Inflammation at half of that",
            Source("pml 4.20", note="40 % in IRIS, 10 % when inflammation is first seen"),
            LogNormal(0.4),
        ),
    )
    swelling_slope: Value = field(
        default=1.5,
        metadata=told(
            "",
            "Rise of its log odds per e-fold of inflammation",
            Source("pml 4.20", note="40 % in IRIS, 10 % when inflammation is first seen"),
            LogNormal(0.3),
        ),
    )
    swelling_ms: Value = field(
        default=0.03,
        metadata=told(
            "", "Perilesional swelling, MS", Assumption("tumefactive lesions are rare (R160)"), _FEW
        ),
    )
    enhancing_ms: Value = field(
        default=0.5,
        metadata=told(
            "",
            "Enhancement, new MS lesion",
            Assumption("weeks of enhancement, months of scans"),
            _FEW,
        ),
    )
    border_pml: Value = field(
        default=0.958,
        metadata=told("", "At the border, of enhancing PML", Source("pml 4.19"), LogitNormal(0.9)),
    )
    border_ms: Value = field(
        default=0.25,
        metadata=told("", "The same, MS", Assumption("rings and open rings"), LogitNormal(0.6)),
    )
    patchy_pml: Value = field(
        default=0.708,
        metadata=told("", "Patchy, of enhancing PML", Source("pml 4.19"), LogitNormal(0.45)),
    )
    patchy_ms: Value = field(
        default=0.3, metadata=told("", "The same, MS", Assumption("no series was reached"), _FEW)
    )
    punctate_enhancement_pml: Value = field(
        default=0.458,
        metadata=told(
            "",
            "Punctate, of enhancing PML",
            Source("pml 4.19", note="13 of 14 in another series (pml 8.7)"),
            LogitNormal(0.8),
        ),
    )
    punctate_enhancement_ms: Value = field(
        default=0.05,
        metadata=told("", "The same, MS", Assumption("a new MS lesion enhances as a whole"), _FEW),
    )
    ms_spread: Value = field(
        default=0.6,
        metadata=told(
            "",
            "Spread of volumes of new MS lesions, SD of the logarithm",
            Assumption("half of them below 0.3 mL and one in twenty above 0.8 mL"),
            LogNormal(0.25),
        ),
    )


SIGN_NUMBERS = SignNumbers()
