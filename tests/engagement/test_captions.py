from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from engagement.amounts import unit_of
from engagement.bands import Band
from engagement.captions import (
    description_of_hours_and_responses,
    description_of_return_per_hour,
    title_of_hours_and_responses,
    title_of_return_per_hour,
)
from engagement.period import WeekSum
from tracker.calendar import WEEK

TODAY = date(2026, 11, 18)
RUNNING = date(2026, 11, 16)
EURO = unit_of("EUR")


def over(
    *,
    logged: Sequence[int | None] = (60,) * 8,
    planned: int | None = 60,
    worth: Sequence[float | None] = (100,) * 8,
    trend: Sequence[Band | None] = (None,) * 8,
    running: bool = True,
) -> list[WeekSum]:
    """Eight weeks that are over and, with numbers that must not count, the running one."""
    count = len(logged)
    weeks = [
        WeekSum(
            week=RUNNING - (count - n) * WEEK,
            is_over=True,
            planned_minutes=planned,
            logged_minutes=logged[n],
            responses=None,
            worth=worth[n],
            attributed=None,
            trend=trend[n],
        )
        for n in range(count)
    ]
    last = WeekSum(
        week=RUNNING,
        is_over=False,
        planned_minutes=60,
        logged_minutes=10_000,
        responses=1,
        worth=1e6,
        attributed=1e6,
        trend=Band(1e6, 1e6, 1e6),
    )
    return [*weeks, last] if running else weeks


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (100, "Hours kept to the plan"),
        (90, "Hours kept to the plan"),
        (89, "Hours fell 11% short of the plan"),
        (110, "Hours kept to the plan"),
        (111, "Hours ran 11% over the plan"),
        (0, "No hours were logged"),
    ],
)
def test_hours_are_held_against_the_plan(minutes: int, words: str) -> None:
    weeks = over(logged=(minutes,) * 8, planned=100)

    assert title_of_hours_and_responses(weeks, unit=EURO).split("; ")[0] == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (100, "Hours kept to the plan since it began"),
        (150, "Hours ran 50% over the plan since it began"),
        (0, "Hours fell 100% short of the plan since it began"),
    ],
)
def test_hours_before_the_plan_began_are_not_held_against_it(minutes: int, words: str) -> None:
    weeks = over(logged=(600,) * 7 + (minutes,))
    weeks = [replace(week, planned_minutes=100 if n >= 7 else None) for n, week in enumerate(weeks)]

    assert title_of_hours_and_responses(weeks, unit=EURO).split("; ")[0] == words


def test_hours_without_a_plan_are_named() -> None:
    title = title_of_hours_and_responses(over(planned=0), unit=EURO)

    assert title == "8\N{NO-BREAK SPACE}h were logged without a plan; what came back held steady"


@pytest.mark.parametrize(
    ("worth", "words"),
    [
        ((100,) * 4 + (110,) * 4, "what came back held steady"),
        ((100,) * 4 + (111,) * 4, "what came back grew by 11%"),
        ((100,) * 4 + (90,) * 4, "what came back held steady"),
        ((100,) * 4 + (89,) * 4, "what came back fell by 11%"),
        ((0,) * 4 + (89,) * 4, "€356 came back, most of it lately"),
        ((-30,) * 4 + (-20,) * 4, "−€200 came back"),
        ((-30,) * 4 + (20,) * 4, "−€40 came back"),
        ((0,) * 8, "what came back has no worth yet"),
        ((None,) * 8, "what came back is not known"),
        ((None,) + (100,) * 7, "€700 came back"),
    ],
)
def test_the_later_half_of_what_came_back_is_held_against_the_earlier(
    worth: Sequence[float | None], words: str
) -> None:
    assert title_of_hours_and_responses(over(worth=worth), unit=EURO).split("; ")[1] == words


def test_gaps_are_skipped_and_of_an_odd_number_the_middle_week_counts_for_neither_half() -> None:
    worth = (100, 100, None, 100, 100, 5000, 200, None, 200, 200, 200)
    weeks = over(logged=(60,) * 11, worth=worth, trend=(None,) * 11)

    assert title_of_hours_and_responses(weeks, unit=EURO).endswith("grew by 100%")


def title(trend: Sequence[Band | None], hour_cost: float | None = 60) -> str:
    weeks = over(trend=[*(None,) * (8 - len(trend)), *trend])
    return title_of_return_per_hour(weeks, hour_cost=hour_cost, unit=EURO, today=TODAY)


ABOVE, BELOW, ACROSS = Band(95, 61, 133), Band(20, 5, 59), Band(70, 59, 90)


