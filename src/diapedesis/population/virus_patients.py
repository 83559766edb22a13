"""Patients at risk of PML: their parameters, and the chances that are theirs alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from diapedesis.core import Model
from diapedesis.observe.draws import Array, Keys, child, exponential, root, uniform
from diapedesis.observe.mri_extent import LOBE_WEIGHTS, sample_extents, sample_lobes

Index = NDArray[np.intp]
CHANCES = (
    *("seed", "symptom", "delay", "brainstem", "scan", "death", "csf", "recognition"),
    *("index", "treated", "start", "drop_out", "switch", "ms_lesions", "alarm", "lobes"),
)
"""Names of a patient's own random numbers; each is a branch of the patient's key."""
EDSS_BEFORE, EDSS_BEFORE_SPREAD = 2.8, 0.4
"""EDSS at the first dose of those who get PML, median and SD of the logarithm. With what MS adds
until then it is 3.2 to 3.8 on average (claim pml 3.8); the spread is an assumption."""
EDSS_MOST = 6.5
"""Assumption: highest EDSS before; who cannot walk is rarely on the drug."""
BRAINSTEM_SHARE = 0.15
"""Assumption: share of lesions that involve the brainstem or cerebellar peduncles."""
SYMPTOM_VOLUME, SYMPTOM_SPREAD = 15.0, 0.6
"""Volume of a lesion of usual eloquence that the patient notices [mL], median and SD of the
logarithm. Tuned to volumes at diagnosis (claims pml 2.6, 2.7) and the visible phase (pml 2.3)."""
SYMPTOM_IRIS = 1.0
"""Assumption: a lesion with the inflammation of a usual IRIS is felt like one of twice its size."""


@dataclass(frozen=True)
class VirusPatients:
    """Patients whose course the virus may enter.

    Attributes
    ----------
    model : Model
    parameters, inputs : dict of str to ndarray, shape (n,)
    keys : ndarray, shape (n,)
        By which a patient has the same chances in every arm.
    """

    model: Model
    parameters: dict[str, Array]
    inputs: dict[str, Array]
    keys: Keys

    @classmethod
    def of(
        cls,
        model: Model,
        parameters: Mapping[str, ArrayLike],
        inputs: Mapping[str, ArrayLike],
        n: int,
        seed: int,
    ) -> VirusPatients:
        """Give `n` patients their numbers; EDSS before PML and the place of the lesion are drawn.

        Values of ``edss_0`` and ``brainstem`` that are given stay.
        """
        keys = child(root(seed), range(n))
        own = {k: np.array(np.broadcast_to(v, (n,)), float) for k, v in parameters.items()}
        known = {k: np.array(np.broadcast_to(v, (n,)), float) for k, v in inputs.items()}
        patients = cls(model, own, known, keys)
        spread = np.exp(EDSS_BEFORE_SPREAD * patients.normal("recognition"))
        own.setdefault("edss_0", np.minimum(EDSS_BEFORE * spread, EDSS_MOST))
        hit = patients.uniform("brainstem") < BRAINSTEM_SHARE
        known.setdefault("brainstem", hit.astype(float))
        return patients

    @property
    def n(self) -> int:
        """Number of patients."""
        return int(self.keys.size)

    def some(self, at: Index | NDArray[np.bool_]) -> VirusPatients:
        """Return some of the patients; they keep their chances."""
        pick = lambda d: {k: v[at] for k, v in d.items()}  # noqa: E731
        return VirusPatients(self.model, pick(self.parameters), pick(self.inputs), self.keys[at])

    def value(self, id: str) -> Array:
        """Return a parameter of each patient, shape (n,)."""
        own = self.parameters.get(id)
        return np.full(self.n, self.model.parameters[id].default) if own is None else own

    def uniform(self, name: str, *index: int) -> Array:
        """Return a number of each patient, at least 0 and below 1, by the name of the chance."""
        return uniform(self._keys(name, *index))

    def normal(self, name: str, *index: int) -> Array:
        """Return a standard normal number of each patient."""
        return np.asarray(ndtri(np.clip(self.uniform(name, *index), 1e-12, 1 - 1e-12)))

    def waiting(self, name: str, *index: int) -> Array:
        """Return an exponential waiting time of mean 1 of each patient."""
        return exponential(self._keys(name, *index))

    def numbers(self, name: str, *index: int) -> Keys:
        """Return a whole number of each patient, by which it is told apart elsewhere."""
        return self._keys(name, *index)

    def _keys(self, name: str, *index: int) -> Keys:
        keys = child(self.keys, CHANCES.index(name))
        for i in index:
            keys = child(keys, i)
        return keys

    @property
    def place(self) -> Array:
        """Eloquence of the place of each lesion, shape (n,)."""
        fold = self.value("brainstem_fold") - 1
        return self.value("eloquence") * (1 + fold * self.inputs["brainstem"])

    def lobes(self, volume: ArrayLike) -> NDArray[np.bool_]:
        """Return the lobes in which lesions of a volume [mL] lie, shape (n, 5), as in `LOBES`.

        None without a lesion. The posterior fossa is one of them just where `inputs` say brainstem,
        from the first day on. As a lesion grows others join; if it shrinks they go again.
        """
        size = np.broadcast_to(np.asarray(volume, float), self.n)
        extents = sample_extents(size, self.uniform("lobes"))
        chance = [self.uniform("lobes", k) for k in range(len(LOBE_WEIGHTS))]
        involved = sample_lobes(extents, self.inputs["brainstem"], np.column_stack(chance))
        return np.asarray(involved & (size > 0)[:, None])

    @property
    def symptom_volume(self) -> Array:
        """Volume that each patient notices [mL], shape (n,)."""
        return self.noticed_volume(self.uniform("symptom"))

    def noticed_volume(self, chance: Array) -> Array:
        """Return the volume that each would notice by another chance [mL], shape (n,)."""
        z = ndtri(np.clip(chance, 1e-12, 1 - 1e-12))
        return np.asarray(SYMPTOM_VOLUME * np.exp(SYMPTOM_SPREAD * z) / self.place)

    def noticed_chance(self, volume: Array) -> Array:
        """Return the chance by which each notices a volume [mL], shape (n,)."""
        with np.errstate(divide="ignore"):
            z = np.log(volume * self.place / SYMPTOM_VOLUME) / SYMPTOM_SPREAD
        return np.asarray(ndtr(z))
