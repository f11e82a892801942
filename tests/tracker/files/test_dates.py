from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.files.dates import AmbiguousDatesError, DateOrder, find_order, read_day

MDY, DMY = DateOrder.MDY, DateOrder.DMY


@given(day=st.dates(), separator=st.sampled_from("-/."))
def test_a_day_that_begins_with_its_year_needs_no_order(day: date, separator: str) -> None:
    text = f"{day.year:04d}{separator}{day.month:02d}{separator}{day.day:02d}"
    assert read_day(text, None) == day


@given(day=st.dates(), separator=st.sampled_from("-/"))
def test_a_day_comes_back_in_either_order(day: date, separator: str) -> None:
    mdy = f"{day.month}{separator}{day.day}{separator}{day.year:04d}"
    dmy = f"{day.day:02d}{separator}{day.month:02d}{separator}{day.year:04d}"
    assert read_day(mdy, MDY) == day
    assert read_day(dmy, DMY) == day


@given(days=st.lists(st.dates(), min_size=1, max_size=20))
def test_an_order_that_is_found_reads_every_day_as_it_was_meant(days: list[date]) -> None:
    for order, form in (
        (MDY, "{0.month}/{0.day}/{0.year:04d}"),
        (DMY, "{0.day}/{0.month}/{0.year:04d}"),
    ):
        texts = [form.format(day) for day in days]
        try:
            found = find_order(texts, given=None)
        except AmbiguousDatesError:
            assert all(day.day <= 12 for day in days)
            continue
        assert [read_day(text, found) for text in texts] == days, order


def test_with_dots_the_day_stands_first() -> None:
    assert read_day("4.3.2026", None) == date(2026, 3, 4)
    assert find_order(["4.3.2026"], given=None) is None


def test_what_fits_both_orders_is_asked_for_and_never_guessed() -> None:
    with pytest.raises(AmbiguousDatesError) as caught:
        find_order(["05/05/2026", "03/04/2026", "01/02/2026"], given=None)
    assert str(caught.value) == (
        "every date in it can be read in two ways, 03/04/2026 as 4 March or as 3 April: "
        "add --dates mdy for the first or --dates dmy for the second"
    )
    assert find_order(["03/04/2026"], given=DMY) == DMY
    assert find_order(["03/04/2026"], given=None, evidence=MDY) == MDY
    with pytest.raises(ValueError, match="03/04/2026 can be read in two ways"):
        read_day("03/04/2026", None)


def test_one_day_above_twelve_proves_the_order_of_all() -> None:
    assert find_order(["03/04/2026", "03/14/2026"], given=None) == MDY
    assert find_order(["03/04/2026", "14/03/2026"], given=None) == DMY
    assert find_order(["03/04/2026", "14/03/2026"], given=None, evidence=MDY) == DMY


def test_days_that_mean_the_same_in_both_orders_need_no_answer() -> None:
    assert find_order(["03/03/2026", "2026-03-04", "", "n/a", "13/14/2026"], given=None) is None
    assert read_day("03/03/2026", None) == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("text", "order", "reason"),
    [
        ("", None, "it has no date"),
        ("tomorrow", None, "'tomorrow' is not a date"),
        ("2026-02-30", None, "there is no day 2026-02-30"),
        ("13/15/2026", MDY, "there is no day 13/15/2026 (month first)"),
        ("31/04/2026", DMY, "there is no day 31/04/2026 (day first)"),
        ("2026-03/04", None, "'2026-03/04' is not a date"),
        ("03/04/26", MDY, "'03/04/26' is not a date"),
        ("00/00/0000", MDY, "there is no day 00/00/0000 (month first)"),
    ],
)
def test_what_is_no_day_says_why(text: str, order: DateOrder | None, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        read_day(text, order)
