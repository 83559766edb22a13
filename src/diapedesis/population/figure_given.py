"""The strip above a figure that shows what is given: one lane for each drug or kind of session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matplotlib.axes import Axes

from diapedesis.population.courses import Courses
from diapedesis.population.drawing import FAINT, INK, PAST
from diapedesis.simulate import Plex, Protocol
from diapedesis.simulate.treatments import Immunoglobulin, OralSteroid, Steroid, Treatment

NAMES = {
    "anti_cd20": "anti-CD20",
    "anti_cd52": "anti-CD52",
    "anti_cd4": "anti-CD4",
    "anti_cd8": "anti-CD8",
    "dimethyl_fumarate": "dimethyl fumarate",
    "interferon_beta": "interferon beta",
    "checkpoint": "checkpoint inhibitor",
    "il7": "interleukin 7",
    "virus_cells": "virus-specific T cells",
}
LONGEST_NAME = 24


@dataclass(frozen=True)
class Lane:
    """One line of the strip: what, spans [day] and moments [day]; or a remark alone."""

    label: str
    spans: tuple[tuple[float, float], ...] = ()
    moments: tuple[float, ...] = ()
    marker: str = "|"


@dataclass(frozen=True)
class Row:
    """What one arm, or all of them, is given."""

    name: str
    colour: str
    lanes: tuple[Lane, ...]


def rows_of(arms: Mapping[str, Courses], colours: Sequence[str]) -> list[Row]:
    """Return the rows of the strip: what all arms share, then what each adds."""
    protocols = {name: c.scenario.subject.protocol for name, c in arms.items()}
    if len(arms) == 1:
        (only,) = protocols.values()
        (courses,) = arms.values()
        return [Row("", colours[0], (*lanes_of(only), *_said(courses)))]
    given = list(protocols.values())
    shared = _only(given[0], lambda kind, x: all(x in getattr(p, kind) for p in given))
    rows = [Row("all arms", PAST, lanes_of(shared))]
    for (name, courses), colour in zip(arms.items(), colours, strict=False):
        own = _only(protocols[name], lambda kind, x: x not in getattr(shared, kind))
        lanes = (*lanes_of(own), *_said(courses, arms)) or (Lane("nothing further"),)
        rows.append(Row(name, colour, lanes))
    return rows


def _only(given: Protocol, keep: Callable[[str, Any], bool]) -> Protocol:
    """Return what of a protocol is to be kept, by kind and event."""
    kinds = ("doses", "sessions", "treatments", "antibodies")
    return replace(given, **{k: tuple(x for x in getattr(given, k) if keep(k, x)) for k in kinds})


def lanes_of(given: Protocol) -> tuple[Lane, ...]:
    """Return a lane for each drug and kind of session of a protocol."""
    lanes = []
    if given.doses:
        at = tuple(d.time for d in given.doses)
        lanes.append(Lane(_count("natalizumab", len(at)), (), at))
    for kind, marker in (("plasma exchange", "v"), ("immunoadsorption", "s")):
        at = tuple(
            s.time for s in given.sessions if isinstance(s, Plex) == (kind == "plasma exchange")
        )
        if at:
            lanes.append(Lane(_count(kind, len(at)), (), at, marker))
    drugs: dict[str, list[Treatment]] = {}
    for t in given.treatments:
        drugs.setdefault(drug_name(t), []).append(t)
    for drug, listed in drugs.items():
        spans = tuple((t.time, t.end) for t in listed if t.end - t.time >= 1)
        moments = tuple(t.time for t in listed if t.end - t.time < 1)
        lanes.append(Lane(_count(drug, len(moments)), spans, moments, "D"))
    if given.antibodies:
        spans = tuple((a.onset, a.end) for a in given.antibodies)
        lanes.append(Lane("antibodies to the drug", spans))
    return tuple(lanes)


def drug_name(t: Treatment) -> str:
    """Return what a treatment is called."""
    if isinstance(t, Steroid):
        return "methylprednisolone"
    if isinstance(t, OralSteroid):
        return "prednisolone"
    if isinstance(t, Immunoglobulin):
        return "immunoglobulin"
    return NAMES.get(t.drug, t.drug)


def _count(what: str, n: int) -> str:
    return f"{what}, {n} times" if n > 1 else what


def _said(courses: Courses, arms: Mapping[str, Courses] | None = None) -> tuple[Lane, ...]:
    """Return a lane that says what is believed, where it is not the usual or arms differ in it."""
    scenario = courses.scenario
    others = [c.scenario for c in (arms or {}).values()]
    said = []
    h = scenario.hypothesis
    if any(o.hypothesis != h for o in others) or (not others and h != "mixture"):
        said.append(f"hypothesis {h if isinstance(h, str) else ', '.join(h)}")
    for id, value in scenario.parameters.items():
        if not others or any(o.parameters.get(id) != value for o in others):
            said.append(f"{id.replace('_', ' ')} {value:g}")
    return (Lane("; ".join(said)),) if said else ()


def draw_strip(ax: Axes, rows: Sequence[Row], origin: float) -> None:
    """Draw the rows from above; x in days after `origin`, limits already set."""
    y, ticks, names = 0.0, [], []
    for row in rows:
        ticks.append(y + 0.5 * (len(row.lanes) - 1))
        names.append(row.name)
        for lane in row.lanes:
            _lane(ax, lane, y, row.colour, origin)
            y += 1.0
        ax.axhline(y - 0.5, color=FAINT, lw=0.6)
    ax.set_ylim(y - 0.5, -0.6)
    ax.set_yticks(ticks, [clip(n) for n in names], fontsize=7.5)
    for text, row in zip(ax.get_yticklabels(), rows, strict=True):
        text.set_color(row.colour)
        text.set_fontweight("bold")
    ax.tick_params(left=False, bottom=False, labelbottom=False)
    ax.spines[["left", "bottom"]].set_visible(False)


def lanes(rows: Sequence[Row]) -> int:
    """Return how many lanes there are in all."""
    return sum(len(row.lanes) for row in rows)


def clip(name: str) -> str:
    """Shorten the name of an arm to what fits beside an axis."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _lane(ax: Axes, lane: Lane, y: float, colour: str, origin: float) -> None:
    low, high = ax.get_xlim()
    seen: list[float] = []
    for start, end in lane.spans:
        a, b = max(start - origin, low), min(end - origin, high)
        if a < b:
            ax.plot([a, b], [y, y], color=colour, lw=5.5, alpha=0.55, solid_capstyle="butt")
            seen += [a, b]
    at = [d - origin for d in lane.moments if low <= d - origin <= high]
    if at:
        size, edge = (8, 1.6) if lane.marker == "|" else (4.6, 0)
        ax.plot(at, [y] * len(at), ls="none", marker=lane.marker, color=colour, ms=size, mew=edge)
        seen += [min(at), max(at)]
    _label(ax, lane, y, (min(seen), max(seen)) if seen else None, colour)


def _label(ax: Axes, lane: Lane, y: float, seen: tuple[float, float] | None, colour: str) -> None:
    """Write what the lane holds after its last mark; before its first, or on it, without room."""
    low, high = ax.get_xlim()
    width = (high - low) * (0.0108 * len(lane.label) + 0.02)
    pad = 0.012 * (high - low)
    plain: dict[str, Any] = {"fontsize": 7.0, "va": "center", "color": INK}
    if seen is None:
        marked = bool(lane.spans or lane.moments)
        text = f"{lane.label}, before" if marked else lane.label
        ax.text(max(low, 0.0) + pad, y, text, **(plain | {"color": PAST}))
    elif seen[1] + width <= high:
        ax.text(seen[1] + pad, y, lane.label, **plain)
    elif seen[0] - width >= low:
        ax.text(seen[0] - pad, y, lane.label, ha="right", **plain)
    else:
        ax.text(0.5 * (seen[0] + seen[1]), y, lane.label, ha="center", **plain)
