from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.db.models import Sum
from pytest_django import DjangoAssertNumQueries

from engagement.intake import ResponseFact, preview_responses, record_responses
from engagement.models import Response
from tracker.models import Channel, ImportBatch, Metric, StaleWeek, Team

TUESDAY = date(2026, 3, 3)


@pytest.fixture
def five(blog: Channel, comments: Metric) -> ResponseFact:
    return ResponseFact(
        day=TUESDAY, channel_id=blog.pk, metric_id=comments.pk, count=5, key="post-1"
    )


def a_batch(team: Team) -> ImportBatch:
    return ImportBatch.objects.create(team=team, format="x-posts", file_name="march.csv")


def record(team: Team, *facts: ResponseFact, batch: ImportBatch | None = None) -> tuple[int, int]:
    tally = record_responses(team=team, facts=facts, source="x-posts", batch=batch)
    return tally.taken, tally.known


def rows() -> list[tuple[str, int, int]]:
    return list(
        Response.objects.order_by("source_key", "revision").values_list(
            "source_key", "revision", "count"
        )
    )


def test_a_new_key_is_revision_zero(team: Team, five: ResponseFact) -> None:
    batch = a_batch(team)
    assert record(team, five, batch=batch) == (1, 0)
    response = Response.objects.get()
    assert (response.day, response.channel_id, response.metric_id) == (
        five.day,
        five.channel_id,
        five.metric_id,
    )
    assert (response.count, response.revision, response.batch) == (5, 0, batch)
    assert (response.source, response.source_key) == ("x-posts", "post-1")


def test_revisions_sum_to_the_present_value(team: Team, five: ResponseFact) -> None:
    for count in (5, 8, 8, 3, 0, -2):
        record(team, replace(five, count=count))
        assert Response.objects.aggregate(sum=Sum("count"))["sum"] == count
    assert rows() == [
        ("post-1", 0, 5),
        ("post-1", 1, 3),
        ("post-1", 2, -5),
        ("post-1", 3, -3),
        ("post-1", 4, -2),
    ]


def test_zero_is_a_count_and_not_a_gap(team: Team, five: ResponseFact) -> None:
    assert record(team, replace(five, count=0)) == (1, 0)
    assert record(team, replace(five, count=0)) == (0, 1)
    assert rows() == [("post-1", 0, 0)]


def test_a_key_that_comes_twice_in_one_call_is_revised(team: Team, five: ResponseFact) -> None:
    assert record(team, five, five, replace(five, count=7)) == (2, 1)
    assert rows() == [("post-1", 0, 5), ("post-1", 1, 2)]


def test_it_marks_exactly_the_weeks_that_changed(team: Team, five: ResponseFact) -> None:
    later = replace(five, key="post-2", day=date(2026, 3, 9))
    record(team, five, later)
    StaleWeek.objects.all().delete()
    record(team, five, replace(later, count=6))
    assert set(StaleWeek.objects.values_list("channel_id", "week")) == {
        (five.channel_id, date(2026, 3, 9))
    }


def test_a_known_key_elsewhere_is_refused(team: Team, five: ResponseFact, meetup: Channel) -> None:
    batch = a_batch(team)
    record(team, five, batch=batch)
    likes = Metric.objects.create(team=team, name="Likes", depth="reaction")
    tally = record_responses(
        team=team,
        facts=[
            replace(five, channel_id=meetup.pk),
            replace(five, metric_id=likes.pk, day=date(2026, 3, 4)),
            replace(five, count=2**31),
        ],
        source="x-posts",
        batch=a_batch(team),
    )
    end = f": take batch {batch.pk} back and import again to have the new one"
    assert [refusal.reason for refusal in tally.refusals] == [
        f"already imported on Blog, now on Meetup{end}",
        f"already imported as Comments, now as Likes; on 2026-03-03, now on 2026-03-04{end}",
        "2147483648 is more than can be counted (2147483647)",
    ]
    assert rows() == [("post-1", 0, 5)]


def test_another_teams_channel_or_metric_stops_the_whole_call(
    team: Team, other_team: Team, five: ResponseFact
) -> None:
    channel = Channel.objects.create(team=other_team, name="Blog", kind="blog", medium="online")
    metric = Metric.objects.create(team=other_team, name="Comments", depth="conversation")
    with pytest.raises(ValueError, match=f"channel {channel.pk} is not one of tideline's"):
        record(team, five, replace(five, key="b", channel_id=channel.pk))
    with pytest.raises(ValueError, match=f"metric {metric.pk} is not one of tideline's"):
        record(team, five, replace(five, key="b", metric_id=metric.pk))
    assert rows() == []


def test_a_preview_says_the_same_and_writes_nothing(team: Team, five: ResponseFact) -> None:
    record(team, five)
    StaleWeek.objects.all().delete()
    tally = preview_responses(
        team=team,
        facts=[five, replace(five, key="b"), replace(five, count=9)],
        source="x-posts",
    )
    assert (tally.taken, tally.known, len(tally.refusals)) == (2, 1, 0)
    assert rows() == [("post-1", 0, 5)]
    assert not StaleWeek.objects.exists()


def test_forty_facts_cost_no_more_statements_than_two(
    team: Team, five: ResponseFact, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # savepoint, turn, channels, metrics, keys, responses, marks, release
    for count in (2, 40):
        with django_assert_num_queries(8):
            record(team, *(replace(five, key=f"{count}-{n}") for n in range(count)))


def test_more_keys_than_a_statement_has_parameters(team: Team, five: ResponseFact) -> None:
    facts = [replace(five, key=f"k{n}") for n in range(2500)]
    assert record(team, *facts) == (2500, 0)
    assert record(team, *facts, replace(five, key="new")) == (1, 2500)


@pytest.mark.django_db(transaction=True)
def test_two_equal_imports_at_once_end_with_one_copy(team: Team, five: ResponseFact) -> None:
    facts = [replace(five, key=f"k{n}") for n in range(300)]
    grown = [replace(fact, count=9) for fact in facts]
    start = threading.Barrier(4)

    def run() -> None:
        try:
            start.wait()
            for told in (facts, grown):
                for n in range(0, 300, 50):
                    record(team, *told[n : n + 50])
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # Whoever comes last says 9; what each key says now is the sum of its revisions.
    sums = Response.objects.order_by().values("source_key").annotate(sum=Sum("count"))
    assert {row["sum"] for row in sums} == {9}
    assert len(sums) == 300
