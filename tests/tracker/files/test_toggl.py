from __future__ import annotations

from datetime import date

import pytest

from tests.tracker.importing import bring, counts, entries, refusals
from tracker.models import Channel, Team, TimeEntry, User

HEADER = (
    "\ufeffUser,Email,Client,Project,Task,Description,Billable,"
    "Start date,Start time,End date,End time,Duration,Tags,Amount (USD)\n"
)


def row(
    *,
    user: str = "Bob Brown,bob@example.com",
    project: str = "Blog",
    task: str = "",
    note: str = "",
    start: str = "2026-03-03,09:00:00",
    end: str = "2026-03-03,10:00:00",
    duration: str = "01:00:00",
    tags: str = "",
) -> str:
    return f'{user},,{project},{task},"{note}",No,{start},{end},{duration},"{tags}",\n'


def test_a_row_becomes_an_entry(team: Team, blog: Channel, bob: User) -> None:
    batch, outcome = bring(team, HEADER + row(task="Replies", note='On ""depth"", with a comma'))

    assert counts(outcome) == (1, 0, 0)
    entry = TimeEntry.objects.get()
    assert (entry.day, entry.channel, entry.person) == (date(2026, 3, 3), blog, bob)
    assert (entry.minutes, entry.activity, entry.posts) == (60, "reply", 0)
    assert entry.note == 'On "depth", with a comma'
    assert (entry.source, entry.confirmation, entry.batch) == ("toggl", "imported", batch)


def test_the_newer_variant_quotes_everything_and_has_no_amount(team: Team, blog: Channel) -> None:
    names = HEADER.strip().removeprefix("\ufeff").split(",")[:-1]
    cells = [*("Mara", "mara@example.net", "", "Blog", "", "", "No", "2026-03-03", "09:00:00")]
    cells += ["2026-03-03", "09:45:00", "00:45:00", ""]
    text = "\ufeff" + "\n".join(",".join(f'"{cell}"' for cell in line) for line in (names, cells))
    _, outcome = bring(team, text)
    assert counts(outcome) == (1, 0, 0)
    assert entries() == [(date(2026, 3, 3), "Blog", 45)]
    assert TimeEntry.objects.get().person_label == "mara@example.net"


def test_a_member_is_known_by_address_or_else_by_name(team: Team, blog: Channel, bob: User) -> None:
    bring(
        team,
        HEADER
        + row(user="Somebody,BOB@example.com")
        + row(user="bob,bob@elsewhere.example", start="2026-03-03,09:10:00")
        + row(user="Bobby,", start="2026-03-03,09:20:00"),
    )
    people = TimeEntry.objects.order_by("pk").values_list("person__email", "person_label")
    assert list(people) == [("bob@example.com", ""), ("bob@example.com", ""), (None, "Bobby")]


def test_a_name_that_two_members_bear_is_nobody_in_particular(
    team: Team, blog: Channel, alice: User, bob: User
) -> None:
    User.objects.filter(pk=alice.pk).update(name="Bob")
    bring(team, HEADER + row(user="Bob,"))
    assert TimeEntry.objects.get().person_label == "Bob"


