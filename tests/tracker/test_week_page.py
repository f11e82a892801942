from __future__ import annotations

import html
import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tracker.calendar import WEEK, days_of, iso_name, monday_of
from tracker.models import Allocation, Channel, StaleWeek, Team, TimeEntry, User
from tracker.typed_hours import Typed, cell_key
from tracker.views.week import dates_of
from tracker.views.week_form import cell_name, posts_name, read_shown, write_shown

THIS_WEEK = monday_of(datetime.now(UTC).date())
LAST_WEEK = THIS_WEEK - WEEK
MON, TUE, WED, THU, FRI, SAT, SUN = days_of(LAST_WEEK)


def address(week: date = LAST_WEEK) -> str:
    return reverse("tracker:week-of", args=["tideline", iso_name(week)])


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def typed(channel: Channel, person: User, day: date, minutes: int, posts: int = 0) -> TimeEntry:
    return TimeEntry.objects.create(
        team=channel.team,
        channel=channel,
        person=person,
        activity="create",
        day=day,
        minutes=minutes,
        posts=posts,
        confirmation="typed",
        source="week",
        source_key=cell_key(person.pk, channel.pk, "create", day),
    )


def form_of(
    channel: Channel, hours: dict[date, str], shown: str = "{}", posts: str = ""
) -> dict[str, Any]:
    """One row as the page posts it."""
    row = (channel.pk, "create")
    return {
        "shown": shown,
        posts_name(row): posts,
        **{cell_name(row, day): hours.get(day, "") for day in days_of(LAST_WEEK)},
    }


def input_of(page: str, name: str) -> str:
    """The whole tag of the input `name`."""
    match = re.search(rf'<input name="{re.escape(name)}"[^>]*>', page)
    assert match is not None, name
    return html.unescape(match[0])


def value_of(page: str, name: str) -> str:
    match = re.search(r' value="([^"]*)"', input_of(page, name))
    assert match is not None
    return match[1]


def shown_by(page: str) -> str:
    match = re.search(r'name="shown" value="([^"]*)"', page)
    assert match is not None
    return html.unescape(match[1])


def logged() -> list[tuple[date, int, int]]:
    return list(TimeEntry.objects.values_list("day", "minutes", "posts"))


def test_the_page_shows_the_week_with_the_plan_beside_it(
    client: Client, team: Team, alice: User, bob: User, blog: Channel
) -> None:
    Team.objects.update(past_open=True)
    Allocation.objects.create(
        team=team,
        channel=blog,
        from_week=LAST_WEEK,
        weekly_minutes=180,
        weekly_posts=2,
        registered_on=LAST_WEEK,
    )
    typed(blog, bob, TUE, 90, posts=1)
    typed(blog, alice, TUE, 45)
    page = sign_in(client, bob).get(address()).content.decode()
    assert value_of(page, cell_name((blog.pk, "create"), TUE)) == "1:30"
    assert value_of(page, cell_name((blog.pk, "create"), WED)) == ""
    assert value_of(page, posts_name((blog.pk, "create"))) == "1"
    words = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "2 h 15 of 3 h planned · 1 h 30 by you" in words
    assert "plan 3:00 team 2:15" in words
    assert "team 1 of 2" in words


def test_what_is_typed_is_saved_and_shown_again(client: Client, bob: User, blog: Channel) -> None:
    form = form_of(blog, {MON: "1.5", TUE: "45 min", WED: "0:15"}, posts="2")
    answer = sign_in(client, bob).post(address(), form)
    assert (answer.status_code, answer["Location"]) == (302, address())
    assert logged() == [(MON, 90, 0), (TUE, 45, 0), (WED, 15, 2)]
    assert set(StaleWeek.objects.values_list("channel_id", "week")) == {(blog.pk, LAST_WEEK)}
    page = client.get(address()).content.decode()
    assert "Saved: 4 cells changed." in page
    assert value_of(page, cell_name((blog.pk, "create"), TUE)) == "0:45"
    again = client.post(address(), form_of(blog, {MON: "1:30"}, shown=shown_by(page)))
    assert again.status_code == 302
    assert logged() == [(MON, 90, 0)]
    assert "Saved: 3 cells changed." in client.get(address()).content.decode()


