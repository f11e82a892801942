from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engagement.models import Estimate, MetricEstimate
from engagement.outlook import bank_of, curve_of, forecast_of, kernel_of
from engagement.returns.estimate import MODEL_VERSION
from tests.api import program_of, results
from tests.engagement.prospects import a_history, store
from tests.engagement.records import NOW
from tests.engagement.stored import estimate, metric_estimate
from tests.engagement.test_api_trends import file_of
from tracker.models import Channel, Metric, Team, User

ESTIMATES = "/api/v1/teams/tideline/estimates/"
METRICS = f"{ESTIMATES}metrics/"
LONG = {"kernel", "curve", "bank", "forecast", "patience", "effect"}


def told(user: User, address: str) -> dict[str, Any]:
    answer = program_of(user).get(address)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def flat(hours_or_week: str, row: Any, band: str) -> dict[str, Any]:
    values = asdict(row)
    return {hours_or_week: values[hours_or_week], **values[band]}


def test_a_channels_own_address_tells_all_but_the_draws(vera: User, blog: Channel) -> None:
    store(blog, a_history(1))
    patience = {"from_prior": False, "rows": [{"hours": 2, "low": 3, "median": 9, "high": None}]}
    Estimate.objects.update(patience=patience)
    (listed,) = results(program_of(vera), ESTIMATES)
    found = told(vera, f"{ESTIMATES}{blog.pk}/")
    assert listed.keys() & LONG == set()
    assert found.keys() - listed.keys() == LONG - {"effect"}
    assert {name: found[name] for name in listed} == listed
    assert (found["model_version"], found["patience"]) == (MODEL_VERSION, patience)

    row = Estimate.objects.get()
    assert found["kernel"] == list(kernel_of(row))
    assert len(found["kernel"]) == len(row.kernel) > 0
    assert found["curve"] == [flat("hours", point, "brought") for point in curve_of(row)]
    assert [week | {"week": None} for week in found["bank"]] == [
        flat("week", week, "left") | {"week": None} for week in bank_of(row)
    ]
    assert found["bank"][0]["week"] == "2026-03-02"
    first, last = found["forecast"][0], forecast_of(row)[-1]
    assert (first["week"], first["hours"], len(found["forecast"])) == ("2026-03-02", 3.0, 26)
    assert found["forecast"][-1] == {
        "week": last.week.isoformat(),
        "hours": 3.0,
        **asdict(last.counted),
        "total_mean": last.total_mean,
        "total_variance": last.total_variance,
    }


def test_what_nobody_can_know_is_empty(vera: User, blog: Channel) -> None:
    store(blog, a_history(1, effect=0.0))
    found = told(vera, f"{ESTIMATES}{blog.pk}/")
    for name in ("kernel", "curve", "bank", "forecast"):
        assert found[name] == []
    assert found["patience"] is None
    assert found["gain_if_even"] is None


def test_there_is_nothing_of_others(
    vera: User, blog: Channel, other_team: Team, comments: Metric
) -> None:
    theirs = Channel.objects.create(team=other_team, name="Blog", kind="blog", medium="online")
    metric = Metric.objects.create(team=other_team, name="Leads", depth="outcome")
    estimate(theirs, NOW).save()
    kept = metric_estimate(theirs, metric, NOW)
    kept.save()
    program = program_of(vera)
    for address in (f"{theirs.pk}/", f"{blog.pk}/", f"metrics/{kept.pk}/", f"{10**30}/"):
        assert program.get(ESTIMATES + address).status_code == 404
    assert results(program, METRICS) == []
    for name, row in (("channel", theirs), ("metric", metric)):
        answer = program.get(METRICS, {name: row.pk})
        noun = f"{name}s"
        assert (answer.status_code, answer.json()["detail"]) == (
            400,
            f"{name}: this team has no such row among its {noun}",
        )


def test_metrics_are_told_in_counts_and_can_be_chosen(
    vera: User, team: Team, blog: Channel, meetup: Channel, comments: Metric
) -> None:
    leads = Metric.objects.create(team=team, name="=Leads", depth="outcome")
    for channel, metric in ((blog, comments), (blog, leads), (meetup, leads)):
        metric_estimate(channel, metric, NOW).save()
    program = program_of(vera)

    def pairs(**chosen: int) -> list[tuple[int, int]]:
        return [(row["channel"], row["metric"]) for row in results(program, METRICS, **chosen)]

    assert pairs() == [(blog.pk, comments.pk), (blog.pk, leads.pk), (meetup.pk, leads.pk)]
    assert pairs(channel=blog.pk) == [(blog.pk, comments.pk), (blog.pk, leads.pk)]
    assert pairs(metric=leads.pk, channel=meetup.pk) == [(meetup.pk, leads.pk)]
    *_, last = file_of(program, METRICS)
    assert list(last.values())[1:6] == [
        str(meetup.pk),
        "Meetup",
        str(leads.pk),
        "'=Leads",
        "pays_back",
    ]


def test_a_metrics_own_address_tells_its_lists(vera: User, blog: Channel, comments: Metric) -> None:
    store(blog, a_history(1), comments)
    (listed,) = results(program_of(vera), METRICS)
    assert listed.keys() & LONG == set()
    found = told(vera, f"{METRICS}{listed['id']}/")
    assert found.keys() - listed.keys() == LONG - {"effect", "patience"}
    row = MetricEstimate.objects.get()
    assert found["curve"] == [flat("hours", point, "brought") for point in curve_of(row)]
    assert len(found["forecast"]) == 26


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_stay_light_and_take_the_same_number_of_queries(
    vera: User, team: Team, comments: Metric, rows: int
) -> None:
    for number in range(rows):
        channel = Channel.objects.create(
            team=team, name=f"Blog {number}", kind="blog", medium="online"
        )
        estimate(channel, NOW).save()
        metric_estimate(channel, comments, NOW).save()
    program = program_of(vera)
    one = MetricEstimate.objects.latest("pk").pk
    for address, queries, long in (
        (ESTIMATES, 3, set()),  # token with user, membership with team, rows
        (METRICS, 3, set()),
        (f"{ESTIMATES}?format=csv", 4, set()),  # and channels
        (f"{METRICS}?format=csv", 5, set()),  # and metrics
        (f"{ESTIMATES}{channel.pk}/", 3, LONG - {"effect"}),
        (f"{METRICS}{one}/", 3, LONG - {"effect"}),
    ):
        with CaptureQueriesContext(connection) as captured:
            answer = program.get(address)
            assert answer.status_code == 200
            if answer.streaming:
                list(answer.streaming_content)
        assert len(captured) == queries, address
        (asked,) = (each["sql"] for each in captured if 'estimate" ' in each["sql"])
        assert {name for name in LONG if f'"{name}"' in asked} == long, address
