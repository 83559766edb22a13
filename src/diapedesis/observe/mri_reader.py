"""What a reader sees of a PML lesion on one scan: the lesion and its enhancement.

The reader is told by one standard normal deviate, 0 for a usual one: a better one, or a better
protocol, sees smaller lesions and weaker enhancement. Draw it once for a centre or for a scan and
give it to every function of that scan. Whoever wants the mean over readers averages over draws.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from diapedesis.core import Assumption, LogitNormal, LogNormal, Source
from diapedesis.observe.mri_mistaken import taken_for_pml
from diapedesis.observe.numbers import (
    Array,
    Numbers,
    Value,
    at_least_0,
    deviates,
    rise,
    shares,
    told,
)
from diapedesis.observe.sign_numbers import SIGN_NUMBERS, SignNumbers


@dataclass(frozen=True, eq=False)
class PmlReader(Numbers):
    """How well scans show PML.

    Examples
    --------
    >>> float(PmlReader(seen_half=0.5).seen_half)
    0.5
    """

    seen_half: Value = field(
        default=0.9,
        metadata=told(
            "mL",
            "Volume of a lesion that half of the readers see and report",
            Assumption("just below 1 mL; the volume at which three in four see it fixes the rest"),
            LogNormal(0.4),
        ),
    )
    seen_slope: Value = field(
        default=1.8,
        metadata=told(
            "",
            "Rise of the log odds of seeing it per e-fold of volume",
            Source("pml 2.4", "pml 8.7", note="78 % before symptoms, near 2 mL; 95 % above 5 mL"),
            LogNormal(0.25),
        ),
    )
    reader_sd: Value = field(
        default=0.3,
        metadata=told(
            "",
            "Spread between readers and protocols, SD of the logarithm of volume",
            Assumption(
                "a kappa of 0.79 between readers (pml 8.7); thin slices see smaller lesions"
            ),
            LogNormal(0.4),
        ),
    )
    false_report: Value = field(
        default=0.005,
        metadata=told(
            "",
            "Scans without PML or new MS lesion on which PML is suspected, share",
            Assumption("none of 80 controls had the typical pattern (pml 8.7)"),
            LogitNormal(0.8),
        ),
    )
    mistaken: Value = field(
        default=0.194,
        metadata=told(
            "",
            "New MS lesions that are taken for PML, share over all sizes",
            Source("pml 8.8", note="specificity 80.6 % against new MS lesions"),
            LogitNormal(0.5),
        ),
    )
    enhancement_half: Value = field(
        default=0.25,
        metadata=told(
            "",
            "Inflammation at which half of lesions are seen to enhance",
            Source("pml 4.19", note="92.3 % in IRIS; the course below its height is an assumption"),
            LogNormal(0.3),
        ),
    )
    enhancement_slope: Value = field(
        default=2.0,
        metadata=told(
            "",
            "Rise of its log odds per e-fold of inflammation",
            Assumption("from none to nearly all within tenfold"),
            LogNormal(0.25),
        ),
    )
    enhancement_size: Value = field(
        default=0.3,
        metadata=told(
            "mL",
            "Volume of a lesion of which half would enhance visibly",
            Assumption("enhancement of a few voxels is missed"),
            LogNormal(0.5),
        ),
    )
    false_enhancement: Value = field(
        default=0.02,
        metadata=told(
            "",
            "Lesions without inflammation in which enhancement is read, share",
            Assumption("vessels and artefacts; no series tells"),
            LogitNormal(0.7),
        ),
    )


READER = PmlReader()


def lesion_seen(volume: ArrayLike, reader: ArrayLike = 0.0, numbers: PmlReader = READER) -> Array:
    """Return the probability that a lesion is seen and reported on one scan.

    Parameters
    ----------
    volume : array_like
        Of the PML lesion [mL], 0 for none.
    reader : array_like
        Standard normal deviate of reader and protocol.
    numbers : PmlReader

    Returns
    -------
    ndarray
        0 without a lesion.

    Examples
    --------
    >>> lesion_seen([0.0, 0.9, 2.0, 5.0, 20.0]).round(2).tolist()
    [0.0, 0.5, 0.81, 0.96, 1.0]
    """
    half = numbers.seen_half * np.exp(-numbers.reader_sd * deviates("reader", reader))
    return rise(at_least_0("volume", volume), half, numbers.seen_slope)


def pml_reported(
    volume: ArrayLike,
    new_ms_lesions: ArrayLike = 0,
    reader: ArrayLike = 0.0,
    numbers: PmlReader = READER,
    *,
    ms_volume: ArrayLike | None = None,
    signs: SignNumbers = SIGN_NUMBERS,
) -> Array:
    """Return the probability that a scan is read as suspicious of PML, rightly or not.

    Of one scan use this verdict or its signs (`sign_log_likelihood`), not both: the verdict is made
    of the signs.

    Parameters
    ----------
    volume : array_like
        Of the PML lesion [mL], 0 for none.
    new_ms_lesions : array_like
        Number of new MS lesions on the scan.
    reader, numbers
        As for `lesion_seen`.
    ms_volume : array_like, optional
        Of each of the new MS lesions [mL]. By default it is unknown, and each is mistaken with the
        probability that is the mean over sizes.
    signs : SignNumbers
        What size does to a new MS lesion.

    Examples
    --------
    >>> pml_reported(0.0, [0, 1]).round(3).tolist()
    [0.005, 0.198]
    >>> pml_reported(0.0, 1, ms_volume=[0.1, 0.3, 3.0]).round(3).tolist()
    [0.151, 0.197, 0.326]
    """
    lesions = at_least_0("new_ms_lesions", new_ms_lesions)
    share = numbers.mistaken
    if ms_volume is not None:
        share = taken_for_pml(ms_volume, share, signs)
    spared = (1 - numbers.false_report) * (1 - share) ** lesions
    return np.asarray(1 - spared * (1 - lesion_seen(volume, reader, numbers)))


def enhancement_seen(
    iris_level: ArrayLike,
    volume: ArrayLike,
    steroid_barrier: ArrayLike = 0.0,
    reader: ArrayLike = 0.0,
    numbers: PmlReader = READER,
) -> Array:
    """Return the probability that a PML lesion is seen to enhance.

    Parameters
    ----------
    iris_level : array_like
        Inflammation against the virus, 1 in a usual IRIS.
    volume : array_like
        Of the lesion [mL].
    steroid_barrier : array_like
        Share of enhancement that steroid hides.
    reader, numbers
        As for `lesion_seen`.

    Examples
    --------
    At the height of a usual IRIS; under steroid; of a speck; without inflammation.

    >>> enhancement_seen([1.0, 1.0, 1.0, 0.0], [20, 20, 0.1, 20], [0, 0.8, 0, 0]).round(2).tolist()
    [0.93, 0.4, 0.25, 0.02]
    """
    open_barrier = 1 - shares("steroid_barrier", steroid_barrier)
    leak = at_least_0("iris_level", iris_level) * open_barrier
    size = at_least_0("volume", volume)
    better = np.exp(-numbers.reader_sd * deviates("reader", reader))
    real = rise(leak, numbers.enhancement_half * better, numbers.enhancement_slope)
    real = real * rise(size, numbers.enhancement_size, 1.0)
    return np.asarray(np.where(size > 0, 1 - (1 - numbers.false_enhancement) * (1 - real), 0.0))