def test_saving_what_stands_there_says_that_nothing_changed(
    client: Client, bob: User, blog: Channel
) -> None:
    typed(blog, bob, MON, 90)
    page = sign_in(client, bob).get(address()).content.decode()
    client.post(address(), form_of(blog, {MON: "1:30"}, shown=shown_by(page)))
    assert "Nothing had changed" in client.get(address()).content.decode()
    assert StaleWeek.objects.count() == 0


def test_one_bad_cell_saves_nothing_and_everything_typed_is_shown_again(
    client: Client, bob: User, blog: Channel
) -> None:
    form = form_of(blog, {MON: "1:30", TUE: "soon", WED: "90"}, posts="many")
    answer = sign_in(client, bob).post(address(), form)
    page = answer.content.decode()
    assert (answer.status_code, logged()) == (422, [])
    row = (blog.pk, "create")
    assert value_of(page, cell_name(row, MON)) == "1:30"
    assert value_of(page, cell_name(row, TUE)) == "soon"
    assert 'aria-invalid="true"' in input_of(page, cell_name(row, TUE))
    assert 'aria-invalid="true"' not in input_of(page, cell_name(row, MON))
    assert "“soon” is not a duration such as 1:30, 90m or 1.5" in page
    assert "“90” is longer than a day; a bare number is hours, 90m is minutes" in page
    assert "“many” is not a number of posts such as 2" in page
    assert "3 cells can’t be read" in page


def test_a_day_of_more_than_24_hours_is_refused_by_its_name_and_nothing_is_saved(
    client: Client, bob: User, blog: Channel, meetup: Channel
) -> None:
    typed(meetup, bob, TUE, 780)
    shown = shown_by(sign_in(client, bob).get(address()).content.decode())
    answer = client.post(address(), form_of(blog, {MON: "1", TUE: "12"}, shown=shown))
    page = answer.content.decode()
    assert (answer.status_code, logged()) == (422, [(TUE, 780, 0)])
    assert f"A day has 24 hours, and {TUE:%A %-d %B} would have 25:00." in page
    assert value_of(page, cell_name((blog.pk, "create"), TUE)) == "12"


