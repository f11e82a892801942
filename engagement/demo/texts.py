"""
What people say to and about Tideline, read from the files in `words/`.

A conversation there is a head line and a text:

    = contact | mood | topics | weeks 24-50 | unanswered
    The text, in one line or several.

The contact is a key of `contacts.txt`, or `-` for somebody unknown; the mood is +, 0 or -;
topics are separated by commas. Weeks, counted as in the story, say when it can have been said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engagement.demo.story import WEEKS

WORDS = Path(__file__).parent / "words"
FILES = {
    "LinkedIn page": "linkedin.txt",
    "X": "x.txt",
    "Mastodon": "mastodon.txt",
    "Blog": "blog.txt",
    "Newsletter": "newsletter.txt",
    "YouTube": "youtube.txt",
    "Meetups": "meetups.txt",
    "Customer calls": "calls.txt",
}
MOODS = {"+": "positive", "0": "neutral", "-": "negative"}
WEEKS_OPTION = re.compile(r"(?:weeks )?(\d+)-(\d+)")


@dataclass(frozen=True, slots=True)
class Said:
    """One text, and what is known of it before it gets its day."""

    channel: str
    contact: str  # A contact's key; empty where nobody knows who it was.
    sentiment: str
    topics: tuple[str, ...]
    text: str
    weeks: tuple[int, int] | None  # First and last week in which it can have been said.
    unanswered: bool


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote beside their hours."""

    channel: str
    activity: str
    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ContactStory:
    key: str
    name: str
    kind: str
    handle: str
    organisation: str
    note: str


@cache
def said() -> tuple[Said, ...]:
    """All texts, by channel, in the order of the files. ValueError names a head line amiss."""
    return tuple(
        parsed(channel, block)
        for channel, file_name in FILES.items()
        for block in re.split(r"\n\n(?== )", read(file_name))
    )


def parsed(channel: str, block: str) -> Said:
    head, _, text = block.partition("\n")
    contact, mood, topics, *options = (part.strip() for part in head.removeprefix("= ").split("|"))
    weeks = None
    unanswered = False
    for option in options:
        if option == "unanswered":
            unanswered = True
        elif match := WEEKS_OPTION.fullmatch(option):
            weeks = int(match[1]), int(match[2])
        else:
            raise ValueError(f"{FILES[channel]}: {option!r} is no option in {head!r}")
    return Said(
        channel=channel,
        contact="" if contact == "-" else contact,
        sentiment=MOODS[mood],
        topics=tuple(topic.strip() for topic in topics.split(",") if topic.strip()),
        text=text,
        weeks=weeks,
        unanswered=unanswered,
    )


@cache
def contacts() -> tuple[ContactStory, ...]:
    rows = (
        [part.strip() for part in line.split("|")] for line in read("contacts.txt").splitlines()
    )
    return tuple(
        ContactStory(key, name, kind, handle, organisation, rest[0] if rest else "")
        for key, name, kind, handle, organisation, *rest in rows
    )


def notes(channel: str) -> list[Note]:
    """The notes on one channel's hours, in the order of the file."""
    found = []
    for line in read("notes.txt").splitlines():
        name, activity, text, *window = (part.strip() for part in line.split("|"))
        if name == channel:
            first, last = window[0].split("-") if window else ("2", str(WEEKS - 1))
            found.append(Note(name, activity, text, int(first), int(last)))
    return found


@cache
def read(file_name: str) -> str:
    return (WORDS / file_name).read_text(encoding="utf-8").strip()
