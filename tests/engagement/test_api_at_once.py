"""The same request twice at the same moment, as programs send it after a timeout."""

from __future__ import annotations

from engagement.models import Response
from tests.api import program_of
from tests.at_once import AT_ONCE, all_at_once
from tracker.models import Channel, Metric, StaleWeek, TimeEntry, User

TEAM = "/api/v1/teams/tideline/"


def test_one_entry_sent_at_once_leaves_one_copy(
    transactional_db: None, bob: User, blog: Channel
) -> None:
    programs = [program_of(bob) for _ in range(AT_ONCE)]
    entry = {"key": "a", "channel": blog.pk, "day": "2026-11-04", "minutes": 45}
    answers = all_at_once(lambda n: programs[n].post(f"{TEAM}time-entries/", entry))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert TimeEntry.objects.count() == StaleWeek.objects.count() == 1


def test_lists_sent_at_once_are_each_taken_once(
    transactional_db: None, bob: User, blog: Channel, comments: Metric
) -> None:
    programs = [program_of(bob) for _ in range(AT_ONCE)]
    row = {"channel": blog.pk, "metric": comments.pk, "day": "2026-11-04", "count": 2}
    rows = [{"key": f"row {n}", **row} for n in range(50)]
    answers = all_at_once(lambda n: programs[n].post(f"{TEAM}responses/", rows))
    tallies = [answer.json() for answer in answers]
    assert sorted((tally["taken"], tally["known"]) for tally in tallies) == [
        (0, 50),
        (0, 50),
        (0, 50),
        (50, 0),
    ]
    assert Response.objects.count() == 50


def test_different_counts_at_once_leave_revisions_that_sum_to_one_of_them(
    transactional_db: None, bob: User, blog: Channel, comments: Metric
) -> None:
    programs = [program_of(bob) for _ in range(AT_ONCE)]
    row = {"key": "a", "channel": blog.pk, "metric": comments.pk, "day": "2026-11-04"}
    answers = all_at_once(lambda n: programs[n].post(f"{TEAM}responses/", {**row, "count": 10 + n}))
    assert [answer.status_code for answer in answers] == [201] * AT_ONCE
    told = list(Response.objects.order_by("revision").values_list("revision", "count"))
    assert [revision for revision, _ in told] == list(range(AT_ONCE))
    assert sum(count for _, count in told) in range(10, 10 + AT_ONCE)


def test_one_channel_made_at_once_is_made_once(transactional_db: None, alice: User) -> None:
    programs = [program_of(alice) for _ in range(AT_ONCE)]
    channel = {"name": "X", "kind": "x", "medium": "online"}
    answers = all_at_once(lambda n: programs[n].post(f"{TEAM}channels/", channel))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 201
    # The others are refused by the look-up (400), or by the database if they came too close.
    assert set(statuses[1:]) <= {400, 409}
    assert Channel.objects.count() == 1