def test_two_tabs_do_not_overwrite_each_other(client: Client, bob: User, blog: Channel) -> None:
    row = (blog.pk, "create")
    typed(blog, bob, MON, 60)
    typed(blog, bob, FRI, 15)
    shown = shown_by(sign_in(client, bob).get(address()).content.decode())
    # The other tab: Monday, which this tab changes too, and Friday, which it doesn't touch.
    client.post(address(), form_of(blog, {MON: "2:00", FRI: "0:30"}, shown=shown))
    mine = form_of(blog, {MON: "0:45", TUE: "1:00", FRI: "0:15"}, shown=shown)
    answer = client.post(address(), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert logged() == [(MON, 120, 0), (FRI, 30, 0)]
    assert "Not saved: this week was changed elsewhere" in page
    assert value_of(page, cell_name(row, MON)) == "0:45"
    assert "now 2:00" in page
    assert value_of(page, cell_name(row, TUE)) == "1:00"
    assert value_of(page, cell_name(row, FRI)) == "0:30"
    assert "was 0:15" in page
    # Saved again, it is deliberate.
    final = form_of(blog, {MON: "0:45", TUE: "1:00", FRI: "0:30"}, shown=shown_by(page))
    assert client.post(address(), final).status_code == 302
    assert logged() == [(MON, 45, 0), (TUE, 60, 0), (FRI, 30, 0)]


def test_a_row_of_the_other_tab_appears_after_a_conflict(
    client: Client, bob: User, blog: Channel, meetup: Channel
) -> None:
    shown = shown_by(sign_in(client, bob).get(address()).content.decode())
    typed(meetup, bob, THU, 180)
    page = client.post(address(), form_of(blog, {MON: "1"}, shown=shown)).content.decode()
    assert value_of(page, cell_name((meetup.pk, "create"), THU)) == "3:00"
    assert value_of(page, cell_name((blog.pk, "create"), MON)) == "1"


def test_a_row_is_added_without_losing_what_was_typed(
    client: Client, bob: User, blog: Channel, meetup: Channel
) -> None:
    form = form_of(blog, {MON: "1:30", TUE: "soon"})
    adding = {"add-row": "1", "row-channel": str(meetup.pk), "row-activity": "meet"}
    answer = sign_in(client, bob).post(address(), form | adding)
    page = answer.content.decode()
    assert (answer.status_code, logged()) == (200, [])
    assert value_of(page, cell_name((meetup.pk, "meet"), MON)) == ""
    assert value_of(page, cell_name((blog.pk, "create"), MON)) == "1:30"
    assert value_of(page, cell_name((blog.pk, "create"), TUE)) == "soon"
    assert page.count("data-new") == 1


@pytest.mark.parametrize("adding", [False, True])
def test_another_teams_channel_is_not_found_and_nothing_saved(
    client: Client, bob: User, blog: Channel, other_team: Team, adding: bool
) -> None:
    foreign = Channel.objects.create(team=other_team, name="Secret", kind="x", medium="online")
    form = form_of(blog, {MON: "1:30"})
    if adding:
        form |= {"add-row": "1", "row-channel": str(foreign.pk), "row-activity": "meet"}
    else:
        form |= {cell_name((foreign.pk, "create"), MON): "1:30"}
    answer = sign_in(client, bob).post(address(), form)
    assert (answer.status_code, logged()) == (404, [])
    assert b"Secret" not in answer.content


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("minutes.x.create.2026-11-16", "1"),
        ("minutes.1.sleep.2026-11-16", "1"),
        ("minutes.1.create.2026-13-45", "1"),
        ("minutes.1.create.2001-01-01", "1"),
        ("posts.x.create", "1"),
        ("posts.1.sleep", "1"),
        ("shown", "["),
        ("shown", "[]"),
        ("shown", '{"minutes.1.create.2026-11-16": "1"}'),
        ("shown", '{"minutes.1.create.2026-11-16": true}'),
        ("shown", '{"hours": 1}'),
        ("shown", ""),
        ("shown", "[" * 100_000),
        ("row-channel", "x"),
    ],
)
def test_what_the_page_cannot_have_sent_is_a_bad_request(
    client: Client, bob: User, blog: Channel, name: str, text: str
) -> None:
    form = form_of(blog, {MON: "1:30"}) | {name: text}
    if name == "row-channel":
        form |= {"add-row": "1", "row-activity": "meet"}
    answer = sign_in(client, bob).post(address(), form)
    assert (answer.status_code, logged()) == (400, [])


def test_what_is_shown_travels_there_and_back(blog: Channel) -> None:
    shown = Typed({(blog.pk, "", MON): 90, (blog.pk, "create", TUE): 5}, {(blog.pk, ""): 2})
    assert read_shown(write_shown(shown)) == shown
    assert json.loads(write_shown(Typed())) == {}


def test_a_viewer_reads_the_teams_week_and_types_nothing(
    client: Client, vera: User, alice: User, bob: User, blog: Channel
) -> None:
    typed(blog, bob, MON, 90)
    typed(blog, alice, MON, 30)
    page = sign_in(client, vera).get(address()).content.decode()
    assert "2:00" in page
    assert "<input name=" not in page
    assert "week.js" not in page
    assert ">Save" not in page


def test_a_member_may_read_the_teams_week_too(
    client: Client, alice: User, bob: User, blog: Channel
) -> None:
    typed(blog, bob, MON, 90)
    typed(blog, alice, MON, 30)
    page = sign_in(client, bob).get(f"{address()}?of=team").content.decode()
    assert "2:00" in page
    assert "<input name=" not in page


