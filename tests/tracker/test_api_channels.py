from __future__ import annotations

from datetime import date

from tests.api import program_of, results
from tests.tracker.test_plan import allocate_in_the_past
from tracker.calendar import WEEK, monday_of
from tracker.models import Channel, StaleWeek, Team, User

CHANNELS = "/api/v1/teams/tideline/channels/"
LINKEDIN = {"name": "LinkedIn", "kind": "linkedin", "medium": "online"}


def test_an_owner_adds_a_channel(alice: User, team: Team) -> None:
    answer = program_of(alice).post(CHANNELS, LINKEDIN | {"position": 3})
    channel = Channel.objects.of_team(team).get()
    assert answer.status_code == 201
    assert answer.json() == {"id": channel.pk, **LINKEDIN, "position": 3, "archived": False}


def test_a_name_stands_once_in_a_team_whatever_its_case(
    alice: User, blog: Channel, other_team: Team
) -> None:
    Channel.objects.create(team=other_team, name="LinkedIn", kind="linkedin", medium="online")
    program = program_of(alice)
    taken = {
        "code": "invalid",
        "detail": "name: the team has a channel of this name already",
        "problems": [
            {"where": "name", "reason": "the team has a channel of this name already"},
        ],
    }
    answer = program.post(CHANNELS, LINKEDIN | {"name": "bLOG"})
    assert (answer.status_code, answer.json()) == (400, taken)
    linkedin = program.post(CHANNELS, LINKEDIN).json()["id"]
    answer = program.patch(f"{CHANNELS}{linkedin}/", {"name": "blog"})
    assert (answer.status_code, answer.json()) == (400, taken)
    assert program.patch(f"{CHANNELS}{blog.pk}/", {"name": "BLOG"}).json()["name"] == "BLOG"


def test_what_is_written_wrongly_is_named_all_at_once(alice: User) -> None:
    answer = program_of(alice).post(
        CHANNELS, {"name": " ", "kind": "fax", "position": 32_768, "colour": "red", "id": 7}
    )
    assert answer.status_code == 400
    assert answer.json()["problems"] == [
        {"where": "colour", "reason": "there is no such field here"},
        {"where": "id", "reason": "this field can't be written"},
    ]
    answer = program_of(alice).post(CHANNELS, {"name": " ", "kind": "fax", "position": 32_768})
    assert answer.json()["problems"] == [
        {"where": "name", "reason": "This field may not be blank."},
        {"where": "kind", "reason": '"fax" is not a valid choice.'},
        {"where": "medium", "reason": "This field is required."},
        {"where": "position", "reason": "Ensure this value is less than or equal to 32767."},
    ]
    assert Channel.objects.count() == 0


def test_archiving_ends_the_channels_plan_and_can_be_taken_back(
    alice: User, blog: Channel, today: date
) -> None:
    allocate_in_the_past(blog, monday_of(today) - WEEK)
    program = program_of(alice)
    answer = program.patch(f"{CHANNELS}{blog.pk}/", {"archived": True})
    assert (answer.status_code, answer.json()["archived"]) == (200, True)
    assert list(blog.allocations.values_list("from_week", "weekly_minutes")) == [
        (monday_of(today) - WEEK, 120),
        (monday_of(today) + WEEK, 0),
    ]
    assert StaleWeek.objects.filter(channel=blog).exists()
    blog.refresh_from_db()
    since = blog.archived_at
    program.patch(f"{CHANNELS}{blog.pk}/", {"archived": True})
    blog.refresh_from_db()
    assert blog.archived_at == since
    assert program.patch(f"{CHANNELS}{blog.pk}/", {"archived": False}).json()["archived"] is False
    blog.refresh_from_db()
    assert blog.archived_at is None


def test_the_list_can_be_narrowed_to_archived_ones_or_to_the_others(
    alice: User, blog: Channel, meetup: Channel
) -> None:
    program = program_of(alice)
    program.patch(f"{CHANNELS}{meetup.pk}/", {"archived": True})
    assert [row["name"] for row in results(program, CHANNELS)] == ["Blog", "Meetup"]
    assert [row["name"] for row in results(program, CHANNELS, archived="true")] == ["Meetup"]
    assert [row["name"] for row in results(program, CHANNELS, archived="false")] == ["Blog"]


def test_a_channel_is_not_deleted(alice: User, blog: Channel) -> None:
    assert program_of(alice).delete(f"{CHANNELS}{blog.pk}/").status_code == 405
    assert Channel.objects.count() == 1
