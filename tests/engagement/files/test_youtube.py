from __future__ import annotations

from datetime import date

import pytest

from engagement.models import Response
from tests.tracker.importing import bring, counts, refusals
from tracker.files import CannotImportError
from tracker.models import Channel, Team

TOTALS = "Date,Views\n2026-03-03,40\n2026-03-04,0\n2026-03-05,\n"
BY_DAY = (
    "Date,Views,Average view duration,Watch time (hours),Subscribers\n"
    "Total,93,0:04:34,12.25,-1\n"
    "2026-03-03,40,0:04:31,6.5,2\n"
    "2026-03-04,53,0:04:37,5.75,-3\n"
)
BY_VIDEO = (
    "Content,Video title,Video publish time,Views,Watch time (hours),Likes\n"
    "Total,,,170,20.5,12\n"
    'abc_123-xyz,"Tides, explained","Mar 4, 2026",120,15.25,9\n'
    'def_456-uvw,Ebb,"Feb 30, 2026",50,5.25,3\n'
)


@pytest.fixture(autouse=True)
def film(team: Team) -> Channel:
    return Channel.objects.create(team=team, name="Film", kind="youtube", medium="online")


def kept() -> list[tuple[date, str, int]]:
    return list(
        Response.objects.order_by("day", "metric__name").values_list("day", "metric__name", "count")
    )


def test_totals_are_counts_by_day(team: Team) -> None:
    _, outcome = bring(team, TOTALS)
    assert kept() == [(date(2026, 3, 3), "Views", 40), (date(2026, 3, 4), "Views", 0)]
    assert refusals(outcome) == ["row 4: it has no counts"]


def test_a_table_by_date_brings_its_counts_and_no_averages(team: Team) -> None:
    _, outcome = bring(team, BY_DAY)
    assert counts(outcome) == (2, 0, 0)
    assert kept() == [
        (date(2026, 3, 3), "Followers", 2),
        (date(2026, 3, 3), "Views", 40),
        (date(2026, 3, 4), "Followers", -3),
        (date(2026, 3, 4), "Views", 53),
    ]


def test_totals_and_table_of_one_export_are_the_same_views(team: Team) -> None:
    bring(team, BY_DAY)
    assert counts(bring(team, "Date,Views\n2026-03-03,40\n2026-03-04,53\n")[1]) == (0, 2, 0)


def test_a_table_by_video_counts_on_the_day_of_publishing(team: Team) -> None:
    _, outcome = bring(team, BY_VIDEO)
    assert kept() == [(date(2026, 3, 4), "Likes", 9), (date(2026, 3, 4), "Views", 120)]
    assert refusals(outcome) == ["row 4: there is no day Feb 30, 2026"]
    grown = BY_VIDEO.replace(",120,", ",130,")
    assert counts(bring(team, grown)[1]) == (1, 0, 1)
    assert sum(count for _, metric, count in kept() if metric == "Views") == 130


def test_the_same_views_by_day_and_by_video_are_not_counted_twice(team: Team) -> None:
    first, _ = bring(team, TOTALS)
    _, outcome = bring(team, BY_VIDEO.replace("Feb 30", "Feb 20"))
    assert refusals(outcome) == [
        f"rows 3 to 4: the channel's views are there already by day (batch {first.pk}), "
        "this would count them twice: take that batch back first"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Geography,Views,Average view duration,Watch time (hours)\n"
            "Total,9,0:04:34,1.25\nSE,5,0:01:00,1.0\nNO,4,0:01:00,0.25\n",
            "rows 3 to 4: it counts one geography",
        ),
        (
            "Date,Geography,Views\n2026-03-03,SE,5\n2026-03-03,NO,4\n",
            "rows 2 to 3: it counts one geography",
        ),
    ],
)
def test_parts_of_the_same_views_are_refused_with_what_to_export(
    team: Team, text: str, said: str
) -> None:
    _, outcome = bring(team, text)
    assert refusals(outcome) == [
        f"{said}, not the channel: export Totals.csv or a table by date or by content instead"
    ]
    assert counts(outcome) == (0, 0, 2)


def test_dates_in_some_files_have_an_order(team: Team) -> None:
    with pytest.raises(CannotImportError, match="can be read in two ways"):
        bring(team, "Date,Views\n08-05-2026,40\n")
    bring(team, "Date,Views\n08-05-2026,40\n", dates="dmy")
    assert kept() == [(date(2026, 5, 8), "Views", 40)]


def test_two_channels_have_each_their_day(team: Team, film: Channel) -> None:
    Channel.objects.create(team=team, name="Shorts", kind="youtube", medium="online")
    assert counts(bring(team, TOTALS, channel="Film")[1]) == (2, 0, 1)
    assert counts(bring(team, TOTALS, channel="Shorts")[1]) == (2, 0, 1)
