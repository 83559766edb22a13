"""What studies of PML share; each part is computed when a study first asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from diapedesis.core import Model
from diapedesis.validation.pml_interval import Interval
from diapedesis.validation.pml_registry import Registry
from diapedesis.validation.pml_steady import Steady
from diapedesis.validation.pml_world import World
from diapedesis.validation.studies import Found


@dataclass(frozen=True)
class Registries:
    """Registries of the same patients, as they were collected.

    Attributes
    ----------
    registry : Registry
    """

    registry: Registry

    @classmethod
    def of(cls, model: Model, m: int, n: int, seed: int) -> Registries:
        """Draw `m` possible truths with `n` patients each."""
        return cls(Registry.of(model, m, n, seed))

    @cached_property
    def steady(self) -> Steady:
        """Infusions every four weeks for six years."""
        return Steady(self.registry)

    @cached_property
    def world(self) -> World:
        """The cases known to the world in 2013."""
        return World(self.registry)

    @cached_property
    def interval(self) -> Interval:
        """Infusions every six weeks against every four."""
        return Interval(self.registry)


PmlStudy = Callable[[Registries], dict[str, Found]]
