"""The plan as people see and write it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tracker.calendar import WEEK, monday_of
from tracker.capacity import Capacity
from tracker.models import (
    Allocation,
    Channel,
    Event,
    Goal,
    LearningQuestion,
    Metric,
    Plan,
    Review,
    StaleWeek,
    Team,
    User,
)
from tracker.planning import allocate, review_plan

PAGE = "/t/tideline/plan/"


@pytest.fixture
def plan(team: Team, today: date) -> Plan:
    return Plan.objects.create(
        team=team,
        name="Autumn",
        starts_on=today - 5 * WEEK,
        ends_on=today + 5 * WEEK,
        accomplish="Forty leads.",
        learn="Who asks first?",
        execute="Two posts a week.",
        measure="Every first Monday.",
    )


@pytest.fixture
def owner(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def post(client: Client, noun: str, **typed: object) -> HttpResponse:
    fields = {f"{noun}-{name}": value for name, value in typed.items()}
    return client.post(PAGE, {"noun": noun, **fields})


# --- reading ------------------------------------------------------------------------------


def test_the_four_answers_stand_in_the_order_of_the_questions(owner: Client, plan: Plan) -> None:
    page = owner.get(PAGE).content.decode()
    places = [
        page.index(words)
        for words in ("Forty leads.", "Who asks first?", "Two posts a week.", "Every first Monday.")
    ]
    assert places == sorted(places)


def test_the_page_opens_on_the_plan_of_today(owner: Client, plan: Plan, today: date) -> None:
    Plan.objects.create(
        team=plan.team, name="Next", starts_on=today + 5 * WEEK, ends_on=today + 9 * WEEK
    )
    assert owner.get(PAGE).context["plan"] == plan


def test_another_plan_is_chosen_by_its_number(owner: Client, plan: Plan, today: date) -> None:
    later = Plan.objects.create(
        team=plan.team, name="Next", starts_on=today + 5 * WEEK, ends_on=today + 9 * WEEK
    )
    assert owner.get(f"{PAGE}?plan={later.pk}").context["plan"] == later


@pytest.mark.parametrize("number", ["theirs", "0", "-1", "x", "9" * 18])
def test_another_teams_plan_is_not_there(
    owner: Client, plan: Plan, other_team: Team, number: str
) -> None:
    theirs = Plan.objects.create(
        team=other_team, name="Theirs", starts_on=plan.starts_on, ends_on=plan.ends_on
    )
    chosen = str(theirs.pk) if number == "theirs" else number
    assert owner.get(PAGE, {"plan": chosen}).status_code == 404


def test_without_a_plan_owners_are_led_to_the_first_and_viewers_are_not(
    client: Client, alice: User, vera: User
) -> None:
    for person, leads in ((alice, True), (vera, False)):
        client.force_login(person)
        page = client.get(PAGE).content.decode()
        assert "No plan yet" in page
        assert ("/t/tideline/plan/new/" in page) == leads


def test_nothing_of_another_team_shows(
    owner: Client, plan: Plan, other_team: Team, today: date
) -> None:
    theirs = Plan.objects.create(
        team=other_team,
        name="Secret plan",
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        accomplish="Secret",
    )
    channel = Channel.objects.create(
        team=other_team, name="Secret channel", kind="blog", medium="online"
    )
    metric = Metric.objects.create(team=other_team, name="Secret metric", depth="reach")
    allocate(
        team=other_team,
        channel=channel,
        from_week=monday_of(today) + WEEK,
        weekly_minutes=1,
        registered_on=today,
    )
    Goal.objects.create(
        team=other_team, metric=metric, target=1, starts_on=today, due_on=today + WEEK
    )
    LearningQuestion.objects.create(team=other_team, text="Secret question")
    Event.objects.create(team=other_team, kind="press", name="Secret event", day=today)
    review_plan(plan=theirs, day=today, learnt="Secret", decision="Secret")
    assert "Secret" not in owner.get(PAGE).content.decode()


@pytest.mark.parametrize("role", ["bob", "vera"])
def test_who_may_not_write_sees_no_control(
    client: Client, plan: Plan, blog: Channel, role: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(role))
    page = client.get(PAGE).content.decode()
    content = page[page.index("<main") : page.index("</main>")]
    assert [word in content for word in ("<form", "<button", "Edit", "New plan")] == [False] * 4


def fill(team: Team, plan: Plan, metric: Metric, today: date, number: int) -> None:
    for n in range(number):
        channel = Channel.objects.create(team=team, name=f"C{n}", kind="blog", medium="online")
        for weeks in (1, 2):
            allocate(
                team=team,
                channel=channel,
                from_week=monday_of(today) + weeks * WEEK,
                weekly_minutes=weeks,
                plan=plan,
                registered_on=today,
            )
        Goal.objects.create(
            team=team,
            plan=plan,
            metric=metric,
            channel=channel,
            target=1,
            starts_on=today,
            due_on=today + WEEK,
        )
        LearningQuestion.objects.create(team=team, plan=plan, text=f"Q{n}")
        Event.objects.create(team=team, kind="press", name=f"E{n}", day=today, channel=channel)
        review_plan(plan=plan, day=today, learnt=f"L{n}", decision="Go on.")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("role", "queries"), [("alice", 16), ("vera", 12)])
def test_the_number_of_queries_does_not_grow_with_the_plan(
    client: Client,
    team: Team,
    plan: Plan,
    comments: Metric,
    today: date,
    rows: int,
    role: str,
    queries: int,
    request: pytest.FixtureRequest,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(request.getfixturevalue(role))
    fill(team, plan, comments, today, rows)
    with django_assert_num_queries(queries):
        assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("name", ["no", "0", "²", "9" * 30, "9" * 5000])
def test_a_plan_that_nobody_wrote_is_not_found(owner: Client, plan: Plan, name: str) -> None:
    assert owner.get(PAGE, {"plan": name}).status_code == 404


def test_on_the_teams_sunday_the_plan_of_the_week_that_has_begun_in_utc_counts(
    owner: Client, team: Team, plan: Plan, blog: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    week = date(2026, 1, 5)
    team.time_zone, team.past_open = "America/Los_Angeles", True
    team.save()
    allocate(
        team=team, channel=blog, from_week=week, weekly_minutes=90, registered_on=date(2026, 1, 1)
    )
    monkeypatch.setattr(
        "tracker.views.base.timezone.now", lambda: datetime(2026, 1, 5, 2, tzinfo=UTC)
    )
    assert owner.get(PAGE).context["capacities"] == [Capacity(week, 90, 0)]


# --- writing ------------------------------------------------------------------------------


def test_hours_are_typed_as_people_write_them(
    owner: Client, plan: Plan, blog: Channel, today: date
) -> None:
    week = monday_of(today) + WEEK
    response = post(
        owner,
        "allocation",
        channel=blog.pk,
        weekly_minutes="2h 15",
        weekly_posts="3",
        expected_delay_weeks="6",
        from_week=week.isoformat(),
    )
    assert (response.status_code, response["Location"]) == (302, f"{PAGE}#allocations")
    allocation = Allocation.objects.get(channel=blog)
    assert (
        allocation.plan,
        allocation.from_week,
        allocation.weekly_minutes,
        allocation.weekly_posts,
        allocation.expected_delay_weeks,
    ) == (plan, week, 135, 3, 6)


def test_a_channel_without_a_plan_may_begin_this_week_but_only_once(
    owner: Client, plan: Plan, blog: Channel, today: date
) -> None:
    week = monday_of(today)
    typed = {"channel": blog.pk, "expected_delay_weeks": 4, "from_week": week.isoformat()}
    assert post(owner, "allocation", weekly_minutes="1", **typed).status_code == 302
    again = post(owner, "allocation", weekly_minutes="2", **typed)
    assert again.status_code == 422
    assert list(again.context["allocation_form"].errors) == ["from_week"]
    assert "A plan does not change what has begun" in again.content.decode()
    assert [a.weekly_minutes for a in Allocation.objects.all()] == [60]


def test_there_is_nothing_to_end_where_nothing_was_planned(
    owner: Client, plan: Plan, blog: Channel, today: date
) -> None:
    typed = {"channel": blog.pk, "expected_delay_weeks": 4}
    week = monday_of(today).isoformat()
    response = post(owner, "allocation", weekly_minutes="0", from_week=week, **typed)
    assert response.status_code == 422
    assert "Nothing is planned on Blog yet, so there is nothing to end." in (
        response.content.decode()
    )
    assert not Allocation.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"weekly_minutes": "2 pounds"}, "weekly_minutes"),
        ({"weekly_minutes": "169"}, "weekly_minutes"),
        ({"weekly_minutes": "-1"}, "weekly_minutes"),
        ({"weekly_minutes": ""}, "weekly_minutes"),
        ({"weekly_minutes": "1" * 400}, "weekly_minutes"),
        ({"weekly_posts": "-1"}, "weekly_posts"),
        ({"expected_delay_weeks": "x"}, "expected_delay_weeks"),
        ({"from_week": "2020-01-06"}, "from_week"),
        ({"from_week": "soon"}, "from_week"),
        ({"channel": "0"}, "channel"),
    ],
)
def test_what_cannot_be_planned_is_said_beside_its_field(
    owner: Client,
    plan: Plan,
    blog: Channel,
    today: date,
    typed: dict[str, str],
    field: str,
) -> None:
    good = {
        "channel": blog.pk,
        "weekly_minutes": "2",
        "expected_delay_weeks": "4",
        "from_week": (monday_of(today) + WEEK).isoformat(),
    }
    response = post(owner, "allocation", **{**good, **typed})
    assert response.status_code == 422
    assert list(response.context["allocation_form"].errors) == [field]
    assert Allocation.objects.count() == 0


@pytest.mark.parametrize("noun", ["allocation", "goal", "event"])
def test_another_teams_channel_cannot_be_chosen(
    owner: Client, plan: Plan, other_team: Team, comments: Metric, today: date, noun: str
) -> None:
    theirs = Channel.objects.create(team=other_team, name="Theirs", kind="blog", medium="online")
    response = post(
        owner,
        noun,
        channel=theirs.pk,
        weekly_minutes="1",
        expected_delay_weeks="1",
        from_week=(monday_of(today) + WEEK).isoformat(),
        metric=comments.pk,
        target="5",
        starts_on=today,
        due_on=today + WEEK,
        day=today,
        kind="press",
        name="x",
    )
    assert response.status_code == 422
    assert list(response.context[f"{noun}_form"].errors) == ["channel"]


def test_another_teams_metric_cannot_be_chosen(
    owner: Client, plan: Plan, other_team: Team, today: date
) -> None:
    theirs = Metric.objects.create(team=other_team, name="Theirs", depth="reach")
    response = post(owner, "goal", metric=theirs.pk, target=1, starts_on=today, due_on=today + WEEK)
    assert list(response.context["goal_form"].errors) == ["metric"]


def test_a_goal_is_added_to_the_plan(
    owner: Client, plan: Plan, comments: Metric, today: date
) -> None:
    post(owner, "goal", metric=comments.pk, target=40, starts_on=today, due_on=today + WEEK)
    goal = Goal.objects.get()
    assert (goal.plan, goal.team, goal.metric, goal.channel, goal.target) == (
        plan,
        plan.team,
        comments,
        None,
        40,
    )


def test_a_goal_that_is_set_changed_or_taken_back_has_its_channels_computed_again(
    owner: Client, plan: Plan, blog: Channel, comments: Metric, today: date
) -> None:
    typed = {
        "metric": comments.pk,
        "target": 40,
        "channel": blog.pk,
        "starts_on": today,
        "due_on": today + WEEK,
    }
    post(owner, "goal", **typed)
    page = f"{PAGE}goals/{Goal.objects.get().pk}/"
    for change in (None, typed | {"target": 50}, {"delete": "yes"}):
        if change is not None:
            owner.post(page, change)
        assert StaleWeek.objects.get().channel == blog
        StaleWeek.objects.all().delete()
    assert not Goal.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"), [({"target": 0}, "target"), ({"due_on": "2000-01-01"}, "due_on")]
)
def test_a_goal_that_cannot_be_is_refused(
    owner: Client,
    plan: Plan,
    comments: Metric,
    today: date,
    change: dict[str, object],
    field: str,
) -> None:
    typed = {"metric": comments.pk, "target": 4, "starts_on": today, "due_on": today + WEEK}
    response = post(owner, "goal", **{**typed, **change})
    assert list(response.context["goal_form"].errors) == [field]
    assert Goal.objects.count() == 0


def test_a_question_is_added_answered_and_deleted(owner: Client, plan: Plan, today: date) -> None:
    post(owner, "question", text="Who asks first?")
    question = LearningQuestion.objects.get()
    address = f"/t/tideline/plan/questions/{question.pk}/"
    assert owner.get(address).status_code == 200
    refused = owner.post(address, {"text": "Who asks first?", "answered_on": today})
    assert list(refused.context["form"].errors) == ["answer"]
    owner.post(address, {"text": "Who asks first?", "answer": "Agencies.", "answered_on": today})
    question.refresh_from_db()
    assert (question.plan, question.answer, question.answered_on) == (plan, "Agencies.", today)
    assert owner.post(address, {"delete": "yes"}).status_code == 302
    assert LearningQuestion.objects.count() == 0


def test_an_event_marks_its_weeks_when_it_comes_moves_and_goes(
    owner: Client, plan: Plan, blog: Channel, today: date
) -> None:
    post(owner, "event", day=today, kind="launch", name="2.0", channel="")
    event = Event.objects.get()
    address = f"/t/tideline/plan/events/{event.pk}/"
    owner.post(address, {"day": today - WEEK, "kind": "launch", "name": "2.0", "channel": blog.pk})
    owner.post(address, {"delete": "yes"})
    monday = monday_of(today)
    assert Event.objects.count() == 0
    assert list(StaleWeek.objects.order_by("pk").values_list("week", flat=True)) == [
        monday,
        monday,
        monday - WEEK,
        monday - WEEK,
    ]


def test_a_review_quotes_the_plan_of_its_day(owner: Client, plan: Plan, today: date) -> None:
    post(owner, "review", learnt="X is slow.", decision="Less X.", from_week="")
    review = Review.objects.get()
    assert (review.plan, review.day, review.from_week) == (plan, today, None)
    assert review.plan_words.startswith("Accomplish: Forty leads.")


def test_a_coming_change_can_be_withdrawn_and_a_begun_one_not(
    owner: Client, team: Team, plan: Plan, blog: Channel, today: date
) -> None:
    week = monday_of(today)
    begun, coming = (
        allocate(team=team, channel=blog, from_week=start, weekly_minutes=1, registered_on=today)
        for start in (week, week + WEEK)
    )
    for allocation in (begun, coming):
        response = owner.post(f"/t/tideline/plan/allocations/{allocation.pk}/withdraw/")
        assert response.status_code == 302
    assert list(Allocation.objects.all()) == [begun]
    assert "what has begun stays" in owner.get(PAGE).content.decode()
    assert owner.get(f"/t/tideline/plan/allocations/{begun.pk}/withdraw/").status_code == 405


def test_the_answers_are_written_and_rewritten(owner: Client, team: Team, today: date) -> None:
    typed = {"name": "Autumn", "starts_on": today, "ends_on": today + timedelta(days=90)}
    owner.post("/t/tideline/plan/new/", {**typed, "accomplish": "Forty leads."})
    plan = Plan.objects.of_team(team).get()
    address = f"/t/tideline/plan/{plan.pk}/answers/"
    refused = owner.post(address, {**typed, "ends_on": today})
    assert list(refused.context["form"].errors) == ["ends_on"]
    response = owner.post(address, {**typed, "accomplish": "Four leads."})
    assert response["Location"] == f"{PAGE}?plan={plan.pk}"
    plan.refresh_from_db()
    assert plan.accomplish == "Four leads."


@pytest.mark.parametrize("noun", ["", "plan", "allocations"])
def test_an_unknown_noun_is_a_bad_request(owner: Client, plan: Plan, noun: str) -> None:
    assert owner.post(PAGE, {"noun": noun}).status_code == 400


# --- who may ------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [("bob", 403), ("vera", 403), ("charlie", 404)])
def test_only_owners_write(
    client: Client,
    team: Team,
    plan: Plan,
    blog: Channel,
    comments: Metric,
    today: date,
    role: str,
    status: int,
    request: pytest.FixtureRequest,
) -> None:
    fill(team, plan, comments, today, 1)
    client.force_login(request.getfixturevalue(role))
    rows = {
        "goals": Goal.objects.get(),
        "questions": LearningQuestion.objects.get(),
        "events": Event.objects.get(),
    }
    forms = [f"{PAGE}{name}/{row.pk}/" for name, row in rows.items()]
    forms += [f"{PAGE}new/", f"{PAGE}{plan.pk}/answers/"]
    before = StaleWeek.objects.count()
    assert {client.get(address).status_code for address in forms} == {status}
    writes = [*forms, PAGE, f"{PAGE}allocations/{Allocation.objects.first().pk}/withdraw/"]
    assert {client.post(address, {"delete": "yes"}).status_code for address in writes} == {status}
    assert {type(row).objects.count() for row in rows.values()} == {1}
    assert (Allocation.objects.count(), StaleWeek.objects.count()) == (2, before)


def test_an_owner_reaches_no_row_of_another_team(
    client: Client,
    charlie: User,
    team: Team,
    plan: Plan,
    comments: Metric,
    today: date,
) -> None:
    fill(team, plan, comments, today, 1)
    client.force_login(charlie)
    own = "/t/undertow/plan/"
    addresses = [
        f"{own}goals/{Goal.objects.get().pk}/",
        f"{own}questions/{LearningQuestion.objects.get().pk}/",
        f"{own}events/{Event.objects.get().pk}/",
        f"{own}{plan.pk}/answers/",
        f"{own}allocations/{Allocation.objects.first().pk}/withdraw/",
    ]
    assert {client.post(address, {"delete": "yes"}).status_code for address in addresses} == {404}
    assert Goal.objects.count() == 1


def test_posts_without_hours_are_a_plan_and_no_end(
    owner: Client, team: Team, plan: Plan, blog: Channel, today: date
) -> None:
    Allocation.objects.create(
        team=team,
        channel=blog,
        from_week=monday_of(today),
        weekly_minutes=0,
        weekly_posts=3,
        registered_on=today,
    )
    page = owner.get(PAGE).content.decode()
    assert '<td class="num">3</td>' in page
    assert "ended" not in page
