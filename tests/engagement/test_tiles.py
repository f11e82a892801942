from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engagement.models import Estimate
from engagement.overview import Overview, read_overview
from engagement.period import period_named
from engagement.returns.estimate import MODEL_VERSION
from engagement.tiles import Badge, as_of, badge_of, basis_of, rows_of, tiles_of
from tests.engagement.stored import estimate, store_estimates, store_weeks
from tracker.calendar import WEEK, monday_of
from tracker.models import Channel, Team

TODAY = date(2026, 11, 18)
LAST = monday_of(TODAY) - WEEK
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


def overview_of(team: Team, channel: Channel | None = None, period: str = "13") -> Overview:
    overview = read_overview(
        team=team,
        period=period_named(period, TODAY),
        channel_id=None if channel is None else channel.pk,
        today=TODAY,
    )
    assert overview is not None
    return overview


def spoken(team: Team, channel: Channel | None = None) -> list[tuple[str, str, str]]:
    return [
        tuple(
            part.replace("\N{NO-BREAK SPACE}", " ") for part in (tile.value, tile.beside, tile.note)
        )
        for tile in tiles_of(overview_of(team, channel))
    ]


def test_the_header_says_hours_cost_cause_and_return(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    store_weeks(blog, LAST, 13)
    store_weeks(
        meetup,
        LAST,
        13,
        logged_minutes=180,
        attributed=60.0,
        worth=90,
        trend_13_low=18.0,
        trend_13_high=22.0,
    )
    store_estimates([blog, meetup], NOW)

    assert spoken(team) == [
        ("52 h", "of 26 h planned", "200% of plan · 25% online"),
        ("€3,120", "", "€60 an hour"),
        ("€1,040", "950–1,150", "67% of all that came back"),
        ("€20", "18–22", "the next hour: €12 (7–17)"),
    ]


def test_one_channel_speaks_for_itself(team: Team, blog: Channel, meetup: Channel) -> None:
    store_weeks(blog, LAST, 13)
    store_weeks(meetup, LAST, 13, logged_minutes=6000)

    assert spoken(team, blog)[0] == ("13 h", "of 13 h planned", "100% of plan")


def test_a_plan_is_kept_from_the_week_on_in_which_it_began(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    store_weeks(blog, LAST - 3 * WEEK, 10, planned_minutes=0)
    store_weeks(blog, LAST, 3)
    store_weeks(meetup, LAST, 13, planned_minutes=0, logged_minutes=30)

    assert spoken(team, blog)[0] == ("13 h", "3 h planned", "100% of plan since it began")
    rows = rows_of(overview_of(team), TODAY)
    assert [row.planned_hours for row in rows] == ["3\N{NO-BREAK SPACE}h planned", ""]
    assert spoken(team)[0] == (
        "19.5 h",
        "3 h planned",
        "150% of plan since it began · 67% online",
    )


def test_what_is_not_known_is_not_made_up(team: Team, blog: Channel) -> None:
    team.hour_cost = None
    unknown = {"attributed": None, "trend_4": None, "trend_13": None}
    store_weeks(blog, LAST, 2, planned_minutes=0, responses={}, worth=0, **unknown)

    assert spoken(team) == [
        ("2 h", "without a plan", ""),
        ("–", "", "What an hour costs has not been set"),
        ("–", "", "Not estimated yet"),
        ("–", "", "The next hour is not estimated yet"),
    ]


def test_points_are_points(team: Team, blog: Channel) -> None:
    team.currency = ""
    store_weeks(blog, LAST, 13)

    assert spoken(team)[1][0] == "780 points"
    assert spoken(team)[2][0] == "260 points"


@pytest.mark.parametrize(
    ("values", "badge"),
    [
        ({"verdict": "pays_back"}, Badge("Pays back", "pays-back")),
        ({"verdict": "flattening"}, Badge("Flattening", "flattening")),
        ({"verdict": "time_suck"}, Badge("Time suck", "time-suck")),
        ({"verdict": "no_effect_seen"}, Badge("No effect seen", "no-effect")),
        ({"verdict": "too_early"}, Badge("Too early to tell", "too-early")),
        (
            {"verdict": "too_early", "too_early_until": date(2026, 12, 14)},
            Badge("Too early to tell until 14 Dec", "too-early"),
        ),
        (
            {"verdict": "too_early", "too_early_until": date(2027, 5, 14)},
            Badge("Too early to tell until 14 May 2027", "too-early"),
        ),
        (
            {"verdict": "pays_back", "too_early_until": date(2026, 12, 14)},
            Badge("Pays back", "pays-back"),
        ),
    ],
)
def test_a_verdict_is_told_in_words(blog: Channel, values: dict[str, Any], badge: Badge) -> None:
    assert badge_of(estimate(blog, NOW, **values), TODAY) == badge


def test_a_channel_without_an_estimate_says_so() -> None:
    assert badge_of(None, TODAY) == Badge("No estimate yet", "none")


def test_every_verdict_has_its_badge(blog: Channel) -> None:
    for verdict in Estimate.Verdict:
        assert badge_of(estimate(blog, NOW, verdict=verdict), TODAY).words == verdict.label


def test_channels_stand_in_their_order_with_their_own_figures(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    store_weeks(blog, LAST, 13)
    store_estimates([blog], NOW)

    first, second = rows_of(overview_of(team), TODAY)

    assert (first.line.channel, first.hours, first.came_back) == (
        blog,
        "13\N{NO-BREAK SPACE}h",
        "€390",
    )
    assert (first.hour.mean, first.hour.interval) == ("€20", "16–26")
    assert (first.next_hour.mean, first.next_hour.interval) == ("€12", "6–18")
    assert (second.line.channel, second.came_back, second.caused.mean) == (meetup, "", "")


def test_an_archived_channel_stays_as_long_as_it_has_weeks_to_show(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    Channel.objects.of_team(team).update(archived_at=NOW)
    store_weeks(blog, LAST, 1)

    assert [row.line.channel for row in rows_of(overview_of(team), TODAY)] == [blog]


def test_the_next_hour_of_several_is_spread_as_their_hours_are(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    store_weeks(blog, LAST, 13)
    store_weeks(meetup, LAST, 13, logged_minutes=180)
    for channel, mean in ((blog, 100.0), (meetup, 20.0)):
        estimate(channel, NOW, next_hour=mean, next_hour_low=mean, next_hour_high=mean).save()

    following = overview_of(team).next_hour

    assert following is not None
    assert following.mean == 0.25 * 100 + 0.75 * 20


def test_the_page_says_as_of_when_it_speaks(team: Team, blog: Channel, meetup: Channel) -> None:
    assert as_of(overview_of(team), NOW) == ""

    store_estimates([blog], NOW - timedelta(minutes=12))
    assert as_of(overview_of(team), NOW) == "as of 12 min ago"

    store_estimates([meetup], NOW - timedelta(days=3))
    assert as_of(overview_of(team), NOW) == "as of 12 min ago, the oldest 3 days ago"
    assert as_of(overview_of(team, meetup), NOW) == "as of 3 days ago"


def test_the_foot_says_how_the_estimates_were_made(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    assert basis_of(overview_of(team)) == ""

    store_estimates([blog], NOW)
    assert basis_of(overview_of(team)).startswith("Estimates are by model mixture-1: carry-over")

    Estimate.objects.update(model_version=MODEL_VERSION)
    told = basis_of(overview_of(team))
    assert told.startswith(f"Estimates are by model {MODEL_VERSION}: carry-over")

    Estimate.objects.update(model_version="mixture-1")
    estimate(meetup, NOW, model_version="next").save()
    assert basis_of(overview_of(team)) == "Estimates are by model mixture-1 and next."


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(40, 59.9, "Below its cost"), (59.9, 60, "May cover its cost"), (60, 90, "Pays back")],
)
def test_an_effect_pays_back_where_its_hour_covers_its_cost(
    blog: Channel, low: float, high: float, words: str
) -> None:
    seen = estimate(
        blog,
        NOW,
        verdict=Estimate.Verdict.PAYS_BACK,
        return_per_hour_low=low,
        return_per_hour_high=high,
    )
    assert badge_of(seen, TODAY, hour_cost=60).words == words
    assert badge_of(seen, TODAY).words == "Pays back"
