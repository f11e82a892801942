from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tracker.calendar import WEEK, days_of
from tracker.models import Activity, Channel, StaleWeek, Team, TimeEntry, User
from tracker.typed_hours import (
    DayOverfullError,
    Typed,
    WeekChangedError,
    WeekNotBegunError,
    cell_key,
    place_posts,
    save_week,
)

MONDAY = date(2026, 11, 16)
MON, TUE, WED, THU, FRI, SAT, SUN = days_of(MONDAY)
THURSDAY_NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
NOTHING = Typed()

Save = Callable[..., int]


@pytest.fixture
def save(team: Team, bob: User) -> Save:
    def save_for_bob(
        typed: Typed, shown: Typed = NOTHING, week: date = MONDAY, person: User = bob
    ) -> int:
        return save_week(
            team=team, person=person, week=week, typed=typed, shown=shown, now=THURSDAY_NOON
        )

    return save_for_bob


def row_of(channel: Channel, minutes: dict[date, int], posts: int = 0) -> Typed:
    """A whole row as a form sends it: seven days, create."""
    return Typed(
        {(channel.pk, "create", day): minutes.get(day, 0) for day in days_of(MONDAY)},
        {(channel.pk, "create"): posts},
    )


def entries() -> list[tuple[date, int, int, str]]:
    return list(TimeEntry.objects.values_list("day", "minutes", "posts", "source"))


def marks() -> set[tuple[int, date]]:
    return set(StaleWeek.objects.values_list("channel_id", "week"))


def test_a_typed_cell_is_one_entry_with_the_key_of_its_cell(
    save: Save, bob: User, blog: Channel
) -> None:
    assert save(row_of(blog, {TUE: 90})) == 1
    entry = TimeEntry.objects.get()
    assert (entry.person, entry.channel, entry.activity, entry.day) == (bob, blog, "create", TUE)
    assert (entry.minutes, entry.confirmation, entry.source) == (90, "typed", "week")
    assert entry.source_key == f"{bob.pk}:{blog.pk}:create:2026-11-17"
    assert marks() == {(blog.pk, MONDAY)}


def test_the_same_post_twice_is_harmless(save: Save, blog: Channel) -> None:
    typed = row_of(blog, {TUE: 90}, posts=2)
    assert save(typed) == 2
    StaleWeek.objects.all().delete()
    # The second click of a double click still carries what the form showed at first.
    assert save(typed, shown=NOTHING) == 0
    assert entries() == [(TUE, 90, 2, "week")]
    assert marks() == set()


def test_an_unchanged_save_writes_nothing(save: Save, blog: Channel, meetup: Channel) -> None:
    typed = row_of(blog, {MON: 60, WED: 30}, posts=1)
    save(typed)
    before = TimeEntry.objects.values_list("pk", "updated_at")
    stood = list(before)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert save(typed, shown=typed) == 0
    assert list(before) == stood
    assert not [
        query["sql"]
        for query in queries.captured_queries
        if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]


def test_only_what_changed_is_written_and_marked(
    save: Save, blog: Channel, meetup: Channel
) -> None:
    both = Typed(row_of(blog, {MON: 60, TUE: 60}).minutes | row_of(meetup, {FRI: 180}).minutes, {})
    save(both)
    StaleWeek.objects.all().delete()
    monday = TimeEntry.objects.get(day=MON)
    now = Typed({**both.minutes, (blog.pk, "create", TUE): 45}, {})
    assert save(now, shown=both) == 1
    assert marks() == {(blog.pk, MONDAY)}
    assert TimeEntry.objects.get(day=MON).updated_at == monday.updated_at
    assert TimeEntry.objects.get(day=TUE).minutes == 45


def test_a_cleared_cell_is_deleted(save: Save, blog: Channel) -> None:
    shown = row_of(blog, {MON: 60, TUE: 60})
    save(shown)
    StaleWeek.objects.all().delete()
    assert save(row_of(blog, {MON: 60}), shown=shown) == 1
    assert entries() == [(MON, 60, 0, "week")]
    assert marks() == {(blog.pk, MONDAY)}


