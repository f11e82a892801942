"""Channels, metrics and people as a team keeps them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.conftest import join, make_user
from tracker.calendar import WEEK, monday_of
from tracker.models import Channel, Membership, Metric, StaleWeek, Team, User
from tracker.ordering import LAST_POSITION
from tracker.planning import allocate

PAGE = "/t/tideline/channels/"


@pytest.fixture
def owner(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_it_shows_what_is_worked_on_counted_and_who_is_in(
    owner: Client, bob: User, vera: User, blog: Channel, comments: Metric, charlie: User
) -> None:
    page = owner.get(PAGE).content.decode()
    assert [words in page for words in ("Blog", "Comments", "vera@example.com")] == [True] * 3
    assert "charlie@example.com" not in page
    assert [person.role for person in owner.get(PAGE).context["people"]] == [
        "owner",
        "member",
        "viewer",
    ]


def test_worth_is_shown_without_the_databases_zeros(owner: Client, team: Team) -> None:
    Metric.objects.create(team=team, name="Likes", worth=Decimal("0.1000"), depth="reaction")
    Metric.objects.create(team=team, name="Leads", worth=Decimal("40.0000"), depth="outcome")
    page = owner.get(PAGE).content.decode()
    assert ">0.1</td>" in page
    assert ">40</td>" in page


@pytest.mark.parametrize("role", ["bob", "vera"])
def test_who_may_not_write_sees_no_control(
    client: Client,
    blog: Channel,
    comments: Metric,
    role: str,
    request: pytest.FixtureRequest,
) -> None:
    client.force_login(request.getfixturevalue(role))
    page = client.get(PAGE).content.decode()
    content = page[page.index("<main") : page.index("</main>")]
    assert [word in content for word in ("<form", "<button", "Edit")] == [False] * 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(
    owner: Client,
    team: Team,
    today: date,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(rows):
        channel = Channel.objects.create(team=team, name=f"C{n}", kind="blog", medium="online")
        Channel.objects.create(
            team=team, name=f"A{n}", kind="blog", medium="online", archived_at=timezone.now()
        )
        allocate(
            team=team,
            channel=channel,
            from_week=monday_of(today),
            weekly_minutes=1,
            registered_on=today,
        )
        Metric.objects.create(team=team, name=f"M{n}", depth="reach")
        join(team, make_user(f"Person{n}"), Membership.Role.VIEWER)
    with django_assert_num_queries(8):
        assert owner.get(PAGE).status_code == 200


def test_a_channel_is_added_after_the_others(owner: Client, blog: Channel) -> None:
    blog.position = 4
    blog.save()
    response = owner.post(
        PAGE,
        {
            "noun": "channel",
            "channel-name": " X ",
            "channel-kind": "x",
            "channel-medium": "online",
        },
    )
    assert (response.status_code, response["Location"]) == (302, f"{PAGE}#channels")
    assert [(c.name, c.position) for c in Channel.objects.of_team(blog.team)] == [
        ("Blog", 4),
        ("X", 5),
    ]


def test_a_channel_is_added_even_where_the_last_place_is_taken(
    owner: Client, blog: Channel
) -> None:
    blog.position = LAST_POSITION
    blog.save()
    typed = {"channel-name": "X", "channel-kind": "x", "channel-medium": "online"}
    assert owner.post(PAGE, {"noun": "channel", **typed}).status_code == 302
    assert list(Channel.objects.of_team(blog.team).values_list("name", "position")) == [
        ("Blog", LAST_POSITION),
        ("X", LAST_POSITION),
    ]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"channel-name": "bLOG"}, "name"),
        ({"channel-name": "  "}, "name"),
        ({"channel-name": "x" * 81}, "name"),
        ({"channel-kind": "carrier pigeon"}, "kind"),
        ({"channel-medium": ""}, "medium"),
    ],
)
def test_what_cannot_be_a_channel_is_said_beside_its_field(
    owner: Client, blog: Channel, typed: dict[str, str], field: str
) -> None:
    good = {"channel-name": "X", "channel-kind": "x", "channel-medium": "online"}
    response = owner.post(PAGE, {"noun": "channel", **good, **typed})
    assert response.status_code == 422
    assert list(response.context["channel_form"].errors) == [field]
    assert Channel.objects.of_team(blog.team).count() == 1


def test_another_teams_channel_may_have_the_same_name(
    owner: Client, team: Team, other_team: Team
) -> None:
    Channel.objects.create(team=other_team, name="X", kind="x", medium="online")
    owner.post(
        PAGE,
        {"noun": "channel", "channel-name": "X", "channel-kind": "x", "channel-medium": "online"},
    )
    assert Channel.objects.of_team(team).count() == 1


def test_a_channel_is_renamed_moved_archived_and_brought_back(
    owner: Client, team: Team, blog: Channel, meetup: Channel, today: date
) -> None:
    address = f"{PAGE}{meetup.pk}/"
    owner.post(address, {"name": "meetup", "kind": "meetup", "medium": "in_person"})
    owner.post(address, {"move": "up"})
    assert [c.name for c in Channel.objects.of_team(team)] == ["meetup", "Blog"]
    allocate(
        team=team,
        channel=meetup,
        from_week=monday_of(today) + WEEK,
        weekly_minutes=60,
        registered_on=today,
    )
    owner.post(address, {"archive": "yes"})
    assert [c.name for c in Channel.objects.of_team(team).active()] == ["Blog"]
    assert meetup.allocations.count() == 0
    owner.post(address, {"move": "down"})  # says nothing about an archived one; it is saved as is
    owner.post(address, {"restore": "yes"})
    assert [c.name for c in Channel.objects.of_team(team).active()] == ["meetup", "Blog"]


def test_a_changed_worth_makes_the_team_stale(
    owner: Client, blog: Channel, comments: Metric
) -> None:
    address = f"/t/tideline/metrics/{comments.pk}/"
    typed = {"name": "Comments", "depth": "conversation"}
    assert owner.get(address).context["form"]["worth"].value() == "3"
    owner.post(address, {**typed, "worth": "3"})
    assert StaleWeek.objects.count() == 0
    owner.post(address, {**typed, "worth": "4.5"})
    comments.refresh_from_db()
    assert comments.worth == Decimal("4.5")
    assert [mark.channel for mark in StaleWeek.objects.all()] == [blog]


@pytest.mark.parametrize("worth", ["-1", "x", "", "NaN", "1e9", "0.00001"])
def test_a_worth_that_cannot_be_is_refused(owner: Client, team: Team, worth: str) -> None:
    response = owner.post(
        PAGE,
        {"noun": "metric", "metric-name": "M", "metric-depth": "reach", "metric-worth": worth},
    )
    assert list(response.context["metric_form"].errors) == ["worth"]
    assert Metric.objects.of_team(team).count() == 0


def test_a_metric_is_added_once(owner: Client, team: Team, comments: Metric) -> None:
    for name, count in (("Leads", 2), ("leads", 2), ("COMMENTS", 2)):
        owner.post(
            PAGE,
            {
                "noun": "metric",
                "metric-name": name,
                "metric-depth": "outcome",
                "metric-worth": "40",
            },
        )
        assert Metric.objects.of_team(team).count() == count


@pytest.mark.parametrize(("role", "status"), [("bob", 403), ("vera", 403), ("charlie", 404)])
def test_only_owners_write(
    client: Client,
    blog: Channel,
    comments: Metric,
    role: str,
    status: int,
    request: pytest.FixtureRequest,
) -> None:
    client.force_login(request.getfixturevalue(role))
    rows = [f"{PAGE}{blog.pk}/", f"/t/tideline/metrics/{comments.pk}/"]
    assert {client.get(address).status_code for address in rows} == {status}
    assert {
        client.post(address, {"archive": "yes", "move": "up", "name": "Gone"}).status_code
        for address in (*rows, PAGE)
    } == {status}
    blog.refresh_from_db()
    assert (blog.name, blog.archived_at) == ("Blog", None)


def test_an_owner_reaches_no_row_of_another_team(
    client: Client, charlie: User, blog: Channel, comments: Metric
) -> None:
    client.force_login(charlie)
    addresses = [
        f"/t/undertow/channels/{blog.pk}/",
        f"/t/undertow/metrics/{comments.pk}/",
    ]
    assert {client.get(address).status_code for address in addresses} == {404}
    assert {client.post(address, {"archive": "1"}).status_code for address in addresses} == {404}
