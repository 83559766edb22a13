"""What is free of states is found and put together; what was shared stays shared."""

from hypothesis import given

from diapedesis.simulate.program.arrange import arrange
from diapedesis.simulate.program.graph import Graph, reachable
from diapedesis.simulate.program.node import STATE, Node
from tests.simulate.program.test_graph import EXACT, LEAVES, play, programs


def work(nodes: list[Node]) -> list[Node]:
    """Return the operations left to do once everything free of states is ready."""
    return [n for n in reachable(nodes) if n.tier == STATE and n.args]


def test_factors_free_of_states_stand_together() -> None:
    g = Graph()
    p, q, u, y, z = (g.load(*leaf) for leaf in ("pp", "pq", "uu", "yy", "yz"))
    found = arrange(g, [p * y * q * z / u, -(y / p) * u * 3])
    assert len(work(found)) == 3  # y * z, and each with its coefficient


def test_terms_with_one_state_part_are_collected() -> None:
    g = Graph()
    p, q, y, z = (g.load(*leaf) for leaf in ("pp", "pq", "yy", "yz"))
    (found,) = arrange(g, [p * y + 1 - q * y + z * 2 + z + p])
    assert len(work([found])) == 4  # (p - q) * y, 3 * z, and two sums


def test_a_coefficient_is_multiplied_out_where_that_joins_terms() -> None:
    g = Graph()
    p, q, y, z = (g.load(*leaf) for leaf in ("pp", "pq", "yy", "yz"))
    (found,) = arrange(g, [p * (1 - y) + q * (1 - y * z)])
    assert len(work([found])) == 5  # (p + q) - p * y - q * (y * z)
    (kept,) = arrange(g, [p * (y + z) + q])
    assert len(work([kept])) == 3


def test_a_divisor_used_twice_is_inverted_once() -> None:
    g = Graph()
    a, b, d = (g.load("y", id) for id in "abd")
    found = arrange(g, [a / (1 + d), b / (1 + d) / a])
    assert sum(n.op == "div" for n in work(found)) == 2  # 1 / (1 + d), and / a


def test_divisions_of_one_product_are_one() -> None:
    g = Graph()
    a, b, c, d = (g.load("y", id) for id in "abcd")
    found = arrange(g, [a / b / c / (1 / d)])
    assert [n.op for n in work(found)].count("div") == 1


def test_signs_cost_nothing_next_to_a_coefficient() -> None:
    g = Graph()
    p, y, z = g.load("p", "p"), g.load("y", "y"), g.load("y", "z")
    (found,) = arrange(g, [-(p * y) - z])
    assert len(work([found])) == 2


def test_shared_sums_and_products_are_not_taken_apart() -> None:
    g = Graph()
    x, y, z, p = g.load("y", "x"), g.load("y", "y"), g.load("y", "z"), g.load("p", "p")
    product, total = x * y, x + y
    nodes = [product, p * product * z, total, z - total]
    assert len(work(arrange(g, nodes))) == len(work(nodes))


@given(programs(len(EXACT)))
def test_arranging_never_adds_much_work(steps: list[tuple[int, int, int]]) -> None:
    """A coefficient kept apart may cost one more product than what it came from."""
    g = Graph()
    nodes = play(steps, EXACT, [g.load(*leaf) for leaf in LEAVES])[-3:]
    before, after = len(work(nodes)), len(work(arrange(g, nodes)))
    assert after <= before + sum(n.op in ("mul", "neg") for n in work(nodes))


@given(programs(len(EXACT)))
def test_arranged_twice_is_arranged_once(steps: list[tuple[int, int, int]]) -> None:
    g = Graph()
    once = arrange(g, play(steps, EXACT, [g.load(*leaf) for leaf in LEAVES])[-3:])
    assert len(work(arrange(g, once))) <= len(work(once))
