from __future__ import annotations

from datetime import date

from engagement.models import Response
from tests.tracker.importing import bring, counts, refusals
from tracker.models import Channel, Metric, Team

HEADER = "date,channel,metric,count\n"


def test_a_row_becomes_a_response(team: Team, blog: Channel, comments: Metric) -> None:
    _, outcome = bring(team, HEADER + "2026-03-03,BLOG,comments,4\n")
    assert counts(outcome) == (1, 0, 0)
    response = Response.objects.get()
    assert (response.day, response.channel, response.metric, response.count) == (
        date(2026, 3, 3),
        blog,
        comments,
        4,
    )
    assert response.source == "responses"


def test_a_known_metric_is_made_and_an_unknown_one_refused(
    team: Team, blog: Channel, comments: Metric
) -> None:
    text = HEADER + (
        "2026-03-03,Blog,Leads,2\n"
        "2026-03-03,Blog,Applause,2\n"
        "2026-03-03,Blog,,2\n"
        "2026-03-03,Blog,Comments,\n"
        '2026-03-03,Blog,Comments,"1,5"\n'
        "2026-03-03,Post,Comments,1\n"
        "2026-03-03,Blog,Comments,1\n"
        "2026-03-03,Blog,Comments,2\n"
    )
    _, outcome = bring(team, text)
    assert refusals(outcome) == [
        "row 3: metric 'Applause' is no metric of tideline; add it under Channels and metrics",
        "row 4: it names no metric",
        "row 5: it has no count",
        "row 6: '1,5' is not a whole number",
        "row 7: channel 'Post' is no channel of tideline; add --map \"Post=CHANNEL\" or --channel",
        "row 9: an earlier row of this file has told the same count already",
    ]
    assert list(Response.objects.order_by("pk").values_list("metric__name", "count")) == [
        ("Leads", 2),
        ("Comments", 1),
    ]
    assert Metric.objects.get(name="Leads").depth == "outcome"


def test_a_corrected_count_is_a_revision(team: Team, blog: Channel, comments: Metric) -> None:
    bring(team, HEADER + "2026-03-03,Blog,Comments,4\n")
    Channel.objects.update(name="Journal")
    Metric.objects.update(name="Remarks")
    assert counts(bring(team, HEADER + "2026-03-03,Journal,Remarks,4\n")[1]) == (0, 1, 0)
    assert counts(bring(team, HEADER + "2026-03-03,Journal,Remarks,3\n")[1]) == (1, 0, 0)
    assert list(Response.objects.order_by("revision").values_list("revision", "count")) == [
        (0, 4),
        (1, -1),
    ]