def test_roles_at_the_door(
    client: Client, team: Team, alice: User, bob: User, vera: User, charlie: User, blog: Channel
) -> None:
    form = form_of(blog, {MON: "1:30"})
    seen = {}
    for user in (alice, bob, vera, charlie):
        sign_in(client, user)
        seen[user.name] = (
            client.get(address()).status_code,
            client.post(address(), form).status_code,
        )
    assert seen == {
        "Alice": (200, 302),
        "Bob": (200, 302),
        "Vera": (200, 403),
        "Charlie": (404, 404),
    }
    client.logout()
    assert client.get(address())["Location"].startswith("/accounts/login/")
    assert TimeEntry.objects.count() == 2


@pytest.mark.parametrize(
    "name",
    ["2026-W54", "2025-W53", "2026-W00", "2026-47", "soon", "0000-W01", "1999-W01", "9999-W52"],
)
def test_a_week_that_is_none_is_not_found(client: Client, bob: User, name: str) -> None:
    sign_in(client, bob)
    assert client.get(f"/t/tideline/week/{name}/").status_code == 404
    assert client.post(f"/t/tideline/week/{name}/").status_code == 404


def test_the_first_week_and_the_last_have_neighbours_on_one_side(client: Client, bob: User) -> None:
    sign_in(client, bob)
    first = client.get("/t/tideline/week/2000-W01/").content.decode()
    assert ("The week before" in first.split("<dialog")[0], "The week after" in first) == (
        False,
        True,
    )
    last = client.get(address(THIS_WEEK + 53 * WEEK)).content.decode().split("<dialog")[0]
    assert ("The week before" in last, "The week after" in last) == (True, False)


def test_the_current_week_needs_no_name(client: Client, bob: User) -> None:
    page = sign_in(client, bob).get("/t/tideline/week/").content.decode()
    assert f"Week {THIS_WEEK.isocalendar().week}" in page
    assert "Current week" not in page


def test_a_coming_week_says_when_it_can_be_typed(client: Client, bob: User, blog: Channel) -> None:
    coming = THIS_WEEK + WEEK
    page = sign_in(client, bob).get(address(coming)).content.decode()
    assert f"its hours can be typed from Monday {coming.day} {coming:%B %Y} on." in page
    assert "<input name=" not in page
    row = (blog.pk, "create")
    form = {"shown": "{}", cell_name(row, coming): "1:30"}
    answer = client.post(address(coming), form, follow=True)
    assert "This week has not begun" in answer.content.decode()
    assert logged() == []


def test_a_team_without_channels_is_told_what_to_do(
    client: Client, team: Team, alice: User, bob: User
) -> None:
    assert "an owner of the team names them" in sign_in(client, bob).get(address()).content.decode()
    assert "Name the ones" in sign_in(client, alice).get(address()).content.decode()


def test_words_of_other_people_are_escaped(client: Client, bob: User, blog: Channel) -> None:
    blog.name = '"><script>alert(1)</script>'
    blog.save()
    form = form_of(blog, {MON: '"><b>1'})
    page = sign_in(client, bob).post(address(), form).content.decode()
    assert "<script>alert" not in page
    assert "<b>1" not in page


@pytest.mark.parametrize(
    ("week", "words"),
    [
        (date(2026, 11, 16), "16–22 November"),
        (date(2026, 11, 30), "30 November – 6 December"),
        (date(2025, 11, 17), "17–23 November 2025"),
        (date(2026, 12, 28), "28 December 2026 – 3 January 2027"),
        (date(2025, 3, 31), "31 March – 6 April 2025"),
    ],
)
def test_dates_are_told_without_what_goes_without_saying(week: date, words: str) -> None:
    assert dates_of(week, date(2026, 11, 22)) == words


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_row_and_three(
    client: Client,
    team: Team,
    bob: User,
    blog: Channel,
    meetup: Channel,
    django_assert_num_queries: Any,
    rows: int,
) -> None:
    post = Channel.objects.create(team=team, name="Letters", kind="letter", medium="in_person")
    for channel in [blog, meetup, post][:rows]:
        typed(channel, bob, MON, 60)
        typed(channel, bob, TUE, 60)
    sign_in(client, bob)
    with django_assert_num_queries(9):  # session, user, membership, the week's five, the menu
        page = client.get(address()).content.decode()
    assert page.count('class="week-row"') == rows
