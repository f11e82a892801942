from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from engagement.models import Estimate, RefreshState
from tests.engagement.prospects import a_history, store
from tests.engagement.stored import store_estimates, store_forecast, store_weeks
from tests.engagement.test_ahead import forecast
from tests.engagement.test_api_goals import forecast_of
from tracker.calendar import WEEK, monday_of
from tracker.models import Channel, Event, Goal, Metric, StaleWeek, Team, User

PAGE = "/t/tideline/returns/"
FILES = ("hours-and-responses", "return-per-hour", "channels")


def fill(channel: Channel, weeks: int = 13) -> None:
    store_weeks(channel, monday_of(channel.team.day_at(timezone.now())) - WEEK, weeks)
    store_estimates([channel], timezone.now())


def read(client: Client, user: User, address: str = PAGE) -> str:
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def read_file(client: Client, user: User, name: str, **choice: object) -> list[list[str]]:
    return list(
        csv.reader(read(client, user, f"{PAGE}{name}.csv?{urlencode(choice)}").splitlines())
    )


@pytest.mark.parametrize("address", [PAGE, *(f"{PAGE}{name}.csv" for name in FILES)])
def test_all_of_the_team_read_and_nobody_else(
    client: Client, address: str, alice: User, bob: User, vera: User, charlie: User, blog: Channel
) -> None:
    fill(blog)
    assert client.get(address).status_code == 302

    for user, status in ((alice, 200), (bob, 200), (vera, 200), (charlie, 404)):
        client.force_login(user)
        assert client.get(address).status_code == status
        assert client.post(address).status_code in {403, 404, 405}


@pytest.mark.parametrize(
    "query", ["weeks=12", "weeks=", "channel=0", "channel=x", "channel=٣", "channel=" + "9" * 40]
)
def test_an_address_that_names_nothing_leads_nowhere(
    client: Client, alice: User, blog: Channel, query: str
) -> None:
    client.force_login(alice)

    assert client.get(f"{PAGE}?{query}").status_code == 404
    assert client.get(f"{PAGE}channels.csv?{query}").status_code == 404


def test_another_teams_channel_is_not_there_even_for_who_is_in_both_teams(
    client: Client, alice: User, blog: Channel, other_team: Team
) -> None:
    theirs = Channel.objects.create(
        team=other_team, name="Theirs", kind=Channel.Kind.BLOG, medium=Channel.Medium.ONLINE
    )
    other_team.memberships.create(user=alice, role="owner")
    fill(blog)
    fill(theirs)
    client.force_login(alice)

    assert client.get(f"{PAGE}?channel={theirs.pk}").status_code == 404
    assert "Theirs" not in read(client, alice)
    assert "Theirs" not in str(read_file(client, alice, "channels"))


