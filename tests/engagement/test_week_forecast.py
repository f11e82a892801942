from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from engagement.models import WeekForecast
from tests.engagement.records import NOW, THIS_WEEK
from tests.engagement.stored import store_forecast
from tracker.calendar import WEEK
from tracker.models import Channel, Team

TRIGGERS = {
    "sqlite": (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' "
        "AND tbl_name = 'engagement_weekforecast'",
        {"week_forecast_no_update", "week_forecast_in_hindsight"},
    ),
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'engagement_weekforecast'::regclass "
        "AND NOT tgisinternal",
        {"week_forecast_keep"},
    ),
}
CHANGES: dict[str, Any] = {
    "week": THIS_WEEK - 9 * WEEK,
    "hours": 2.0,
    "mean": 21.0,
    "low": 9.0,
    "high": 31.0,
    "worths": {"1": "3"},
    "last_weeks_low": 1.0,
    "last_weeks_high": 99.0,
    "last_year_low": 1.0,
    "last_year_high": 99.0,
    "in_hindsight": True,
    "model_version": "mixture-9",
    "made_at": NOW - timedelta(days=9),
}
FIXED = "a forecast of a week that is over cannot be changed"


def a_forecast(channel: Channel, week: date = THIS_WEEK, **values: Any) -> WeekForecast:
    return store_forecast(channel, week, **values)


def change(row: WeekForecast, **values: Any) -> None:
    with transaction.atomic():
        assert WeekForecast.objects.filter(pk=row.pk).update(**values) == 1


def test_the_triggers_that_keep_forecasts_are_installed(db: None) -> None:
    query, expected = TRIGGERS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert {name for (name,) in cursor.fetchall()} == expected


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_nothing_but_the_count_of_a_counted_week_can_be_changed(blog: Channel, name: str) -> None:
    row = a_forecast(blog, counted=25)
    with pytest.raises(IntegrityError, match=FIXED):
        change(row, **{name: CHANGES[name]})
    change(row, counted=26)
    assert WeekForecast.objects.get().counted == 26


def test_neither_can_its_channel_nor_its_team(
    blog: Channel, meetup: Channel, other_team: Team
) -> None:
    row = a_forecast(blog, counted=25)
    for values in ({"channel": meetup}, {"team": other_team}):
        with pytest.raises(IntegrityError, match=FIXED):
            change(row, **values)


def test_the_test_above_knows_every_column() -> None:
    free = {"id", "team", "channel", "counted"}
    assert {field.name for field in WeekForecast._meta.fields} - free == set(CHANGES)


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_all_can_be_changed_while_the_week_runs(blog: Channel, name: str) -> None:
    a_forecast(blog, THIS_WEEK - 2 * WEEK, counted=25)
    row = a_forecast(blog)
    change(row, **{name: CHANGES[name]})
    row.refresh_from_db()
    assert getattr(row, name) == CHANGES[name]


def test_a_week_that_a_later_one_follows_is_over_though_nobody_has_counted_it(
    blog: Channel, meetup: Channel
) -> None:
    row, other = a_forecast(blog), a_forecast(meetup)
    a_forecast(blog, THIS_WEEK + WEEK)
    with pytest.raises(IntegrityError, match=FIXED):
        change(row, high=F("high") + 1)
    change(other, high=F("high") + 1)
    # Nor does it open again because its count is taken back.
    change(row, counted=25)
    change(row, counted=None)
    with pytest.raises(IntegrityError, match=FIXED):
        change(row, high=F("high") + 1)


def test_saving_a_row_as_it_stands_changes_nothing(blog: Channel) -> None:
    a_forecast(blog, counted=25, made_at=NOW.replace(microsecond=123456))
    row = WeekForecast.objects.get()
    row.counted = 27
    row.save()
    assert WeekForecast.objects.get().counted == 27


def test_an_upsert_is_a_change_like_any_other(blog: Channel) -> None:
    row = a_forecast(blog, counted=25)
    row.pk, row.high = None, 31
    with pytest.raises(IntegrityError, match=FIXED), transaction.atomic():
        WeekForecast.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["channel", "week"], update_fields=["high"]
        )


def test_what_was_made_in_hindsight_may_be_made_anew_but_never_passes_for_in_time(
    blog: Channel,
) -> None:
    row = a_forecast(blog, counted=25, in_hindsight=True)
    change(row, high=31, model_version="mixture-9")
    with pytest.raises(IntegrityError, match="cannot be said to have come in time"):
        change(row, in_hindsight=False)


def test_an_open_past_may_be_written(team: Team, blog: Channel) -> None:
    row = a_forecast(blog, counted=25)
    Team.objects.filter(pk=team.pk).update(past_open=True)
    change(row, high=31)


def test_a_channel_takes_its_forecasts_along(blog: Channel) -> None:
    a_forecast(blog, counted=25)
    blog.delete()
    assert not WeekForecast.objects.exists()
