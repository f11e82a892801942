from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from tests.conftest import join, make_user
from tracker.effort import EffortFact, preview_entries, record_entries
from tracker.models import Channel, ImportBatch, StaleWeek, Team, TimeEntry, User

TUESDAY = date(2026, 3, 3)


def an_hour(channel: Channel, key: str = "k1") -> EffortFact:
    return EffortFact(
        day=TUESDAY,
        channel_id=channel.pk,
        person_id=None,
        person_label="Mara",
        activity="create",
        minutes=60,
        posts=1,
        note="draft",
        key=key,
    )


def a_batch(team: Team) -> ImportBatch:
    return ImportBatch.objects.create(team=team, format="toggl", file_name="march.csv")


def record(team: Team, *facts: EffortFact, batch: ImportBatch | None = None) -> tuple[int, int]:
    tally = record_entries(
        team=team, facts=facts, source="toggl", confirmation="imported", batch=batch
    )
    return tally.taken, tally.known


def test_it_keeps_every_field_of_a_fact(team: Team, blog: Channel, bob: User) -> None:
    batch = a_batch(team)
    fact = replace(an_hour(blog), person_id=bob.pk, person_label="")

    assert record(team, fact, batch=batch) == (1, 0)

    entry = TimeEntry.objects.get()
    assert (entry.day, entry.channel, entry.person, entry.person_label) == (TUESDAY, blog, bob, "")
    assert (entry.activity, entry.minutes, entry.posts, entry.note) == ("create", 60, 1, "draft")
    assert (entry.source, entry.source_key, entry.confirmation) == ("toggl", "k1", "imported")
    assert entry.batch == batch


def test_the_same_fact_again_is_known_and_marks_nothing(team: Team, blog: Channel) -> None:
    record(team, an_hour(blog))
    StaleWeek.objects.all().delete()

    assert record(team, an_hour(blog), an_hour(blog, "k2"), an_hour(blog, "k2")) == (1, 2)

    assert TimeEntry.objects.count() == 2
    assert StaleWeek.objects.count() == 1  # for k2 alone


