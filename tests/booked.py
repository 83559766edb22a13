"""A model that keeps books: what every boundary flux has moved, and what is in every state."""

from dataclasses import replace

from diapedesis.core import Flux, Mechanism, Model, Output, Port, State


def with_ledger(model: Model) -> tuple[Model, dict[str, dict[str, float]]]:
    """Return a model with a state that sums up each boundary flux, and its effect on each total.

    The summed flux is the declared one: its own law, with one more coefficient.
    """
    effect: dict[str, dict[str, float]] = {}
    for total in model.conserved.values():
        for flux in model.fluxes.values():
            by = sum(n * total.weights.get(s, 0.0) for s, n in model.changes(flux).items())
            if by:
                effect.setdefault(total.id, {})[flux.id] = by
    summed = sorted({flux for fluxes in effect.values() for flux in fluxes})
    units = {id: model.states[next(iter(model.changes(model.fluxes[id])))].unit for id in summed}
    mechanisms = [_booked(m, units) for m in model.mechanisms]
    shown = {f"sum_{id}": unit for id, unit in units.items()}
    return with_shown(_of(model, mechanisms), shown), effect


def without_floors(model: Model) -> Model:
    """Return a model whose solver leaves every state where its equations put it."""
    bare = [
        Mechanism(
            m.name,
            tuple(replace(t, nonnegative=False) if isinstance(t, State) else t for t in m.terms),
            m.doc,
        )
        for m in model.mechanisms
    ]
    return _of(model, bare)


def with_shown(model: Model, units: dict[str, str]) -> Model:
    """Return a model with an output ``<state>_shown`` for each of some states."""
    mechanisms = [*model.mechanisms, *(_shown(id, unit) for id, unit in units.items())]
    return Model(
        model.name, mechanisms, {**model.wires, **{f"show_{id}.there": id for id in units}}
    )


def _of(model: Model, mechanisms: list[Mechanism]) -> Model:
    """Return a model of the same name and wires."""
    return Model(model.name, mechanisms, model.wires)


def _booked(m: Mechanism, units: dict[str, str]) -> Mechanism:
    """Return a mechanism whose listed fluxes also fill a state each."""
    mine = [f.id for f in m.each(Flux) if f.id in units]
    sums = [State(f"sum_{id}", units[id], "Sum", scale=10.0, nonnegative=False) for id in mine]
    terms = [
        replace(t, changes={**t.changes, f"sum_{t.id}": 1.0})
        if isinstance(t, Flux) and t.id in mine
        else t
        for t in m.terms
    ]
    return Mechanism(m.name, (*terms, *sums), m.doc)


def _shown(id: str, unit: str) -> Mechanism:
    shown = Output(f"{id}_shown", lambda there: there, unit, "State")
    return Mechanism(f"show_{id}", (Port("there", unit, "State"), shown))
