from __future__ import annotations

from datetime import date

from tests.tracker.importing import bring, counts, entries, refusals
from tracker.models import Channel, Team, TimeEntry, User

HEADER = "date,channel,activity,minutes,posts,note,person\n"


def test_a_row_becomes_an_entry(team: Team, blog: Channel, bob: User) -> None:
    _, outcome = bring(team, HEADER + "2026-03-03,blog,Reach out,45,2,two guests,bob@example.com\n")
    assert counts(outcome) == (1, 0, 0)
    entry = TimeEntry.objects.get()
    assert (entry.day, entry.channel, entry.person) == (date(2026, 3, 3), blog, bob)
    assert (entry.activity, entry.minutes, entry.posts) == ("reach_out", 45, 2)
    assert (entry.note, entry.source) == ("two guests", "hours")


def test_columns_may_stand_in_any_order_and_most_may_be_missing(team: Team, blog: Channel) -> None:
    bring(team, "minutes;date;channel\n30;2026-03-03;Blog\n")
    assert entries() == [(date(2026, 3, 3), "Blog", 30)]


def test_a_row_that_names_nobody_is_the_importers_or_says_so(
    team: Team, blog: Channel, bob: User
) -> None:
    text = HEADER + "2026-03-03,Blog,create,45,,,\n"
    _, outcome = bring(team, text)
    assert TimeEntry.objects.get().person_label == "not said"
    assert outcome.notes == ["1 entry names nobody who did it."]
    TimeEntry.objects.all().delete()
    bring(team, text, person=bob)
    assert TimeEntry.objects.get().person == bob


def test_what_can_not_be_read_is_refused_row_by_row(team: Team, blog: Channel) -> None:
    text = HEADER + (
        "2026-03-03,Blog,create,1:30,,,Ann\n"
        "2026-03-03,Blog,juggle,30,,,Ann\n"
        "2026-03-03,Blog,create,-30,,,Ann\n"
        "2026-03-03,Blog,create,0,0,,Ann\n"
        "2026-03-03,Blog,create,1441,,,Ann\n"
        "2026-03-03,,create,30,,,Ann\n"
        "2026-03-03,Blog,create,30,,,Ann\n"
    )
    _, outcome = bring(team, text)
    assert refusals(outcome) == [
        "row 2: '1:30' is not a whole number of minutes",
        "row 3: 'juggle' is no activity such as create, reply, listen or meet",
        "row 4: -30 minutes; a day has 0 to 1440",
        "row 5: neither minutes nor posts",
        "row 6: 1441 minutes; a day has 0 to 1440",
        "row 7: it names no channel; add --channel",
    ]
    assert counts(outcome) == (1, 0, 6)


def test_equal_rows_are_as_many_entries_and_stay_so(team: Team, blog: Channel) -> None:
    line = "2026-03-03,Blog,create,30,,,Ann\n"
    assert counts(bring(team, HEADER + line * 3)[1]) == (3, 0, 0)
    assert counts(bring(team, HEADER + line * 4)[1]) == (1, 3, 0)


def test_another_row_above_a_known_one_is_new_and_the_known_one_stays_known(
    team: Team, blog: Channel
) -> None:
    known = "2026-03-03,Blog,create,45,1,draft,Ann\n"
    bring(team, HEADER + known)
    for other in (
        "2026-03-03,Blog,create,20,1,draft,Ann\n",
        "2026-03-03,Blog,create,45,2,draft,Ann\n",
        "2026-03-03,Blog,create,45,1,edit,Ann\n",
    ):
        _, outcome = bring(team, HEADER + other + known)
        assert counts(outcome) == (1, 1, 0)
    assert [minutes for _, _, minutes in entries()] == [45, 20, 45, 45]


def test_a_file_of_one_channel_overlaps_a_file_of_all(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    on_blog = "2026-03-03,Blog,create,30,,,Ann\n"
    on_meetup = "2026-03-03,Meetup,create,60,,,Ann\n"
    bring(team, HEADER + on_blog)
    assert counts(bring(team, HEADER + on_meetup + on_blog)[1]) == (1, 1, 0)


def test_a_channel_that_was_renamed_is_still_the_same(team: Team, blog: Channel) -> None:
    bring(team, HEADER + "2026-03-03,Blog,create,30,,,Ann\n")
    Channel.objects.filter(pk=blog.pk).update(name="Journal")
    assert counts(bring(team, HEADER + "2026-03-03,Journal,create,30,,,Ann\n")[1]) == (0, 1, 0)


def test_the_same_file_on_another_channel_is_told(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    text = HEADER + "2026-03-03,Website,create,30,,,Ann\n"
    first, _ = bring(team, text, mapping={"Website": "Blog"})
    _, outcome = bring(team, text, channel="Meetup")
    assert refusals(outcome) == [
        f"row 2: already imported on Blog, now on Meetup: take batch {first.pk} back "
        "and import again to have the new one"
    ]