def test_the_channel_is_chosen_by_map_then_name_then_channel(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    text = (
        HEADER
        + row(project="Website")
        + row(project="blog ", start="2026-03-04,09:00:00", end="2026-03-04,10:00:00")
        + row(
            project="Other",
            tags="deep work, MEETUP",
            start="2026-03-05,09:00:00",
            end="2026-03-05,10:00:00",
        )
        + row(project="Other", start="2026-03-06,09:00:00", end="2026-03-06,10:00:00")
    )
    _, outcome = bring(team, text, mapping={"website": "Meetup"})
    assert entries() == [
        (date(2026, 3, 3), "Meetup", 60),
        (date(2026, 3, 4), "Blog", 60),
        (date(2026, 3, 5), "Meetup", 60),
    ]
    assert refusals(outcome) == [
        "row 5: project 'Other' is no channel of tideline; add --map \"Other=CHANNEL\" or --channel"
    ]
    _, outcome = bring(team, text, mapping={"website": "Meetup"}, channel="Blog")
    assert counts(outcome) == (1, 3, 0)


def test_an_entry_past_midnight_is_split_by_day(team: Team, blog: Channel) -> None:
    text = HEADER + row(start="2026-03-03,23:15:00", end="2026-03-04,00:30:30", duration="01:15:30")
    _, outcome = bring(team, text)
    assert counts(outcome) == (1, 0, 0)
    assert entries() == [(date(2026, 3, 3), "Blog", 45), (date(2026, 3, 4), "Blog", 31)]
    assert counts(bring(team, text)[1]) == (0, 1, 0)


def test_two_entries_of_one_person_that_start_together_are_two(team: Team, blog: Channel) -> None:
    text = HEADER + row() + row(duration="00:30:00") + row(user="Ann,ann@example.com")
    assert counts(bring(team, text)[1]) == (3, 0, 0)
    assert counts(bring(team, text)[1]) == (0, 3, 0)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"duration": "00:00:00"}, "it lasts no time at all"),
        ({"duration": "00:00:29"}, "it lasts 29 seconds, less than half a minute"),
        ({"duration": "-00:30:00"}, "its duration -00:30:00 is negative"),
        ({"duration": "24:00:01"}, "it lasts 24.0 hours, more than a day has"),
        ({"duration": "soon"}, "'soon' is not a duration such as 01:30:00"),
        ({"start": "2026-02-30,09:00:00"}, "there is no day 2026-02-30"),
        ({"start": ",09:00:00"}, "it has no date"),
        ({"start": "2026-03-03,"}, "it has no time of day"),
        ({"start": "2026-03-03,24:00:00"}, "there is no time 24:00:00"),
        (
            {"end": "2026-03-03,08:59:59"},
            "it ends (2026-03-03 08:59:59) before it starts",
        ),
        ({"note": "n" * 2001}, "the note has 2001 characters, 2000 fit"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_rest_goes_in(
    team: Team, blog: Channel, broken: dict[str, str], reason: str
) -> None:
    good = row(start="2026-03-09,09:00:00", end="2026-03-09,10:00:00")
    _, outcome = bring(team, HEADER + row(**broken) + good)
    assert refusals(outcome) == [f"row 2: {reason}"]
    assert entries() == [(date(2026, 3, 9), "Blog", 60)]


def test_a_whole_day_fits(team: Team, blog: Channel) -> None:
    text = HEADER + row(start="2026-03-03,00:00:00", end="2026-03-04,00:00:00", duration="24:00:00")
    bring(team, text)
    assert entries() == [(date(2026, 3, 3), "Blog", 1440)]


def test_without_a_duration_the_ends_tell(team: Team, blog: Channel) -> None:
    _, outcome = bring(team, HEADER + row(duration="") + row(duration="", end=","))
    assert entries() == [(date(2026, 3, 3), "Blog", 60)]
    assert refusals(outcome) == ["row 3: it has neither a duration nor an end"]


def test_an_overlapping_file_adds_only_what_is_new(team: Team, blog: Channel) -> None:
    days = [row(start=f"2026-03-0{n},09:00:00", end=f"2026-03-0{n},10:00:00") for n in range(1, 7)]
    assert counts(bring(team, HEADER + "".join(days[:4]))[1]) == (4, 0, 0)
    assert counts(bring(team, HEADER + "".join(days[5:1:-1]))[1]) == (2, 2, 0)
    assert len(entries()) == 6


def test_a_corrected_row_is_told_and_not_taken(team: Team, blog: Channel) -> None:
    first, _ = bring(team, HEADER + row())
    _, outcome = bring(team, HEADER + row(duration="01:15:00"))
    assert refusals(outcome) == [
        f"row 2: already imported with 1:00, now 1:15: take batch {first.pk} back "
        "and import again to have the new one"
    ]
