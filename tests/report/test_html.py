"""Reports: what they answer, what they cite, and that they stand alone."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from diapedesis.core import Assumption
from diapedesis.evidence import SURE, resolve
from diapedesis.infer.table import Table
from diapedesis.observe import Subject
from diapedesis.plan import (
    Forecast,
    Interval,
    PlexPlan,
    Washout,
    plan_interval,
    plan_plex,
    plan_washout,
)
from diapedesis.plan.flags import flags
from diapedesis.plan.words import k_of_20
from diapedesis.report.html import (
    forecast_report,
    interval_report,
    plex_report,
    washout_report,
)
from diapedesis.report.sources import ADDRESSES
from diapedesis.report.words import percent
from diapedesis.simulate import Protocol

VOID = {"meta", "br", "path", "circle", "use", "rect", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Collects text by section, what would be loaded, and tags left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sections: list[str] = []
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self.clicked: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "section":
            self.sections.append("")
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [v for k, v in attrs if k == "id" and v]
        links = [v for k, v in attrs if k in {"src", "href", "srcset", "data", "xlink:href"} and v]
        elsewhere = [v for v in links if not v.startswith("#")]
        # A link to click is not loaded with the page.
        (self.clicked if tag == "a" else self.loaded).extend(elsewhere)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.sections and "style" not in self.open and "svg" not in self.open:
            self.sections[-1] += data


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="session")
def pages(
    reached: PlexPlan,
    not_reached: PlexPlan,
    not_needed: PlexPlan,
    outlier: PlexPlan,
    during_sessions: PlexPlan,
    no_level: PlexPlan,
    cells: PlexPlan,
    washout: Washout,
    interval: Interval,
    forecast: Forecast,
) -> dict[str, str]:
    return {
        "reached": plex_report(reached),
        "not reached": plex_report(not_reached),
        "not needed": plex_report(not_needed),
        "outlier": plex_report(outlier),
        "during": plex_report(during_sessions),
        "no level": plex_report(no_level),
        "cells": plex_report(cells),
        "washout": washout_report(washout),
        "interval": interval_report(interval),
        "forecast": forecast_report(forecast),
    }


def front(html: str) -> str:
    return words(Page(html).sections[0])


def test_every_report_stands_alone(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        page = Page(html)
        assert page.loaded == [], name
        assert page.clicked and all(link.startswith(ADDRESSES) for link in page.clicked), name
        assert "script" not in page.tags, name
        assert not re.search(r"url\((?!#)|@import", html), name
        assert len(page.ids) == len(set(page.ids)), name


def test_every_link_has_its_target(pages: dict[str, str]) -> None:
    for html in pages.values():
        assert set(re.findall(r'href="#([^"]+)"', html)) <= set(Page(html).ids)


def test_no_raw_infinity_and_no_raw_nan(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        for text in Page(html).sections:
            assert not re.search(r"\b(?:inf|nan)\b", text, re.IGNORECASE), name


def test_every_face_says_research_use_only_and_that_it_holds_until_the_next_result(
    pages: dict[str, str],
) -> None:
    for html in pages.values():
        face = front(html)
        assert "Research use only. Not a medical device. A forecast, and no instruction" in face
        assert "holds until the next result exists" in face
        assert "of 20 patients like this" in face


def test_a_reached_plan_answers_on_its_face(reached: PlexPlan, pages: dict[str, str]) -> None:
    assert reached.status == "reached"
    face, q = front(pages["reached"]), reached.question
    assert f"{reached.chosen.design.n} session" in face
    assert "below 1 mg/L by day 200 (48 days after the first session)" in face
    for arm in (reached.chosen, reached.waiting):
        p = arm.p_by(q.by)
        assert f"{k_of_20(p)} patients like this ({percent(p, q.probability)})" in face
        gate = np.quantile(arm.half_open() - q.first, 0.5, method="inverted_cdf")
        assert f"{gate:.0f} days (day" in face
    saved = reached.table.set_index("sessions")["days_saved"][reached.chosen.design.n]
    assert f"{saved:.0f} days sooner than by waiting" in face
    assert "IRIS may start, while the serum level is still above the threshold" in face
    assert "12 exchanged patients without PML" in face


def test_icons_count_the_patients(reached: PlexPlan, pages: dict[str, str]) -> None:
    filled = pages["reached"].count('<g fill="#0072B2"')
    assert filled == round(20 * reached.probability)
    assert pages["reached"].count("<circle") == 40


def test_not_reached_is_an_answer(not_reached: PlexPlan, pages: dict[str, str]) -> None:
    assert not_reached.status == "not reached"
    assert "Not reached with 2 sessions; the best found is 2 sessions" in front(
        pages["not reached"]
    )


def test_with_no_session_allowed_the_answer_still_reads(not_reached: PlexPlan) -> None:
    ask = replace(not_reached.question, max_sessions=0)
    plan = plan_plex(not_reached.fit.subject, ask, n_draws=150)
    face = front(plex_report(plan))
    assert "Not reached with 0 sessions; no course found does better than waiting." in face
    assert "No session was allowed" in face


def test_a_course_that_is_never_below_is_not_reached_in_words(reached: PlexPlan) -> None:
    never = replace(reached.waiting, lasting=np.full(reached.waiting.lasting.size, np.inf))
    saved = {"days_saved": np.inf, "days_saved_05": 5.0, "days_saved_95": np.inf}
    table = Table.of(r | saved for r in reached.course_table.records())
    face = front(plex_report(replace(reached, waiting=never, course_table=table)))
    assert "within 240 days: not reached" in face
    assert "cannot be said within 240 days" in face


def test_waiting_can_be_enough(pages: dict[str, str]) -> None:
    face = front(pages["not needed"])
    assert "No session needed: waiting is enough." in face
    assert "This course" not in face


def test_a_probability_just_short_is_not_rounded_up() -> None:
    assert percent(0.8995, 0.9) == "89.9 %"
    assert percent(0.9004, 0.9) == "90 %"


def test_an_outlier_is_marked_and_the_plan_shown_without_it(
    outlier: PlexPlan, pages: dict[str, str]
) -> None:
    assert outlier.without_outlier is not None
    face, rest = (words(t) for t in Page(pages["outlier"]).sections)
    assert "A measurement is probably wrong" in face
    p = outlier.without_outlier.probability
    assert f"{k_of_20(p)}." in face[face.index("Without the doubtful one") :]
    assert "The plan with and without the doubtful measurement" in rest
    assert '<tr class="bad"><td>day 140</td>' in pages["outlier"]


def test_levels_below_quantification_and_other_laboratories_are_named(
    pages: dict[str, str],
) -> None:
    rest = words(Page(pages["during"]).sections[1])
    assert "below 5.0" in rest
    assert "second laboratory" in rest
    assert "reads 1.2 times the reference" in rest


def test_saturations_are_counted_and_written_in_per_cent(pages: dict[str, str]) -> None:
    face, rest = (words(t) for t in Page(pages["cells"]).sections)
    assert "2 measured levels · 3 measured saturations" in face
    for text in ("80 %", "108 %", "below 90 %", "SD 12 % + 3 points, LLOQ 5 %, reads saturation"):
        assert text in rest, text
    assert "measured saturation" not in front(pages["reached"])


def test_occasions_are_dated_and_their_spread_has_its_source(
    cells: PlexPlan, pages: dict[str, str]
) -> None:
    rest = words(Page(pages["cells"]).sections[1])
    assert "Occasions: occasion 0 until day 112; occasion 1 from day 112 on." in rest
    assert "factor on occasion 1 cl@1" in rest
    source = cells.fit.model.parameters["cl"].iov_source
    assert isinstance(source, Assumption)
    row = rest[rest.index("cl@1") :]
    assert row.index(f"spread between occasions: Assumption: {source.why}") < 250
    assert "Occasions:" not in " ".join(Page(pages["reached"]).sections)


def test_a_wrong_saturation_is_called_so(cells: PlexPlan) -> None:
    rows = [r | {"p_outlier": 0.9} for r in cells.fit.level_table.records()]
    found = flags(replace(cells.fit, level_table=Table.of(rows)))
    said = [f.found for f in found if f.code == "outlier"]
    assert "saturation on day 150 (probability 90 %)" in said
    assert "level on day 150 (probability 90 %)" in said


def test_every_fitted_parameter_stands_with_its_source(
    reached: PlexPlan, pages: dict[str, str]
) -> None:
    rest = words(Page(pages["reached"]).sections[1])
    for name in reached.fit.names:
        p = reached.fit.model.parameters[name]
        assert f"{p.label} {name}" in rest
        for source in filter(None, (p.source, p.iiv_source)):
            if isinstance(source, Assumption):
                assert f"Assumption: {source.why}" in rest
                continue
            for claim in map(resolve, source.claims):
                assert words(claim.cited) in rest
                assert words(claim.value) in rest
                assert f"{claim.sure}: {SURE[claim.sure]}" in rest
                assert all(d.claim in rest for d in claim.disputed_by)


def test_endpoints_stand_apart(pages: dict[str, str]) -> None:
    rest = words(Page(pages["reached"]).sections[1])
    for text in ("Level 1 h after last session", "Highest, 24–72 h after", "(c) lasting"):
        assert text in rest


def test_parameters_that_play_no_part_are_left_out(pages: dict[str, str]) -> None:
    assert "e_tryptophan" not in pages["reached"]
    assert "f_sc" not in pages["reached"]
    assert "e_protein_a" in pages["no level"]


def test_how_to_repeat_it_is_said(reached: PlexPlan, pages: dict[str, str]) -> None:
    import platform

    import llvmlite

    rest = words(Page(pages["reached"]).sections[1])
    for text in (
        reached.fit.model.fingerprint[:12],
        "seed 3",
        "150 draws",
        platform.python_version(),
        np.__version__,
        llvmlite.__version__,
    ):
        assert text in rest


def test_the_same_plan_gives_the_same_bytes(reached: PlexPlan, pages: dict[str, str]) -> None:
    again = plan_plex(reached.fit.subject, reached.question, n_draws=150, seed=3)
    assert plex_report(again) == pages["reached"]


def test_text_of_the_case_is_escaped_and_a_simulated_case_carries_a_banner(
    reached: PlexPlan,
) -> None:
    evil = "<script>alert(1)</script>"
    html = plex_report(
        reached,
        title=f"T {evil}",
        note=f"N {evil}",
        simulated_banner=f"SIMULATED {evil}",
        provenance=f"P {evil} pkpd 2.1",
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(1)") >= 5
    assert "SIMULATED" in front(html)
    assert 'id="pkpd-2.1"' in html
    assert 'class="banner"' not in plex_report(reached)


def test_a_calendar_replaces_days(reached: PlexPlan) -> None:
    html = plex_report(reached, day_label=lambda d: f"date {d:g}")
    text = " ".join(words(t) for t in Page(html).sections)
    assert "by date 200 (48 days after the first session)" in text
    assert "date 140" in text
    assert not re.search(r"\bday \d{3}", text)


def test_an_interval_that_cannot_be_kept_is_said() -> None:
    found = plan_interval(Subject(Protocol.every(28, n=3)), target=150.0, n_draws=150)
    assert "is not kept with 90 % probability" in front(interval_report(found))


def test_a_washout_counts_from_the_last_dose(washout: Washout, pages: dict[str, str]) -> None:
    day = washout.table["day"].iloc[0]
    assert f"From {day:.0f} days after the last dose on" in front(pages["washout"])


def test_a_forecast_gives_its_last_day(pages: dict[str, str]) -> None:
    assert "On day 220: level" in front(pages["forecast"])


def test_what_is_below_already_reads_as_a_sentence() -> None:
    late = Subject(Protocol.every(28, n=6), height=1.7)
    page = washout_report(plan_washout(late, now=500.0, n_draws=150))
    face = front(page)
    assert "Already, on day 500, the first day looked at." in face
    assert "half open already on day 500" in " ".join(face.split())
    assert "From already" not in page
