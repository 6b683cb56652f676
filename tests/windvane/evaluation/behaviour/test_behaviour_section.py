"""The behaviour section of the HTML report."""

from xml.etree import ElementTree

from windvane.evaluation.behaviour.behaviour_figures import (
    BehaviourFigures,
    CapabilityFigures,
    FailedCase,
    KindFigures,
)
from windvane.evaluation.behaviour.behaviour_section import (
    build_bars,
    build_behaviour_section,
    failed_by_test,
)
from windvane.evaluation.behaviour.suite_cases import Fault

FAULT = Fault("a <b> & c", "base", "positive", "negative 0.90")
FAILED = FailedCase("minimum", "praise", FAULT)
WEAK = CapabilityFigures(
    "weak",
    "About it.",
    (KindFigures("minimum", 3, 1), KindFigures("direction", 1, 1)),
    (FAILED, FailedCase("direction", "added", FAULT)),
)
STRONG = CapabilityFigures("strong", "About that.", (KindFigures("minimum", 4, 0),), ())


def test_behaviour_section_escapes_the_texts() -> None:
    html = build_behaviour_section(BehaviourFigures((STRONG, WEAK)))

    assert "a &lt;b&gt; &amp; c" in html
    assert "2 of 8 cases failed" in html


def test_behaviour_section_needs_no_other_file_and_closes_what_it_opens() -> None:
    html = build_behaviour_section(BehaviourFigures((STRONG, WEAK)))

    section = ElementTree.fromstring(html)  # noqa: S314 - our own page
    assert section.tag == "section"
    assert not {"href", "src"} & {name for element in section.iter() for name in element.attrib}


def test_bars_put_the_weakest_on_top_and_their_pieces_end_to_end() -> None:
    weak, strong = build_bars([STRONG, WEAK])

    assert (weak.name, strong.name) == ("weak", "strong")
    first, second = weak.segments
    assert second.start == first.start + first.length
    assert first.length == second.length > 0
    assert weak.text == "50 % · 2 of 4"


def test_failed_by_test_groups_by_kind_and_test() -> None:
    groups = failed_by_test(WEAK)

    assert list(groups) == [("minimum", "praise"), ("direction", "added")]
    assert groups["minimum", "praise"] == [FAILED]
