from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tracker.models import Channel, Metric, Team
from tracker.ordering import move


def channels(team: Team, names: str) -> list[Channel]:
    """Fresh channels: all at the same place, so that only their names order them."""
    return [
        Channel.objects.create(team=team, name=name, kind="blog", medium="online") for name in names
    ]


class TestMoving(TestCase):
    # How long an example takes says how busy the database is, and nothing about the claim.
    @settings(deadline=None, max_examples=30)
    @given(st.lists(st.tuples(st.integers(0, 4), st.integers(-6, 6)), max_size=6))
    def test_it_is_taking_out_and_putting_in(self, moves: list[tuple[int, int]]) -> None:
        team = Team.objects.create(name="T", slug="t")
        rows = channels(team, "abcde")
        expected = list("abcde")
        for number, by in moves:
            name = rows[number].name
            place = expected.index(name)
            expected.remove(name)
            expected.insert(min(max(place + by, 0), 4), name)
            move(rows[number], by=by)
        assert "".join(c.name for c in Channel.objects.of_team(team)) == "".join(expected)


def test_archived_channels_and_other_teams_stay_where_they_are(
    team: Team, other_team: Team
) -> None:
    _, gone, last = channels(team, "abc")
    theirs = channels(other_team, "xy")
    gone.archived_at = team.created_at
    gone.save()
    move(last, by=-1)
    assert [c.name for c in Channel.objects.of_team(team).active()] == ["c", "a"]
    assert {c.position for c in Channel.objects.of_team(other_team)} == {0}
    assert [c.name for c in theirs] == ["x", "y"]


@pytest.mark.parametrize(("by", "order"), [(1, "bac"), (-1, "abc"), (9, "bca")])
def test_metrics_move_the_same_way(team: Team, by: int, order: str) -> None:
    rows = [Metric.objects.create(team=team, name=name, depth="reach") for name in "abc"]
    move(rows[0], by=by)
    assert "".join(m.name for m in Metric.objects.of_team(team)) == order
