from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.api import router
from engagement.api.questions import Question
from engagement.models import Estimate
from engagement.returns.estimate import MODEL_VERSION
from engagement.whatif import next_hours, start_later, what_if
from tests.api import program_of
from tests.engagement.prospects import a_history, store
from tracker.calendar import WEEK, monday_of
from tracker.models import Channel, Team, User

TEAM = "/api/v1/teams/tideline/"
NOUNS = ("what-if", "reallocation", "start")


def fill(channel: Channel, seed: int = 1, **how: Any) -> None:
    """Forty weeks up to the one that is running."""
    running = monday_of(channel.team.day_at(timezone.now()))
    history = a_history(seed, **how)
    store(channel, replace(history, first_week=running - len(history.hours) * WEEK))


def sound(noun: str, channel: Channel) -> dict[str, Any]:
    return {
        "what-if": {"hours": {str(channel.pk): 6}},
        "reallocation": {"hours": 2, "bounds": {str(channel.pk): {"least": 1}}},
        "start": {"channel": channel.pk, "hours": 6, "delay_weeks": 13},
    }[noun]


def ask(user: User, noun: str, question: Any, *, status: int = 200) -> Any:
    answer = program_of(user, read_only=True).post(f"{TEAM}{noun}/", question)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_change_is_held_against_the_plan(
    vera: User, team: Team, blog: Channel, meetup: Channel
) -> None:
    fill(blog)
    fill(meetup, effect=0.0)
    found = what_if(team=team, hours={blog.pk: 6.0}, now=timezone.now(), weeks=8)
    (ours,) = found.channels
    assert ask(vera, "what-if", {"weeks": 8, "hours": {str(blog.pk): 6}}) == {
        "model_version": MODEL_VERSION,
        "first_week": found.first_week.isoformat(),
        "weeks": 8,
        "together": asdict(found.together),
        "channels": [
            {
                "channel": blog.pk,
                "planned_hours": 3.0,
                "hours": 6.0,
                **asdict(ours.brought),
                "bank_fades": ours.bank_fades.isoformat() if ours.bank_fades else None,
            }
        ],
        "unknown": [meetup.pk],
    }
    assert ask(vera, "what-if", {"hours": {}})["weeks"] == 13


def test_hours_are_sent_where_they_bring_most(
    vera: User, team: Team, blog: Channel, meetup: Channel
) -> None:
    fill(blog, effect=0.1)
    fill(meetup, 2, effect=9.0)
    for question, asked in (
        ({}, {}),
        ({"hours": None, "bounds": {}}, {}),
        ({"hours": 1.5}, {"hours": 1.5}),
        (
            {"bounds": {str(blog.pk): {"least": 2, "most": None}, str(meetup.pk): {"most": 4}}},
            {"bounds": {blog.pk: (2.0, None), meetup.pk: (None, 4.0)}},
        ),
    ):
        found = next_hours(team=team, now=timezone.now(), **asked)
        told = ask(vera, "reallocation", question)
        assert told == {
            "model_version": MODEL_VERSION,
            "gain": asdict(found.gain),
            "p_better": found.p_better,
            "channels": [
                {
                    "channel": move.channel_id,
                    "hours_before": move.hours_before,
                    "hours": move.hours,
                    "next_hour": asdict(move.next_hour),
                    "gain": asdict(move.gain),
                }
                for move in found.channels
            ],
            "unknown": [],
        }


def test_now_is_held_against_later(vera: User, team: Team, blog: Channel) -> None:
    fill(blog)
    found = start_later(team=team, channel_id=blog.pk, hours=6.0, wait=13, now=timezone.now())
    assert ask(vera, "start", sound("start", blog)) == {
        "model_version": MODEL_VERSION,
        "first_week": found.first_week.isoformat(),
        "weeks": 26,
        "now": asdict(found.now),
        "later": asdict(found.later),
        "lost": asdict(found.lost),
    }