def test_it_marks_exactly_the_weeks_that_changed(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    record(
        team,
        an_hour(blog, "a"),
        replace(an_hour(blog, "b"), day=date(2026, 3, 8)),
        replace(an_hour(blog, "c"), day=date(2026, 3, 9)),
        replace(an_hour(meetup, "d"), day=date(2026, 3, 9)),
        replace(an_hour(meetup, "e"), minutes=0, posts=0),
    )
    assert set(StaleWeek.objects.values_list("channel_id", "week")) == {
        (blog.pk, date(2026, 3, 2)),
        (blog.pk, date(2026, 3, 9)),
        (meetup.pk, date(2026, 3, 9)),
    }


def test_a_known_fact_with_other_values_is_refused_and_kept(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    batch = a_batch(team)
    record(team, an_hour(blog), batch=batch)
    StaleWeek.objects.all().delete()

    changes: dict[str, EffortFact] = {
        "with 1:00, now 1:15": replace(an_hour(blog), minutes=75),
        "with 1 posts, now 3": replace(an_hour(blog), posts=3),
        "on 2026-03-03, now on 2026-03-04": replace(an_hour(blog), day=date(2026, 3, 4)),
        "on Blog, now on Meetup": an_hour(meetup),
        "as 'Create', now as 'Not said'": replace(an_hour(blog), activity=""),
        "with another note": replace(an_hour(blog), note="final"),
    }
    for difference, fact in changes.items():
        tally = record_entries(
            team=team, facts=[fact], source="toggl", confirmation="imported", batch=a_batch(team)
        )
        assert [refusal.reason for refusal in tally.refusals] == [
            f"already imported {difference}: take batch {batch.pk} back and import again "
            "to have the new one"
        ]
        assert (tally.taken, tally.known) == (0, 0)
    assert TimeEntry.objects.get().minutes == 60
    assert not StaleWeek.objects.exists()


def test_a_known_fact_that_no_batch_brought_stays_as_it_was(team: Team, blog: Channel) -> None:
    record(team, an_hour(blog))
    tally = record_entries(
        team=team,
        facts=[replace(an_hour(blog), minutes=75)],
        source="toggl",
        confirmation="api",
    )
    assert [refusal.reason for refusal in tally.refusals] == [
        "already recorded with 1:00, now 1:15: it stays as it was"
    ]


def test_a_name_that_has_joined_the_team_since_is_the_same_person(
    team: Team, blog: Channel, alice: User
) -> None:
    record(team, an_hour(blog))
    mara = join(team, make_user("Mara"), "member")
    assert record(team, replace(an_hour(blog), person_id=mara.pk, person_label="")) == (0, 1)

    record(team, replace(an_hour(blog, "k2"), person_id=mara.pk, person_label=""))
    tally = record_entries(
        team=team,
        facts=[replace(an_hour(blog, "k2"), person_id=alice.pk, person_label="")],
        source="toggl",
        confirmation="api",
    )
    assert [refusal.reason for refusal in tally.refusals] == [
        "already recorded for another person: it stays as it was"
    ]


def test_what_the_database_would_not_take_is_refused_alone(team: Team, blog: Channel) -> None:
    hour = an_hour(blog)
    tally = record_entries(
        team=team,
        facts=[
            hour,
            replace(hour, key="a", minutes=1441),
            replace(hour, key="b", minutes=-1),
            replace(hour, key="c", minutes=0, posts=0),
            replace(hour, key="d", posts=40_000),
            replace(hour, key="e", person_label=""),
            replace(hour, key="f", person_label="x" * 255),
            replace(hour, key="g", note="x" * 2001),
            replace(hour, key="h", activity="juggle"),
            replace(hour, key="i", note="\0"),
            replace(hour, key=""),
            replace(hour, key="x" * 201),
        ],
        source="toggl",
        confirmation="imported",
    )
    assert tally.taken_keys == ["k1"]
    assert [refusal.reason for refusal in tally.refusals] == [
        "1441 minutes; a day has 0 to 1440",
        "-1 minutes; a day has 0 to 1440",
        "neither minutes nor posts",
        "40000 posts; 0 to 32767 can be counted",
        "nobody is named who did it",
        "the person's name has 255 characters, 254 fit",
        "the note has 2001 characters, 2000 fit",
        "'juggle' is no activity; there are "
        "create, reply, listen, reach_out, meet, learn, organise",
        "the text holds a NUL character",
        "it has no key that would make a repeat harmless",
        "its key has 201 characters, 200 fit",
    ]


def test_another_teams_channel_or_person_stops_the_whole_call(
    team: Team, other_team: Team, blog: Channel, charlie: User
) -> None:
    theirs = Channel.objects.create(team=other_team, name="Blog", kind="blog", medium="online")
    with pytest.raises(ValueError, match=f"channel {theirs.pk} is not one of tideline's"):
        record(team, an_hour(blog), an_hour(theirs, "k2"))
    with pytest.raises(ValueError, match=f"person {charlie.pk} is not one of tideline's"):
        record(team, an_hour(blog), replace(an_hour(blog, "k2"), person_id=charlie.pk))
    assert not TimeEntry.objects.exists()


def test_another_team_may_hold_the_same_key(team: Team, other_team: Team, blog: Channel) -> None:
    theirs = Channel.objects.create(team=other_team, name="Blog", kind="blog", medium="online")
    assert record(other_team, an_hour(theirs)) == (1, 0)
    assert record(team, an_hour(blog)) == (1, 0)


def test_a_preview_says_the_same_and_writes_nothing(team: Team, blog: Channel) -> None:
    record(team, an_hour(blog))
    StaleWeek.objects.all().delete()
    tally = preview_entries(
        team=team,
        facts=[an_hour(blog), an_hour(blog, "k2"), replace(an_hour(blog), minutes=1)],
        source="toggl",
    )
    assert (tally.taken, tally.known, len(tally.refusals)) == (1, 1, 1)
    assert TimeEntry.objects.count() == 1
    assert not StaleWeek.objects.exists()


def test_forty_facts_cost_no_more_statements_than_two(
    team: Team, blog: Channel, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # savepoint, turn, channels, people, keys, entries, marks, release; SQLite locks no row,
    # but asks for the team all the same.
    for count in (2, 40):
        facts = [
            replace(an_hour(blog, f"{count}-{n}"), person_id=bob.pk, person_label="")
            for n in range(count)
        ]
        with django_assert_num_queries(8):
            record(team, *facts)


def test_more_keys_than_a_statement_has_parameters(team: Team, blog: Channel) -> None:
    facts = [an_hour(blog, f"k{n}") for n in range(2500)]
    assert record(team, *facts) == (2500, 0)
    assert record(team, *facts, an_hour(blog, "new")) == (1, 2500)


@pytest.mark.django_db(transaction=True)
def test_two_equal_imports_at_once_end_with_one_copy(team: Team, blog: Channel) -> None:
    facts = [an_hour(blog, f"k{n}") for n in range(300)]
    start = threading.Barrier(4)
    sums: list[tuple[int, int]] = []

    def run() -> None:
        try:
            start.wait()
            sums.extend(record(team, *facts[n : n + 50]) for n in range(0, 300, 50))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert TimeEntry.objects.count() == 300
    assert sum(taken for taken, _ in sums) == 300
    assert sum(known for _, known in sums) == 900