@pytest.mark.parametrize(
    ("trend", "words"),
    [
        ([ABOVE], "An hour returned more than its cost of €60, lately €95 (61–133)"),
        (
            [ACROSS, *[ABOVE] * 3],
            "An hour returned more than its cost of €60, lately €95 (61–133)",
        ),
        (
            [ACROSS, *[ABOVE] * 4],
            "An hour returned more than its cost of €60 since 19 Oct, lately €95 (61–133)",
        ),
        (
            [*[ABOVE] * 4, None, *[ABOVE] * 3],
            "An hour returned more than its cost of €60, lately €95 (61–133)",
        ),
        (
            [ABOVE] * 8,
            "An hour returned more than its cost of €60 in each of 8 weeks, lately €95 (61–133)",
        ),
        (
            [ACROSS, *[BELOW] * 4],
            "An hour returned less than its cost of €60 since 19 Oct, lately €20 (5–59)",
        ),
        (
            [ABOVE, ACROSS],
            "An hour lately returned €70 (59–90): too wide to say if it covers its cost of €60",
        ),
        ([], "What an hour returned is not known yet"),
        ([Band(95)], "An hour lately returned €95; how sure that is, is not known"),
    ],
)
def test_the_return_of_an_hour_is_held_against_its_cost(
    trend: Sequence[Band | None], words: str
) -> None:
    assert title(trend) == words


@pytest.mark.parametrize(
    ("band", "words"),
    [
        (Band(60, 60, 90), "An hour lately returned €60 (60–90): too wide"),
        (Band(60, 60.1, 90), "An hour returned more than its cost"),
        (Band(60, 20, 60), "An hour lately returned €60 (20–60): too wide"),
        (Band(60, 20, 59.9), "An hour returned less than its cost"),
    ],
)
def test_only_a_band_wholly_on_one_side_of_the_cost_says_so(band: Band, words: str) -> None:
    assert title([band]).startswith(words)


def test_without_a_cost_the_title_warns_of_chance() -> None:
    assert title([Band(9, 1, 20)], None) == "An hour lately returned €9 (1–20)"
    assert title([Band(9, 0, 20)], None) == "An hour lately returned €9 (0–20); it may be chance"


def test_a_trend_that_ended_is_dated() -> None:
    assert title([ABOVE, None]) == (
        "An hour returned more than its cost of €60, lately €95 (61–133), until the week of 2 Nov"
    )


def test_the_running_week_is_in_no_title_but_to_say_that_all_begins_with_it() -> None:
    assert title_of_hours_and_responses(over(logged=(1,) * 8, worth=(0,) * 8), unit=EURO) == (
        "Hours fell 98% short of the plan; what came back has no worth yet"
    )
    weeks = over(logged=(0,) * 8, worth=(None,) * 8)
    assert title_of_hours_and_responses(weeks, unit=EURO) == (
        "Hours and responses begin with the running week"
    )
    assert title_of_hours_and_responses(weeks[:-1], unit=EURO) == (
        "No hours were logged; what came back is not known"
    )
    assert title_of_return_per_hour(weeks, hour_cost=1, unit=EURO, today=TODAY) == (
        "What an hour returned is not known yet"
    )


def test_who_hears_the_chart_of_hours_gets_its_range_and_sums() -> None:
    weeks = over(logged=(60, 120, 30, 60, 60, 60, 60, 60), worth=(100, 50, 900, *(100,) * 5))

    told = description_of_hours_and_responses(weeks, unit=EURO, today=TODAY)

    assert told.replace("\N{NO-BREAK SPACE}", " ") == (
        "Two charts over one time line, weeks of 21 Sep to 16 Nov. Above, a line of what the "
        "week's responses were worth: from €50 to €900, the most in the week of 5 Oct. Below, "
        "bars of hours: from 0.5 h to 2 h a week, 8.5 h in all; 8 h were planned, the dashed line. "
        "The last week is not over and is drawn hatched. The same numbers stand in the table below."
    )


def test_who_hears_an_empty_chart_is_told_no_numbers() -> None:
    weeks = over(logged=(None,) * 8, planned=None, worth=(None,) * 8, running=False)

    assert description_of_hours_and_responses(weeks, unit=EURO, today=TODAY) == (
        "Two charts over one time line, weeks of 21 Sep to 9 Nov. "
        "The same numbers stand in the table below."
    )


def test_who_hears_the_chart_of_returns_gets_range_newest_and_cost() -> None:
    weeks = over(trend=[*(None,) * 5, BELOW, ABOVE, ACROSS])

    assert description_of_return_per_hour(weeks, hour_cost=60, unit=EURO, today=TODAY) == (
        "A line with its band, weeks of 21 Sep to 16 Nov. An hour returned between €20 and €95 "
        "over four weeks; in the week of 9 Nov it was €70 (59–90). A dashed line marks the cost "
        "of an hour, €60. The last week is not over and is drawn hatched. The same numbers stand "
        "in the table below."
    )
