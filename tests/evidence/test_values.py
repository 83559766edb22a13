"""What is read from a value as printed: the forms that are known, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapedesis.evidence import KINDS, Reading, read_count, read_value

NUMBERS = st.decimals(0, 9999, places=2).map(float)


@pytest.mark.parametrize(
    ("value", "context", "reading"),
    [
        ("28.2 (11.6-46.2)", "", Reading(28.2, 11.6, 46.2)),
        ("0.164 (boot 0.155-0.173)", "", Reading(0.164, 0.155, 0.173, interval="bootstrap")),
        ("0.875 (boot median 0.84; 0.11-1.55)", "", Reading(0.875, 0.11, 1.55, None, "bootstrap")),
        ("HR 32.4 (95% CI 4.3–245.3)", "", Reading(32.4, 4.3, 245.3, None, "95 % CI")),
        ("78 % (32/41; CP 62-89)", "", Reading(78, 62, 89, None, "CP")),
        ("3,058 (2,533-3,359)", "mL median IQR", Reading(3058, 2533, 3359, None, "IQR")),
        ("7.67-15.6", "reference interval", Reading(None, 7.67, 15.6, None, "reference")),
        ("110 +- 52", "", Reading(110, spread=52)),
        ("150.8 +- 74.9", "days (mean, SD)", Reading(150.8, spread=74.9, interval="SD")),
        ("57.4 (SD 21.2)", "", Reading(57.4, spread=21.2, interval="SD")),
        (">95", "", Reading(low=95, interval="bound")),
        ("up to 200", "", Reading(high=200, interval="bound")),
        ("x ~2.45", "", Reading(2.45)),
        ("HR 0.06 (0.01-0.22), p<.001", "", Reading(0.06, 0.01, 0.22)),
        ("about 8 wk", "wk", Reading(8)),
    ],
)
def test_a_known_form_is_read(value, context, reading):
    assert read_value(value, context) == reading


@pytest.mark.parametrize(
    "value",
    [
        "17% vs 29%",
        "97 / 98 / 40 / 77",
        "18.9 -> 3.1 (84 %)",
        "6.08 (5.75-6.33) = 0.146 L/d",
        "4 PML pts; number of sessions needed depends on level",
        "one third",
        "qualitative",
        "0.22 NTZ vs 0.67 placebo (-67%)",
        "",
    ],
)
def test_several_numbers_or_words_give_nothing(value):
    assert read_value(value) == Reading()


@given(NUMBERS, NUMBERS, NUMBERS)
def test_what_is_printed_plainly_comes_back(a, b, c):
    assert read_value(f"{a}") == Reading(a)
    assert read_value(f"{a} ({b}-{c})") == Reading(a, b, c)
    assert read_value(f"{a} ± {b}") == Reading(a, spread=b)


@given(st.text())
def test_any_text_is_answered_with_a_kind_that_is_known(text):
    assert read_value(text).interval in KINDS
    count = read_count(text)
    assert count is None or count >= 0


@pytest.mark.parametrize(
    ("population", "n"),
    [
        ("12 MS, no PML", 12),
        ("1,094 STRATA", 1094),
        ("38, 12-17 y", 38),
        ("1, F 54, 57 doses", 1),
        ("627 / 315", None),
        ("15 PML, 298 controls", None),
        ("47 of 56", None),
        ("11 pooled studies", None),
        ("50 samples", None),
        ("185 pts all, neuro subset", None),
        ("world, about 2015", None),
        ("", None),
    ],
)
def test_the_count_of_subjects_is_read_only_when_it_is_one(population, n):
    assert read_count(population) == n