def test_rows_that_were_not_sent_stay(save: Save, blog: Channel, meetup: Channel) -> None:
    first = row_of(meetup, {FRI: 180})
    save(first)
    save(row_of(blog, {MON: 60}), shown=first)
    assert entries() == [(MON, 60, 0, "week"), (FRI, 180, 0, "week")]


def test_a_day_has_24_hours_over_all_cells_and_sources(
    save: Save, team: Team, alice: User, bob: User, blog: Channel, meetup: Channel
) -> None:
    for person, day, minutes in ((bob, TUE, 240), (alice, TUE, 600), (bob, WED, 1440)):
        TimeEntry.objects.create(
            team=team,
            channel=meetup,
            person=person,
            day=day,
            minutes=minutes,
            confirmation="imported",
            source="toggl",
            source_key=f"{person}{day}",
        )
    other_row = row_of(meetup, {TUE: 600, FRI: 1440})
    save(other_row)
    before = entries()
    with pytest.raises(DayOverfullError) as refusal:
        save(row_of(blog, {MON: 1440, TUE: 601, WED: 1}), shown=other_row)
    assert str(refusal.value) == (
        "A day has 24 hours, and Tuesday 17 November would have 24:01, "
        "Wednesday 18 November would have 24:01."
    )
    assert entries() == before
    assert save(row_of(blog, {MON: 1440, TUE: 600}), shown=other_row) == 2


def test_a_day_that_was_overfull_before_can_be_made_less_so(
    save: Save, team: Team, bob: User, blog: Channel
) -> None:
    shown = row_of(blog, {MON: 600})
    save(shown)
    TimeEntry.objects.create(
        team=team,
        channel=blog,
        person=bob,
        day=MON,
        minutes=1440,
        confirmation="imported",
        source="toggl",
        source_key="1",
    )
    less = row_of(blog, {MON: 300, TUE: 60})
    assert save(less, shown=shown) == 2
    with pytest.raises(DayOverfullError):
        save(shown, shown=less)


def test_hours_of_other_sources_and_people_are_never_touched(
    save: Save, team: Team, alice: User, bob: User, blog: Channel
) -> None:
    for person, source, key in (
        (bob, "toggl", "17"),
        (bob, "timer", "18"),
        (alice, "week", cell_key(alice.pk, blog.pk, "create", MON)),
        (bob, "week", "a key of nobody's making"),
    ):
        TimeEntry.objects.create(
            team=team,
            channel=blog,
            person=person,
            activity="create",
            day=MON,
            minutes=30,
            confirmation="imported",
            source=source,
            source_key=key,
        )
    others = list(TimeEntry.objects.order_by("pk").values())
    typed = row_of(blog, {MON: 60})
    save(typed)
    save(row_of(blog, {}), shown=typed)
    assert list(TimeEntry.objects.order_by("pk").values()) == others


def test_a_week_that_changed_meanwhile_is_refused_whole(
    save: Save, blog: Channel, meetup: Channel
) -> None:
    first_tab = row_of(blog, {MON: 60})
    save(first_tab)
    StaleWeek.objects.all().delete()
    second_tab = Typed(row_of(blog, {MON: 15}).minutes | row_of(meetup, {FRI: 180}).minutes, {})
    with pytest.raises(WeekChangedError) as refusal:
        save(second_tab, shown=NOTHING)
    assert refusal.value.now == Typed({(blog.pk, "create", MON): 60}, {})
    assert entries() == [(MON, 60, 0, "week")]
    assert marks() == set()
    # Saved again in the knowledge of what is there, it is what the person wants.
    assert save(second_tab, shown=refusal.value.now) == 2
    assert entries() == [(MON, 15, 0, "week"), (FRI, 180, 0, "week")]


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_the_second_sees_the_first(
    save: Save, bob: User, blog: Channel
) -> None:
    ready = Barrier(2)

    def save_in_a_thread(minutes: int) -> str:
        try:
            ready.wait(timeout=20)
            save(row_of(blog, {MON: minutes}))
        except WeekChangedError as refusal:
            return f"refused for {refusal.now.minutes[blog.pk, 'create', MON]}"
        finally:
            connection.close()
        return f"saved {minutes}"

    with ThreadPoolExecutor(2) as threads:
        outcomes = set(threads.map(save_in_a_thread, (60, 90)))
    assert outcomes in ({"saved 60", "refused for 60"}, {"saved 90", "refused for 90"})
    assert TimeEntry.objects.count() == 1


