import pytest

from tests.windvane.result_log.records import make_record
from windvane.shadow.shadow_record import choose_texts, is_chosen

END = "0000-7000-8000-"


@pytest.mark.parametrize(
    ("end", "share", "chosen"),
    [
        ("000000000000", 0.0001, True),
        ("7fffffffffff", 0.5, True),
        ("800000000000", 0.5, False),
        ("ffffffffffff", 1, True),
        ("ffffffffffff", 0.999, False),
    ],
)
def test_the_random_end_of_an_id_chooses(end: str, share: float, chosen: bool) -> None:
    assert is_chosen(f"00000000-{END}{end}", share) is chosen


def test_share_of_many_texts_is_chosen_each_for_itself() -> None:
    records = [make_record() for _ in range(4_000)]
    texts = [f"text {number}" for number in range(len(records))]

    chosen = choose_texts(records, texts, 2.0, 0.1)

    assert 300 < len(chosen) < 500  # ten standard deviations around 400 are 190
    assert {one.result_id: one.text for one in chosen}.items() <= {
        record.result_id: text for record, text in zip(records, texts, strict=True)
    }.items()
    assert len({one.result_id[-1] for one in chosen}) == 16  # all partitions of the table


def test_chosen_text_carries_what_the_champion_answered() -> None:
    record = make_record()

    [one] = choose_texts([record], ["I love it"], 1.23456, 1.0)

    assert (one.model, one.label, one.score) == (record.model, record.label, record.score)
    assert one.expires_at == record.expires_at
    assert one.ms == 1.235