@pytest.mark.parametrize(
    ("noun", "question", "line"),
    [
        ("what-if", {}, "hours: This field is required."),
        ("what-if", {"hours": [3]}, "hours: this takes an object with the ids of channels as keys"),
        ("what-if", {"hours": {}, "week": 3}, "week: there is no such field here"),
        (
            "what-if",
            {"weeks": 27, "hours": {"OURS": 169}},
            "weeks: Ensure this value is less than or equal to 26.; "
            "hours.OURS: this takes hours a week, a number from 0 to 168",
        ),
        (
            "what-if",
            {"hours": {"OURS": True}},
            "hours.OURS: this takes hours a week, a number from 0 to 168",
        ),
        (
            "what-if",
            {"hours": {"OURS": 10**400}},
            "hours.OURS: this takes hours a week, a number from 0 to 168",
        ),
        (
            "what-if",
            {"hours": {"OURS": 1, "0OURS": 2}},
            "hours.0OURS: this channel stands here more than once",
        ),
        (
            "what-if",
            {"hours": {"THEIRS": 1, "987654321": 1, "blog": 1}},
            "hours.THEIRS: this team has no such row among its channels; "
            "hours.987654321: this team has no such row among its channels; "
            "hours.blog: this takes an id, a whole number",
        ),
        (
            "what-if",
            {"hours": {"ARCHIVED": 1}},
            "hours.ARCHIVED: this channel is archived, so nothing is planned on it",
        ),
        (
            "what-if",
            {"hours": {"NEW": 1}},
            "channel NEW is not in use, or nothing was computed of it",
        ),
        (
            "reallocation",
            {"hours": "2", "bounds": {"OURS": {"least": 3, "most": 2}, "NEW": {"max": 1}}},
            "hours: this takes hours a week, a number from 0 to 168; "
            "bounds.OURS.most: this is below `least`; "
            "bounds.NEW.max: there is no such field here",
        ),
        (
            "reallocation",
            {"bounds": {"OURS": {"least": 100}}},
            "the minimums add up to 100 hours a week, which is more than 3.06154",
        ),
        (
            "start",
            {"channel": "THEIRS", "hours": 1, "delay_weeks": 1},
            "channel: this team has no such row among its channels",
        ),
        (
            "start",
            {"channel": "OURS", "hours": 1, "delay_weeks": 9, "weeks": 8},
            "delay_weeks: this is more than the weeks compared",
        ),
    ],
)
def test_what_makes_no_question_is_refused_field_by_field(
    vera: User,
    team: Team,
    other_team: Team,
    blog: Channel,
    meetup: Channel,
    noun: str,
    question: Any,
    line: str,
) -> None:
    fill(blog)
    fill(meetup)
    Channel.objects.filter(pk=meetup.pk).update(archived_at=timezone.now())
    theirs = Channel.objects.create(team=other_team, name="Blog", kind="blog", medium="online")
    new = Channel.objects.create(team=team, name="New", kind="blog", medium="online")
    names = {"OURS": blog, "ARCHIVED": meetup, "THEIRS": theirs, "NEW": new}

    def named(part: Any) -> Any:
        if isinstance(part, dict):
            return {named(key): named(value) for key, value in part.items()}
        if isinstance(part, str):
            for name, channel in names.items():
                part = part.replace(name, str(channel.pk))
        return part

    refused = ask(vera, noun, named(question), status=400)
    assert refused["detail"] == named(line)


@pytest.mark.parametrize("noun", NOUNS)
def test_what_is_being_computed_has_no_answer_yet(
    vera: User, blog: Channel, meetup: Channel, noun: str
) -> None:
    assert ask(vera, noun, sound(noun, blog), status=409)["code"] == "conflict"
    fill(blog)
    fill(meetup, 2)
    ask(vera, noun, sound(noun, blog))
    Estimate.objects.filter(channel=meetup).update(model_version="other")
    assert ask(vera, noun, sound(noun, blog), status=409) == {
        "code": "conflict",
        "detail": f"the estimate of channel {meetup.pk} is of model other; it is being computed "
        f"anew by {MODEL_VERSION}",
        "problems": [],
    }


def test_a_start_on_a_channel_without_hours_has_no_answer(
    vera: User, blog: Channel, meetup: Channel
) -> None:
    fill(blog, effect=0.0)
    fill(meetup)
    refused = ask(vera, "start", sound("start", blog), status=409)
    assert refused["detail"] == "no hour was ever spent on this channel"


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("noun", NOUNS)
def test_a_question_writes_nothing_and_takes_the_same_number_of_queries(
    vera: User, team: Team, noun: str, channels: int
) -> None:
    for number in range(channels):
        channel = Channel.objects.create(
            team=team, name=f"Blog {number}", kind="blog", medium="online"
        )
        fill(channel, number)
    program = program_of(vera, read_only=True)
    with CaptureQueriesContext(connection) as queries:
        assert program.post(f"{TEAM}{noun}/", sound(noun, channel)).status_code == 200
    # Token with user, membership with team, channels, estimates, weeks.
    assert [each["sql"].split()[0] for each in queries] == ["SELECT"] * 5


def test_only_questions_may_be_asked_by_those_who_only_read(
    vera: User, alice: User, blog: Channel
) -> None:
    claiming = {
        prefix for prefix, resource, _ in router.registry if getattr(resource, "writes_nothing", 0)
    }
    assert claiming == {f"teams/<slug:team>/{noun}" for noun in NOUNS}
    for prefix, resource, _ in router.registry:
        if prefix in claiming:
            assert issubclass(resource, Question)
            assert resource.http_method_names == ["post", "options"]
    fill(blog)
    for user, read_only in ((vera, False), (vera, True), (alice, True)):
        program = program_of(user, read_only=read_only)
        for noun in NOUNS:
            assert program.post(f"{TEAM}{noun}/", sound(noun, blog)).status_code == 200
            for method in ("put", "patch", "delete"):
                assert getattr(program, method)(f"{TEAM}{noun}/", {}).status_code in {403, 405}
        refused = program.post(f"{TEAM}channels/", {"name": "X", "kind": "x", "medium": "online"})
        assert refused.status_code == 403