def test_a_row_that_another_tab_added_is_a_change_too(
    save: Save, blog: Channel, meetup: Channel
) -> None:
    save(row_of(meetup, {FRI: 180}))
    with pytest.raises(WeekChangedError):
        save(row_of(blog, {MON: 60}), shown=NOTHING)


def test_posts_that_another_tab_typed_are_a_change_too(save: Save, blog: Channel) -> None:
    shown = row_of(blog, {MON: 60}, posts=1)
    save(shown)
    save(row_of(blog, {MON: 60}, posts=2), shown=shown)
    with pytest.raises(WeekChangedError):
        save(row_of(blog, {MON: 90}, posts=1), shown=shown)


def test_an_import_meanwhile_is_no_conflict(
    save: Save, team: Team, bob: User, blog: Channel
) -> None:
    TimeEntry.objects.create(
        team=team,
        channel=blog,
        person=bob,
        activity="create",
        day=MON,
        minutes=30,
        confirmation="imported",
        source="toggl",
        source_key="17",
    )
    assert save(row_of(blog, {MON: 60})) == 1


def test_a_failure_in_the_middle_leaves_nothing(
    save: Save, team: Team, bob: User, blog: Channel
) -> None:
    # Something else holds the key of Friday's cell: Monday, written before it, must go too.
    TimeEntry.objects.create(
        team=team,
        channel=blog,
        person=bob,
        activity="create",
        day=SUN,
        minutes=5,
        confirmation="typed",
        source="week",
        source_key=cell_key(bob.pk, blog.pk, "create", FRI),
    )
    with pytest.raises(IntegrityError):
        save(row_of(blog, {MON: 60, FRI: 60}))
    assert entries() == [(SUN, 5, 0, "week")]


def test_a_correction_is_typed_and_a_number_of_posts_alone_is_not(
    save: Save, blog: Channel
) -> None:
    shown = row_of(blog, {MON: 60, TUE: 60})
    save(shown)
    TimeEntry.objects.update(confirmation="planned")
    save(row_of(blog, {MON: 75, TUE: 60}, posts=1), shown=shown)
    assert list(TimeEntry.objects.values_list("day", "confirmation", "posts")) == [
        (MON, "typed", 0),
        (TUE, "planned", 1),
    ]


def test_posts_without_hours_stand_on_the_day_of_the_save(save: Save, blog: Channel) -> None:
    save(row_of(blog, {}, posts=2))
    assert entries() == [(THU, 0, 2, "week")]


def test_posts_of_a_past_week_without_hours_stand_on_its_last_day(
    save: Save, blog: Channel
) -> None:
    before = MONDAY - WEEK
    save(Typed({}, {(blog.pk, "create"): 2}), week=before)
    assert entries() == [(before + timedelta(days=6), 0, 2, "week")]


def test_posts_move_with_the_hours_when_their_day_is_cleared(save: Save, blog: Channel) -> None:
    shown = row_of(blog, {MON: 60, FRI: 30}, posts=3)
    save(shown)
    assert entries() == [(MON, 60, 0, "week"), (FRI, 30, 3, "week")]
    assert save(row_of(blog, {MON: 60}, posts=3), shown=shown) == 1
    assert entries() == [(MON, 60, 3, "week")]


def test_a_coming_day_of_this_week_is_open_and_a_coming_week_is_not(
    save: Save, blog: Channel
) -> None:
    assert save(row_of(blog, {SUN: 60})) == 1
    coming = MONDAY + WEEK
    with pytest.raises(
        WeekNotBegunError,
        match="has not begun: its hours can be typed from Monday 23 November 2026",
    ):
        save(Typed({(blog.pk, "create", coming): 60}, {}), week=coming)