def test_a_file_that_is_none_of_the_tables_is_not_there(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.get(f"{PAGE}people.csv").status_code == 404


@pytest.mark.parametrize(("channels", "weeks"), [(1, 13), (3, 13), (1, 104), (3, 104)])
# Session with user, membership with team, its teams; channels, weeks, what was set aside, marks,
# events, estimates, record, goals with their forecasts, and the hours of a chosen channel.
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        (f"{PAGE}?weeks=all", 12),
        (f"{PAGE}?weeks=all&channel=LAST", 13),
        (f"{PAGE}channels.csv?weeks=all", 11),
    ],
)
def test_the_number_of_queries_is_constant(
    client: Client,
    alice: User,
    team: Team,
    comments: Metric,
    channels: int,
    weeks: int,
    address: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    today = team.day_at(timezone.now())
    for number in range(channels):
        channel = Channel.objects.create(
            team=team, name=f"Blog {number}", kind="blog", medium="online"
        )
        fill(channel, weeks)
        Event.objects.create(team=team, channel=channel, kind="launch", name="Launch", day=today)
        RefreshState.objects.create(
            team=team, channel=channel, error="no", set_aside_at=timezone.now()
        )
        StaleWeek.objects.create(team=team, channel=channel, week=monday_of(today))
        forecast_of(comments, channel)
    client.force_login(alice)

    with django_assert_num_queries(queries):
        assert client.get(address.replace("LAST", str(channel.pk))).status_code == 200


def test_no_page_estimates_anything(client: Client, alice: User, blog: Channel) -> None:
    fill(blog)
    assert "Flattening" not in read(client, alice)

    # Numbers that no estimate of these rows would give are shown as they are stored.
    Estimate.objects.filter(channel=blog).update(
        verdict="flattening", next_hour=777.0, next_hour_low=770.0, next_hour_high=790.0
    )

    page = read(client, alice)
    assert "Flattening" in page
    assert "€777" in page


def test_one_channel_is_all_that_is_shown_once_it_is_chosen(
    client: Client, alice: User, blog: Channel, meetup: Channel
) -> None:
    fill(blog)
    fill(meetup)
    today = blog.team.day_at(timezone.now())
    Event.objects.create(team=blog.team, channel=meetup, kind="other", name="Theirs", day=today)
    Event.objects.create(team=blog.team, kind="launch", name="Everybody's", day=today)

    assert [row[0] for row in read_file(client, alice, "channels")[1:]] == ["Blog", "Meetup"]
    assert [row[0] for row in read_file(client, alice, "channels", channel=meetup.pk)[1:]] == [
        "Meetup"
    ]
    page = read(client, alice, f"{PAGE}?channel={blog.pk}")
    assert "Everybody" in page
    assert "Theirs" not in page


def test_files_hold_the_rows_of_the_period_and_no_formula(
    client: Client, alice: User, blog: Channel
) -> None:
    fill(blog, 30)
    Channel.objects.filter(pk=blog.pk).update(name="=HYPERLINK(1)")

    hours = read_file(client, alice, "hours-and-responses", weeks=26)
    returned = read_file(client, alice, "return-per-hour")
    channels = read_file(client, alice, "channels")

    assert hours[0] == ["week", "planned_hours", "logged_hours", "responses", "worth", "state"]
    assert len(hours) == 1 + 26 + 1
    assert hours[-2][1:] == ["1.0", "1.0", "10", "30.0", "over"]
    assert hours[-1][1:] == ["", "", "", "", "running"]
    assert returned[-2][1:] == ["20.0", "15.0", "28.0", "60.0", "over"]
    assert channels[1][0] == "'=HYPERLINK(1)"


def test_a_file_is_named_after_team_and_table(client: Client, alice: User, team: Team) -> None:
    client.force_login(alice)
    response = client.get(f"{PAGE}channels.csv")

    today = team.day_at(timezone.now())
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == (
        f'attachment; filename="tideline-channels-{today}.csv"'
    )


def test_a_channels_name_cannot_leave_its_place(
    client: Client, alice: User, blog: Channel, team: Team
) -> None:
    fill(blog)
    Channel.objects.filter(pk=blog.pk).update(name="<script>alert(1)</script>")
    today = team.day_at(timezone.now())
    Event.objects.create(team=team, kind="other", name="</script><b>", day=today)

    page = read(client, alice)

    assert "<script>alert(1)" not in page
    assert "</script><b>" not in page


def test_newer_numbers_are_announced_and_waited_for(
    client: Client, alice: User, blog: Channel, team: Team
) -> None:
    fill(blog)
    client.force_login(alice)
    poll = {"HX-Request": "true", "HX-Trigger": "computing"}
    assert "being computed" not in read(client, alice)

    mark = StaleWeek.objects.create(
        team=team, channel=blog, week=monday_of(team.day_at(timezone.now()))
    )

    assert "newer numbers are being computed" in read(client, alice)
    assert client.get(PAGE, headers=poll).status_code == 204

    mark.delete()
    answer = client.get(PAGE, headers=poll)
    assert answer.status_code == 200
    assert 'id="returns"' in answer.content.decode()
    assert "being computed" not in answer.content.decode()


def test_another_teams_marks_are_not_waited_for(
    client: Client, alice: User, blog: Channel, other_team: Team
) -> None:
    fill(blog)
    theirs = Channel.objects.create(team=other_team, name="Theirs", kind="blog", medium="online")
    StaleWeek.objects.create(
        team=other_team, channel=theirs, week=monday_of(theirs.team.day_at(timezone.now()))
    )

    assert "being computed" not in read(client, alice)


def test_a_channel_that_was_set_aside_is_named_and_its_error_is_for_owners(
    client: Client, alice: User, bob: User, blog: Channel, team: Team
) -> None:
    fill(blog)
    now = timezone.now()
    state = RefreshState.objects.create(
        team=team, channel=blog, error="OverflowError: too much", deliveries=3, refreshed_at=now
    )
    StaleWeek.objects.create(team=team, channel=blog, week=monday_of(team.day_at(now)))
    assert "Set aside" not in read(client, alice)

    state.set_aside_at = now - timedelta(minutes=5)
    state.save()

    for user, may_know in ((alice, True), (bob, False)):
        page = read(client, user)
        assert "Set aside" in page
        assert "The numbers of Blog are those of" in page
        assert ("OverflowError" in page) == may_know
        assert "being computed" not in page  # what was set aside is not waited for


def test_old_numbers_are_dated_by_the_day_on_which_the_team_saw_them(
    client: Client, alice: User, blog: Channel, team: Team
) -> None:
    Team.objects.filter(pk=team.pk).update(time_zone="Pacific/Kiritimati")  # 14 hours ahead
    RefreshState.objects.create(
        team=team,
        channel=blog,
        refreshed_at=datetime(2020, 5, 14, 12, tzinfo=UTC),
        set_aside_at=timezone.now(),
    )
    fill(blog)

    assert "The numbers of Blog are those of 15 May 2020" in read(client, alice)


def test_an_empty_team_is_told_what_to_do_first(
    client: Client, alice: User, vera: User, team: Team
) -> None:
    page = read(client, alice)

    assert "Nothing to show yet" in page
    for address in ("plan", "week", "imports"):
        assert f'href="/t/tideline/{address}/">' in page
    assert "data-chart" not in page

    page = read(client, vera)
    assert "Nothing to show yet" in page
    assert "Log the week" not in page


def test_first_numbers_that_are_on_their_way_are_waited_for(
    client: Client, alice: User, blog: Channel, team: Team
) -> None:
    StaleWeek.objects.create(team=team, channel=blog, week=monday_of(team.day_at(timezone.now())))

    page = read(client, alice)

    assert "The first numbers are being computed" in page
    assert 'hx-trigger="every' in page


def test_what_is_missing_stands_above_the_charts(
    client: Client, alice: User, blog: Channel
) -> None:
    last = monday_of(blog.team.day_at(timezone.now())) - WEEK
    store_weeks(blog, last, 13, planned_minutes=0, responses={}, worth=0)

    page = read(client, alice)

    assert "No plan" in page
    assert "What came back in these weeks is not known." in page
    assert "Nobody has logged" not in page
    assert "data-chart" in page


def test_who_begins_in_the_running_week_is_told_of_no_lack(
    client: Client, alice: User, blog: Channel
) -> None:
    store_weeks(blog, monday_of(blog.team.day_at(timezone.now())), 1)

    page = read(client, alice)

    assert 'aria-label="What is missing"' not in page
    assert "data-chart" in page


def test_responses_without_worth_are_told_apart_from_none(
    client: Client, alice: User, blog: Channel
) -> None:
    last = monday_of(blog.team.day_at(timezone.now())) - WEEK
    store_weeks(blog, last, 13, worth=0)

    page = read(client, alice)

    assert "not one of them is worth anything" in page
    assert "No responses" not in page


def test_the_record_of_the_forecasts_stands_there_once_one_is_scored(
    client: Client, alice: User, blog: Channel, meetup: Channel
) -> None:
    running = monday_of(blog.team.day_at(timezone.now()))
    fill(blog)
    fill(meetup)
    store_forecast(blog, running)
    assert "forecast-record" not in read(client, alice).replace("forecast_record.js", "")
    client.force_login(alice)
    assert client.get(f"{PAGE}forecast-record.csv").status_code == 404

    store_forecast(blog, running - WEEK, counted=25)
    store_forecast(blog, running - 14 * WEEK, counted=25)
    store_forecast(meetup, running - WEEK, counted=31)
    assert "1 of 2 weekly forecasts held" in read(client, alice)
    assert "The forecast held in 0 of 1 week<" in read(client, alice, f"{PAGE}?channel={meetup.pk}")
    rows = read_file(client, alice, "forecast-record", weeks="all", channel=blog.pk)
    assert [row[0] for row in rows[1:]] == [
        (running - 14 * WEEK).isoformat(),
        (running - WEEK).isoformat(),
    ]


def test_the_weeks_to_come_are_told_with_the_goals(
    client: Client, alice: User, vera: User, blog: Channel, meetup: Channel, comments: Metric
) -> None:
    running = monday_of(blog.team.day_at(timezone.now()))
    fill(blog)
    fill(meetup)
    page = read(client, alice)
    assert "No goal is set: <a" in page
    assert "What comes back should be" not in page
    assert "No goal is set." in read(client, vera)

    Estimate.objects.update(forecast=forecast(running))
    forecast_of(comments, blog, counted=120, p_by_due=0.64)
    Goal.objects.update(due_on=running + 9 * WEEK)
    page = read(client, alice)
    assert 'What comes back should be <span class="nowrap">€800 (' in page
    assert "120 of 500" in page
    assert "64%" in page
    assert "No goal is set" not in page
    page = read(client, alice, f"{PAGE}?channel={meetup.pk}")
    assert 'What comes back should be <span class="nowrap">€400 (' in page
    assert "120 of 500" not in page
    assert "No goal is set on this channel alone." in page


def test_a_chosen_channel_tells_how_its_hours_work(
    client: Client, alice: User, blog: Channel, meetup: Channel
) -> None:
    running = monday_of(blog.team.day_at(timezone.now()))
    store(blog, replace(a_history(1), first_week=running - 40 * WEEK))
    patience = {"from_prior": True, "rows": [{"hours": 2, "low": 9, "median": 30, "high": None}]}
    Estimate.objects.update(patience=patience)
    assert "What an hour does" not in read(client, alice)
    page = read(client, alice, f"{PAGE}?channel={blog.pk}")
    for words in (
        "What an hour does, and when",
        f"By model {Estimate.objects.get().model_version}, from 40",
        "Half of an hour’s effect comes within",
        "If effort stopped today, past hours would still bring €",
        "The marathon index is",
        "this is what is usual of its kind, and no data",
        "9\N{NO-BREAK SPACE}weeks or more",
    ):
        assert words in page
    fill(meetup)
    Estimate.objects.filter(channel=meetup).delete()
    assert "What an hour does" not in read(client, alice, f"{PAGE}?channel={meetup.pk}")
