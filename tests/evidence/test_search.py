"""Search: every word counts, the best fit comes first, any text is answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapedesis.evidence import Claim, load_claims, search, search_claims
from diapedesis.evidence.search import FIELDS


def ids(text, limit=20):
    return [hit.item.id for hit in search(text, limit).hits]


def test_every_word_is_wanted_in_any_case_and_order():
    assert "pkpd 1.18" in ids("TROUGH q4w")
    assert sorted(ids("q4w trough", 500)) == sorted(ids("TROUGH q4w", 500))
    assert ids("trough q4w giraffe") == []


def test_words_are_stemmed():
    assert set(ids("infusion", 500)) == set(ids("infusions", 500)) != set()


def test_an_id_finds_its_claim_and_an_author_her_paper_first():
    assert ids("R023")[0] == "R023"
    assert ids("pkpd 1.17")[0] == "pkpd 1.17"
    assert ids("khatri 2009")[0] == "khatri-2009"
    assert ids("10.1212/01.wnl.0000341766.59028.9d")[0] == "khatri-2009"


def test_a_phrase_asks_for_words_side_by_side():
    assert ids('"steady-state trough"') == ["pkpd 1.18"]
    assert "pkpd 1.18" in ids("trough steady") and ids('"trough steady"') == []


def test_a_beginning_finds_more_than_the_word():
    assert set(ids("natalizum*", 500)) >= set(ids("natalizumab", 500)) != set()
    assert ids("natalizum") == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("sure:M", lambda c: c.sure == "M"),
        ("sure:A paper:khatri", lambda c: c.sure == "A" and "khatri-2009" in c.papers),
        ("kind:claim topic:washout", lambda c: c.topic == "Washout"),
    ],
)
def test_a_field_is_searched_alone(text, wanted):
    found = {hit.item.id for hit in search(f"kind:claim {text}", 500).hits}
    assert found == {c.id for c in load_claims().values() if wanted(c)} != set()


def test_scores_fall_and_the_limit_holds():
    scores = [hit.score for hit in search("natalizumab", 10).hits]
    assert len(scores) == 10 and scores == sorted(scores, reverse=True)
    with pytest.raises(ValueError, match="limit is 0"):
        search("trough", 0)


def test_nothing_found_is_an_answer_with_near_words():
    found = search("trouhg")
    assert found.hits == () and "trough" in found.near
    assert search("xqzzy").near == ()


def test_claims_only():
    found = search_claims("khatri")
    assert found and all(isinstance(c, Claim) for c in found)
    with pytest.raises(ValueError, match="at least one word"):
        search_claims("  ")


@given(
    st.text()
    | st.lists(
        st.sampled_from(
            [
                "AND",
                "OR",
                "NOT",
                "NEAR(",
                '"',
                "*",
                ":",
                "^",
                "-",
                "+",
                "{",
                "}",
                "(",
                ")",
                "a",
                "paper:",
                "x",
            ]
        )
    ).map(" ".join)
)
def test_any_text_gives_hits_or_says_that_it_holds_no_word(text):
    try:
        found = search(text)
    except ValueError as error:
        assert "at least one word" in str(error)
    else:
        assert found.text == text and len(found.hits) <= 20


def test_every_field_that_is_offered_can_be_searched():
    for field in FIELDS:
        assert isinstance(search(f"{field}:trough").hits, tuple)