def test_the_week_begins_where_the_team_works(save: Save, team: Team, bob: User) -> None:
    blog = Channel.objects.create(team=team, name="Blog", kind="blog", medium="online")
    coming = MONDAY + WEEK
    sunday_night = datetime(2026, 11, 22, 12, tzinfo=UTC)
    typed = Typed({(blog.pk, "", coming): 60}, {})
    with pytest.raises(WeekNotBegunError):
        save_week(team=team, person=bob, week=coming, typed=typed, shown=NOTHING, now=sunday_night)
    team.time_zone = "Pacific/Kiritimati"  # 14 hours ahead of UTC: Monday already
    assert (
        save_week(team=team, person=bob, week=coming, typed=typed, shown=NOTHING, now=sunday_night)
        == 1
    )


def test_another_teams_channel_is_refused_and_nothing_saved(
    save: Save, blog: Channel, other_team: Team
) -> None:
    foreign = Channel.objects.create(team=other_team, name="X", kind="x", medium="online")
    typed = Typed(row_of(blog, {MON: 60}).minutes | row_of(foreign, {MON: 60}).minutes, {})
    with pytest.raises(Channel.DoesNotExist, match="no such channel in tideline"):
        save(typed)
    assert entries() == []


@pytest.mark.parametrize(
    ("minutes", "posts", "words"),
    [
        ({(1, "sleep", MON): 60}, {}, "'sleep' is not an activity"),
        ({(1, "create", MON - timedelta(days=1)): 60}, {}, "not a day of the week"),
        ({(1, "create", MON): -1}, {}, "-1 minutes"),
        ({(1, "create", MON): 1441}, {}, "1441 minutes"),
        ({}, {(1, "create"): -1}, "-1 posts"),
        ({}, {(1, "create"): 1000}, "1000 posts"),
        ({}, {(1, "sleep"): 1}, "'sleep' is not an activity"),
    ],
)
def test_what_is_out_of_range_is_refused(
    save: Save,
    minutes: dict[tuple[int, str, date], int],
    posts: dict[tuple[int, str], int],
    words: str,
) -> None:
    with pytest.raises(ValueError, match=words):
        save(Typed(minutes, posts))


def test_every_activity_has_room_in_a_key() -> None:
    longest = max(Activity.values, key=len)
    key = cell_key(2**63, 2**63, longest, MON)
    assert len(key) <= (TimeEntry._meta.get_field("source_key").max_length or 0)


small_days = st.lists(st.sampled_from([0, 0, 30, 60]), min_size=7, max_size=7)
posts_of_days = st.lists(st.integers(0, 3), min_size=7, max_size=7)


@given(st.integers(0, 20), small_days, posts_of_days, st.integers(0, 6))
def test_posts_add_up_and_stand_where_hours_are(
    wanted: int, minutes: list[int], before: list[int], fallback: int
) -> None:
    placed = place_posts(wanted=wanted, minutes=minutes, before=before, fallback=fallback)
    assert sum(placed) == wanted
    assert min(placed) >= 0
    if any(minutes):
        assert all(minutes[n] for n in range(7) if placed[n])


@given(small_days, posts_of_days, st.integers(0, 6))
def test_posts_stay_where_they_are_as_long_as_they_can(
    minutes: list[int], before: list[int], fallback: int
) -> None:
    standing = [before[n] if minutes[n] or not any(minutes) else 0 for n in range(7)]
    assert (
        place_posts(wanted=sum(standing), minutes=minutes, before=standing, fallback=fallback)
        == standing
    )


def test_fewer_posts_are_taken_from_the_last_days_first() -> None:
    placed = place_posts(wanted=2, minutes=[60] * 7, before=[1, 1, 1, 0, 0, 0, 1], fallback=0)
    assert placed == [1, 1, 0, 0, 0, 0, 0]
