from __future__ import annotations

from datetime import date

import pytest
from django.db.models import Sum

from engagement.models import Response
from tests.tracker.importing import bring, counts, refusals
from tracker.files import CannotImportError
from tracker.models import Channel, ImportBatch, Metric, Team

COUNTS = ["impressions", "engagements", "engagement rate", "retweets", "replies", "likes"]
COUNTS += ["user profile clicks", "url clicks", "follows"]
HEADER = (
    "Tweet id,Tweet permalink,Tweet text,time,"
    + ",".join(COUNTS)
    + ","
    + ",".join(f"promoted {name}" for name in COUNTS)
    + "\r\n"
)
PROMOTED = ",".join("-" for _ in COUNTS)


def tweet(
    number: int = 70001,
    *,
    time: str = "2026-03-03 18:00 +0000",
    numbers: str = "120.0,9.0,0.075,2.0,1.0,5.0,0,1,-",
    text: str = '"Shipped, at last.\n\nMore soon"',
    shown: str = "",
) -> str:
    return (
        f"{shown or number},https://x.example/tide/status/{number},{text},{time},"
        f"{numbers},{PROMOTED}\r\n"
    )


@pytest.fixture
def x(team: Team) -> Channel:
    return Channel.objects.create(team=team, name="Our X", kind="x", medium="online")


def kept() -> dict[str, int]:
    rows = Response.objects.order_by().values_list("metric__name")
    return dict(rows.annotate(Sum("count")))


def test_a_tweet_brings_its_counts_on_its_day(team: Team, x: Channel) -> None:
    _, outcome = bring(team, HEADER + tweet())
    assert counts(outcome) == (1, 0, 0)
    # "follows" is "-": it is missing, which is not zero.
    assert kept() == {
        "Impressions": 120,
        "Reposts": 2,
        "Replies": 1,
        "Likes": 5,
        "Profile visits": 0,
        "Clicks": 1,
    }
    assert set(Response.objects.values_list("day", "channel", "source")) == {
        (date(2026, 3, 3), x.pk, "x-posts")
    }


def test_what_the_team_lacks_is_made_worth_nothing_and_told(team: Team, x: Channel) -> None:
    Metric.objects.create(team=team, name="retweets", depth="reaction", worth=2)
    batch, outcome = bring(team, HEADER + tweet())
    assert outcome.notes == [
        "It goes to Our X, tideline's only channel on X.",
        "Made, and worth 0 until you say more: "
        "Impressions, Likes, Profile visits, Clicks, Replies.",
    ]
    assert list(
        Metric.objects.filter(batch=batch).order_by("name").values_list("name", "depth", "worth")
    ) == [
        ("Clicks", "reaction", 0),
        ("Impressions", "reach", 0),
        ("Likes", "reaction", 0),
        ("Profile visits", "reaction", 0),
        ("Replies", "conversation", 0),
    ]
    assert kept()["retweets"] == 2


def test_a_day_is_that_of_the_team(team: Team, x: Channel) -> None:
    Team.objects.filter(pk=team.pk).update(time_zone="Asia/Tokyo")
    team.refresh_from_db()
    bring(team, HEADER + tweet(time="2026-03-03 18:00 +0000"))
    assert set(Response.objects.values_list("day", flat=True)) == {date(2026, 3, 4)}


def test_a_later_export_adds_only_the_growth(team: Team, x: Channel) -> None:
    bring(team, HEADER + tweet())
    assert counts(bring(team, HEADER + tweet())[1]) == (0, 1, 0)
    grown = tweet(numbers="150,9,0.06,2,1,7,0,1,3")
    assert counts(bring(team, HEADER + grown + tweet(70002))[1]) == (2, 0, 0)
    of_first = Response.objects.filter(source_key__startswith="lifetime/70001/")
    assert of_first.filter(revision=1).count() == 2  # impressions and likes
    assert kept()["Impressions"] == 150 + 120


def test_a_metric_that_was_renamed_takes_the_growth(team: Team, x: Channel) -> None:
    bring(team, HEADER + tweet())
    Metric.objects.filter(name="Impressions").update(name="Seen")
    _, outcome = bring(team, HEADER + tweet(numbers="150,9,0.06,2,1,5,0,1,-"))
    assert counts(outcome) == (1, 0, 0)
    assert kept()["Seen"] == 150
    assert not Metric.objects.filter(name="Impressions").exists()


def test_bad_rows_are_refused_by_the_line_on_which_they_begin(team: Team, x: Channel) -> None:
    _, outcome = bring(
        team,
        HEADER
        + tweet()
        + tweet(70002, time="yesterday")
        + tweet(70003, numbers="1,234,9,0.1,0,0,0,0,0,0")
        + tweet(70004, numbers="0.5,9,0,0,0,0,0,0,0")
        + tweet(70005, numbers="-,-,-,-,-,-,-,-,-")
        + tweet()
        + tweet(70006, shown="7.0006E+18")
        + tweet(70007, time="9999-12-31 23:00 -1200")
        + tweet(70008, time="0001-01-01 00:30 +1200"),
    )
    assert refusals(outcome) == [
        "row 5: 'yesterday' is not a time such as 2020-02-10 18:00 +0000",
        "row 8: it has 23 cells, the header names 22",
        "row 11: '0.5' is not a whole number",
        "row 14: it has no counts",
        "row 17: an earlier row of this file has told the same count already",
        "row 23: '9999-12-31 23:00 -1200' is not a time such as 2020-02-10 18:00 +0000",
        "row 26: '0001-01-01 00:30 +1200' is not a time such as 2020-02-10 18:00 +0000",
    ]
    assert counts(outcome) == (2, 0, 7)
    assert Response.objects.filter(source_key="lifetime/70006/impressions").exists()


def test_without_one_channel_on_x_it_is_asked_for(team: Team, blog: Channel) -> None:
    with pytest.raises(CannotImportError) as caught:
        bring(team, HEADER + tweet())
    assert str(caught.value) == ("tideline has no channel on X: say --channel, or make one first")
    for name in ("Ours", "Theirs"):
        Channel.objects.create(team=team, name=name, kind="x", medium="online")
    with pytest.raises(CannotImportError) as caught:
        bring(team, HEADER + tweet())
    assert str(caught.value) == "tideline has 2 channels on X (Ours, Theirs): say --channel"
    assert not ImportBatch.objects.exists()
    bring(team, HEADER + tweet(), channel="theirs")
    assert set(Response.objects.values_list("channel__name", flat=True)) == {"Theirs"}


def test_in_2015_likes_were_favorites(team: Team, x: Channel) -> None:
    bring(team, HEADER.replace("likes", "favorites") + tweet())
    assert kept()["Likes"] == 5
