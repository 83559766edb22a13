"""Whatever stands in a file, it is read into finite numbers or refused with a CaseError."""

import dataclasses
import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from diapedesis.exchange import CaseError
from tests.exchange.cases import GOOD, good, read

WORDS = sorted({*good(), "time", "value", "every", "doses", "units", "day", "mg/L", "plex", "<<"})
ODD = [
    *(math.nan, math.inf, -math.inf, -1, 0, 1e308, -1e308, 10**400, True, None, "", "no", "1e999"),
    *("2024-03-01", "2024-13-01", "9999-12-31", "0001-01-01", "2024-03-01T25:00", "١٢", "\u202e"),
    *([], {}, [[]], {"time": {}}, "\ud800", "&a", "*a", "!!int 3", "? ", "{", "- ", "\t", "%TAG"),
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(WORDS),
    st.sampled_from(ODD),
)
NESTS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), inner, max_size=5),
    ),
    max_leaves=20,
)


def all_numbers(value: Any) -> list[float]:
    if dataclasses.is_dataclass(value):
        return [n for f in dataclasses.fields(value) for n in all_numbers(getattr(value, f.name))]
    if isinstance(value, tuple):
        return [n for part in value for n in all_numbers(part)]
    return [value] if isinstance(value, int | float) else []


def check(text: str | bytes, name: str = "case.yaml") -> bool:
    """Read a text; return whether it was a case."""
    try:
        case = read(text, name)
    except CaseError as refused:
        assert refused.faults
        str(refused).encode("utf-8")
        return False
    ends = {a.end for a in case.subject.protocol.antibodies}
    # the last of 500 doses, a year apart, from a century after day 0
    assert all(math.isfinite(n) and abs(n) < 3e5 for n in all_numbers(case) if n not in ends)
    return True


def places(tree: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    )
    return [here, *(p for key, part in inner for p in places(part, (*here, key)))]


def at(tree: Any, place: tuple[Any, ...]) -> Any:
    for part in place:
        tree = tree[part]
    return tree


PLACES = places(good())[1:]


@given(st.text(max_size=200))
@example('"\\U00110000"')
@example("%YAML 99999999999.1\n--- a")
@example("a: !<tag:%ff> b")
def test_any_text(text: str) -> None:
    check(text)
    check(text, "case.json")


@given(st.binary(max_size=100))
def test_any_bytes(data: bytes) -> None:
    check(data)


@given(st.dictionaries(st.sampled_from(sorted(good())), NESTS))
def test_any_nest_under_the_right_keys(tree: dict[str, Any]) -> None:
    check(json.dumps({**good(), **tree}), "case.json")


@given(st.lists(st.tuples(st.sampled_from(PLACES), NESTS), min_size=1, max_size=3))
def test_a_good_case_with_values_exchanged(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    tree = good()
    for place, value in changes:
        holder: Any = tree
        for part in place[:-1]:
            inside = isinstance(holder, dict) and part in holder
            inside = inside or (
                isinstance(holder, list) and isinstance(part, int) and part < len(holder)
            )
            if not inside:
                break
            holder = holder[part]
        else:
            if isinstance(holder, dict):
                holder[place[-1]] = value
    check(json.dumps(tree), "case.json")
    check(yaml.safe_dump(tree, allow_unicode=True))


@given(st.integers(0, len(GOOD)), st.integers(0, 6), st.text(max_size=6))
def test_a_good_case_with_signs_exchanged(start: int, length: int, text: str) -> None:
    check(GOOD[:start] + text + GOOD[start + length :])


LINES = GOOD.splitlines()


@given(st.permutations(range(len(LINES))), st.integers(1, 3))
def test_a_good_case_with_lines_moved(order: list[int], n: int) -> None:
    """Some lines change places; the rest stay."""
    lines = LINES.copy()
    for a, b in zip(order[:n], order[-n:], strict=True):
        lines[a], lines[b] = lines[b], lines[a]
    check("\n".join(lines))


@given(st.sets(st.integers(0, len(LINES) - 1), max_size=3), st.integers(0, len(LINES) - 1))
def test_a_good_case_with_lines_lost_and_one_twice(lost: set[int], twice: int) -> None:
    kept = [line for i, line in enumerate(LINES) if i not in lost]
    check("\n".join([*kept, LINES[twice]]))
    check("\n".join(kept))


@given(st.integers(0, len(GOOD.encode()) - 1), st.integers(0, 255))
def test_a_good_case_with_a_byte_exchanged(place: int, byte: int) -> None:
    data = bytearray(GOOD.encode())
    data[place] = byte
    check(bytes(data))


NUMBERS = [p for p in PLACES if isinstance(at(good(), p), int | float)]


@given(st.sampled_from(NUMBERS), st.sampled_from(["_", ",", " ", "٣", "0x", "--", '"', "½"]))
def test_a_sign_that_spoils_a_number_is_not_read_over(place: tuple[Any, ...], sign: str) -> None:
    tree = good()
    number = at(tree, place)
    at(tree, place[:-1])[place[-1]] = f"{number}{sign}{number}"
    assert not check(yaml.safe_dump(tree, allow_unicode=True))


@given(st.sampled_from(NUMBERS), st.floats())
def test_a_good_case_with_another_number(place: tuple[Any, ...], number: float) -> None:
    tree = good()
    at(tree, place[:-1])[place[-1]] = number
    if check(json.dumps(tree), "case.json"):
        assert math.isfinite(number)


@pytest.mark.parametrize("value", ODD, ids=ascii)
def test_an_odd_value_at_every_place(value: Any) -> None:
    for place in PLACES:
        tree = good()
        at(tree, place[:-1])[place[-1]] = value
        check(json.dumps(tree), "case.json")


def test_the_good_case_is_good() -> None:
    assert check(GOOD)
    assert check(json.dumps(good()), "case.json")
