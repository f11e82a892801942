from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, timedelta
from hashlib import sha256

from engagement.demo.conversations import DAY
from engagement.demo.generate import Told, tell
from engagement.demo.hours import Logged
from engagement.demo.responses import Counted
from engagement.demo.story import PROMISED_ANSWER_MINUTES, WEEKS
from engagement.demo.texts import contacts, notes, said

SUNDAY = datetime(2026, 11, 22, 23, 59)  # noqa: DTZ001 - the clock on the wall
WEDNESDAY = datetime(2026, 11, 18, 10, 0)  # noqa: DTZ001


def digest(told: Told) -> str:
    return sha256(repr(told).encode()).hexdigest()


def test_the_same_moment_gives_the_same_rows_in_any_process() -> None:
    program = (
        "from datetime import datetime\n"
        "from hashlib import sha256\n"
        "from engagement.demo.generate import tell\n"
        "told = tell(datetime(2026, 11, 22, 23, 59))\n"
        "print(sha256(repr(told).encode()).hexdigest())\n"
    )
    said_elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": "7"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    assert said_elsewhere == digest(tell(SUNDAY))


def test_another_week_moves_the_dates_and_nothing_else() -> None:
    told = tell(SUNDAY)
    later = tell(SUNDAY + timedelta(weeks=31))
    assert later.first_day - told.first_day == timedelta(weeks=31)
    assert (later.entries, later.counts, later.conversations) == (
        told.entries,
        told.counts,
        told.conversations,
    )


def test_it_begins_on_a_monday_104_weeks_ago_and_ends_in_the_current_week() -> None:
    told = tell(WEDNESDAY)
    assert told.first_day == date(2024, 11, 25)
    assert told.week(WEEKS - 1) == date(2026, 11, 16)
    assert max(told.day(entry.day) for entry in told.entries) == WEDNESDAY.date()
    assert max(told.day(counted.day) for counted in told.counts) == WEDNESDAY.date()


def test_there_is_nothing_that_has_not_happened_yet() -> None:
    told = tell(WEDNESDAY)
    assert all(told.wall_clock(came.minute) <= WEDNESDAY for came in told.conversations)
    answers = [came.answered for came in told.conversations if came.answered is not None]
    assert all(told.wall_clock(answer) <= WEDNESDAY for answer in answers)
    # An answer that comes on Thursday is still missing on Wednesday.
    everything = tell(SUNDAY)
    waiting = [
        came
        for came in everything.conversations
        if came.answered is not None
        and everything.wall_clock(came.minute) <= WEDNESDAY < everything.wall_clock(came.answered)
    ]
    by_text = {came.said.text: came for came in told.conversations}
    assert [by_text[came.said.text].answered for came in waiting] == [None] * len(waiting)


def test_an_early_morning_of_a_monday_is_no_trouble() -> None:
    told = tell(datetime(2026, 11, 16, 0, 1))  # noqa: DTZ001
    assert told.week(WEEKS - 1) == date(2026, 11, 16)
    assert all(told.day(entry.day) <= date(2026, 11, 16) for entry in told.entries)


def test_one_entry_a_cell_and_none_of_them_empty() -> None:
    entries = tell(SUNDAY).entries
    cells = {(entry.channel, entry.person, entry.activity, entry.day) for entry in entries}
    assert len(cells) == len(entries)
    assert all(0 < entry.minutes <= 12 * 60 for entry in entries)


def test_people_log_as_people_do() -> None:
    entries = tell(SUNDAY).entries
    ways = {
        way: [e for e in entries if e.confirmation == way]
        for way in ("typed", "timer", "planned", "imported")
    }
    assert sum(map(len, ways.values())) == len(entries)
    assert min(map(len, ways.values())) > 0.04 * len(entries)
    quarters = sum(entry.minutes % 15 == 0 for entry in entries) / len(entries)
    assert 0.6 < quarters < 0.9
    weekend = sum(entry.day % 7 > 4 for entry in entries) / len(entries)
    assert 0.01 < weekend < 0.08


def test_no_count_is_negative_and_no_day_is_counted_twice() -> None:
    counts = tell(SUNDAY).counts
    assert min(counted.count for counted in counts) == 0
    assert len({(c.channel, c.metric, c.day) for c in counts}) == len(counts)


def test_facts_are_plain_numbers() -> None:
    """A numpy integer in a row is refused by a database driver, or kept as bytes by another."""
    told = tell(SUNDAY)
    for rows, kind in ((told.entries, Logged), (told.counts, Counted)):
        for row in rows:
            assert isinstance(row, kind)
            assert type(row.day) is int
    assert {type(counted.count) for counted in told.counts} == {int}
    assert {type(entry.minutes) for entry in told.entries} == {int}
    assert {type(came.minute) for came in told.conversations} == {int}


def test_no_two_people_say_the_same() -> None:
    texts = [one.text for one in said()]
    assert len(texts) >= 300
    assert len({" ".join(text.lower().split()) for text in texts}) == len(texts)
    openings = {" ".join(text.lower().split()[:5]) for text in texts if len(text.split()) > 8}
    assert len(openings) == sum(len(text.split()) > 8 for text in texts)


def test_what_is_said_is_dated_in_weeks_that_exist() -> None:
    for one in said():
        first, last = one.weeks or (0, WEEKS - 1)
        assert 0 <= first <= last < WEEKS, one.text


def test_no_text_names_a_month_or_a_season() -> None:
    """The story moves with the calendar: a text about spring would be read in autumn."""
    named = {
        *("january", "february", "april", "june", "july", "august", "september", "october"),
        *("november", "december", "spring", "summer", "autumn", "winter", "christmas", "easter"),
    }
    for one in said():
        words = {word.strip(".,!?()'\"").lower() for word in one.text.split()}
        assert not words & named, one.text


def test_everybody_who_speaks_is_known() -> None:
    known = {contact.key for contact in contacts()}
    spoken = {one.contact for one in said() if one.contact}
    assert spoken <= known
    assert len({contact.handle.lower() for contact in contacts()}) == len(known)


def test_a_launch_is_not_spoken_of_before_it_is_there() -> None:
    told = tell(SUNDAY)
    for came in told.conversations:
        if came.said.weeks and came.said.weeks[0] == 94 and "payroll export" in came.said.topics:
            assert came.minute >= (7 * 94 + 3) * DAY, came.said.text


def test_complaints_wait_for_hours_and_some_for_ever() -> None:
    complaints = [
        came
        for came in tell(SUNDAY).conversations
        if came.said.sentiment == "negative" and came.kind != "meeting"
    ]
    waits = [came.answered - came.minute for came in complaints if came.answered is not None]
    assert len(complaints) >= 40
    assert 3 <= len(complaints) - len(waits) <= len(complaints) // 4
    assert sum(4 * 60 <= wait <= 30 * 60 for wait in waits) > len(waits) / 2
    assert any(wait <= PROMISED_ANSWER_MINUTES for wait in waits)
    assert all(came.answered is None for came in complaints if came.said.unanswered)


def test_notes_are_used_once_each() -> None:
    used = [entry.note for entry in tell(SUNDAY).entries if entry.note]
    assert len(used) == len(set(used))
    written = {
        note.text
        for channel in {e.channel for e in tell(SUNDAY).entries}
        for note in notes(channel)
    }
    assert set(used) <= written
    assert len(used) > 100
