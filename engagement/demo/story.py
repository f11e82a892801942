"""
Who Tideline is, and what happened to it in two years.

Weeks are counted from 0 to `WEEKS - 1`, the current week, and everything that happens is tied
to such a number and not to the calendar: the same story ends in whatever week a visitor comes.
That is why a holiday is called a holiday here and not August or Christmas. Holidays are no
events: what came while nobody worked is the best that a team can know of its baseline.

How each channel works is told in `channels`.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

WEEKS = 104

TEAM_NAME = "Tideline"
TEAM_SLUG = "tideline"
TIME_ZONE = "Europe/Berlin"
ZONE = ZoneInfo(TIME_ZONE)
CURRENCY = "EUR"
HOUR_COST = 60
PROMISED_ANSWER_MINUTES = 240

# What was planted, by the channel's name: what a good reading of the numbers must find.
FLATTENING = "LinkedIn page"
NEVER_PAID = "X"
ORDINARY = "Mastodon"
PAYS_LATE = "Blog"
FAILED_SPRINT = "Newsletter"
VANITY = "YouTube"
STEADY_PAYER = "Meetups"
PAYS_IN_PERSON = "Customer calls"

LAUNCHES = (24, 94)
SPRINT = (43, 44, 45)
AFTER_SPRINT = (46, 47, 48, 49)
# Weeks in which (nearly) nobody works, and the share of the usual hours that is left.
HOLIDAYS = {4: 0.15, 5: 0, 38: 0.35, 39: 0, 40: 0.2, 56: 0.1, 57: 0, 90: 0.3, 91: 0.1, 92: 0.25}
# The toot that went round in week 52 has no event: not every jump has a note.
UNEXPLAINED = {(ORDINARY, 52): 4.2, (NEVER_PAID, 77): 1.8}


@dataclass(frozen=True, slots=True)
class Person:
    key: str
    name: str
    email: str
    role: str
    away: tuple[int, ...] = ()  # Weeks of sick leave or of a holiday of their own.


JANE, MIKA, LEA, HENRIK = "jane", "mika", "lea", "henrik"
OWNER_EMAIL = "demo@example.com"
SICK_LEAVE = (66, 67, 68, 69, 70, 71)
PEOPLE = (
    Person(JANE, "Jane Okafor", OWNER_EMAIL, "owner", away=(16, 81)),
    Person(MIKA, "Mika Lindqvist", "mika.lindqvist@example.com", "member", away=SICK_LEAVE),
    Person(LEA, "Lea Brandt", "lea.brandt@example.com", "member", away=(20, 53, 76)),
    Person(HENRIK, "Henrik Voss", "henrik.voss@example.com", "viewer"),
)


@dataclass(frozen=True, slots=True)
class MetricStory:
    name: str
    worth: str  # Euros; a string, because it becomes a decimal.
    depth: str


METRICS = (
    MetricStory("Impressions", "0.001", "reach"),
    MetricStory("Views", "0.002", "reach"),
    MetricStory("Visits", "0.02", "reach"),
    MetricStory("Opens", "0.01", "reach"),
    MetricStory("Followers", "0.4", "reach"),
    MetricStory("Likes", "0.1", "reaction"),
    MetricStory("Clicks", "0.5", "reaction"),
    MetricStory("Comments", "3", "conversation"),
    MetricStory("Talks", "15", "conversation"),
    MetricStory("Leads", "18", "outcome"),
    MetricStory("Trials", "40", "outcome"),
)
WORTH = {metric.name: float(metric.worth) for metric in METRICS}


@dataclass(frozen=True, slots=True)
class EventStory:
    """
    A dated note, and what it did to what comes anyway.

    `lift` multiplies the organic responses in the week of the event and the ones after it; a
    channel feels the part of it that its `event_gain` says. `hours` does the same to the
    hours of the channels online, from the week before the event on.
    """

    week: int
    weekday: int
    kind: str
    name: str
    lift: tuple[float, ...] = ()
    hours: tuple[float, ...] = ()
    channel: str | None = None


EVENTS = (
    EventStory(
        LAUNCHES[0],
        1,
        "launch",
        "Tideline 2: swap a shift without the group chat",
        lift=(2.4, 1.8, 1.4, 1.15),
        hours=(1.35, 1.9, 1.4),
    ),
    EventStory(
        46,
        0,
        "other",
        "Daily mails stopped",
        lift=(0.5, 0.58, 0.68, 0.8, 0.9),
        channel=FAILED_SPRINT,
    ),
    EventStory(62, 3, "press", "Portrait in a bakers' trade magazine", lift=(1.4, 1.25, 1.1)),
    EventStory(66, 0, "other", "Mika on sick leave for six weeks", channel=PAYS_LATE),
    EventStory(73, 4, "outage", "Rotas could not be opened for five hours", lift=(0.93,)),
    EventStory(
        LAUNCHES[1],
        2,
        "launch",
        "Payroll export: the month's hours in one file",
        lift=(2.8, 2.0, 1.5, 1.25),
        hours=(1.3, 1.85, 1.5),
    ),
)
