"""
Who Tideline is, and how each of its channels really works.

Weeks are counted from 0 to `WEEKS - 1`, the current week, and everything that happens is tied
to such a number and not to the calendar: the same story ends in whatever week a visitor comes.
That is why a holiday is called a holiday here and not August or Christmas.

Amounts are euros of summed worth, hours are hours a week.
"""

from __future__ import annotations

from dataclasses import dataclass

from engagement.demo.truth import ChannelTruth, MetricTruth, delayed, geometric

WEEKS = 104

TEAM_NAME = "Tideline"
TEAM_SLUG = "tideline"
TIME_ZONE = "Europe/Berlin"
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
HOLIDAYS = {4: 0.15, 5: 0.0, 36: 0.35, 37: 0.0, 38: 0.2, 56: 0.1, 57: 0.0, 88: 0.3, 89: 0.1, 90: 0.25}
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
class Allocated:
    """What the plan gives a channel from a week on."""

    week: int
    minutes: int
    posts: int
    delay: int  # Weeks until the effort may show, as the plan expects.


@dataclass(frozen=True, slots=True)
class Session:
    """One way of spending time on a channel: how often, and how long it usually takes."""

    activity: str
    share: float
    minutes: int


@dataclass(frozen=True, slots=True)
class ChannelStory:
    name: str
    kind: str
    medium: str
    people: tuple[tuple[str, float], ...]  # Who works on it, and how much of it.
    sessions: tuple[Session, ...]
    weekdays: tuple[float, ...]  # When responses come, Monday first; sums to about 1.
    allocations: tuple[Allocated, ...]
    truth: ChannelTruth
    tendency: float = 1.0  # Logged hours by planned hours, in an ordinary week.
    evenings: bool = False  # Most of its hours fall on one evening every few weeks.


OFFICE_WEEK = (0.18, 0.19, 0.19, 0.17, 0.14, 0.06, 0.07)

CHANNELS = (
    ChannelStory(
        FLATTENING,
        "linkedin",
        "online",
        people=((JANE, 0.7), (LEA, 0.3)),
        sessions=(
            Session("create", 0.45, 60),
            Session("reply", 0.35, 20),
            Session("listen", 0.1, 20),
            Session("reach_out", 0.1, 30),
        ),
        weekdays=(0.17, 0.21, 0.21, 0.19, 0.14, 0.03, 0.05),
        allocations=(
            Allocated(0, 150, 2, 4),
            Allocated(30, 195, 3, 4),
            Allocated(60, 225, 3, 4),
            Allocated(78, 255, 4, 4),
        ),
        truth=ChannelTruth(
            metrics=(
                MetricTruth("Impressions", 9000, 0.12, 0.04),
                MetricTruth("Followers", 14, 0.05, 0.06),
                MetricTruth("Likes", 90, 0.05, 0.06),
                MetricTruth("Comments", 8, 0.0, 0.14),
                MetricTruth("Clicks", 70, 0.1, 0.20),
                MetricTruth("Leads", 2.2, 0.1, 0.22),
                MetricTruth("Trials", 1.6, 0.1, 0.28),
            ),
            kernel=geometric(0.45),
            ceiling=450,
            half_hours=1.4,
            season=0.07,
            event_gain=1.0,
            weekly_noise=0.1,
        ),
    ),
    ChannelStory(
        NEVER_PAID,
        "x",
        "online",
        people=((LEA, 0.8), (JANE, 0.2)),
        sessions=(
            Session("create", 0.4, 30),
            Session("reply", 0.3, 15),
            Session("listen", 0.3, 20),
        ),
        weekdays=(0.16, 0.16, 0.17, 0.16, 0.15, 0.1, 0.1),
        allocations=(
            Allocated(0, 60, 4, 6),
            Allocated(30, 90, 6, 6),
            Allocated(60, 120, 7, 6),
            Allocated(78, 165, 9, 6),
        ),
        truth=ChannelTruth(
            metrics=(
                MetricTruth("Impressions", 6200, -0.04),
                MetricTruth("Followers", 6, -0.1),
                MetricTruth("Likes", 46, -0.03),
                MetricTruth("Comments", 4.5, 0.0),
                MetricTruth("Clicks", 25, -0.05),
                MetricTruth("Trials", 0.5, 0.0),
            ),
            kernel=geometric(0.4),
            ceiling=0,
            half_hours=1.5,
            season=0.04,
            event_gain=0.9,
            weekly_noise=0.14,
        ),
        tendency=1.04,
    ),
    ChannelStory(
        ORDINARY,
        "mastodon",
        "online",
        people=((MIKA, 0.75), (JANE, 0.25)),
        sessions=(
            Session("reply", 0.45, 20),
            Session("create", 0.35, 25),
            Session("listen", 0.2, 15),
        ),
        weekdays=(0.15, 0.15, 0.16, 0.15, 0.15, 0.11, 0.13),
        allocations=(Allocated(0, 75, 3, 4), Allocated(60, 75, 4, 4)),
        truth=ChannelTruth(
            metrics=(
                MetricTruth("Followers", 7, 0.15, 0.12),
                MetricTruth("Likes", 60, 0.1, 0.18),
                MetricTruth("Comments", 4, 0.1, 0.3),
                MetricTruth("Clicks", 20, 0.1, 0.2),
                MetricTruth("Trials", 0.4, 0.1, 0.2),
            ),
            kernel=geometric(0.3),
            ceiling=290,
            half_hours=2.6,
            season=0.04,
            event_gain=0.6,
            weekly_noise=0.15,
        ),
    ),
    ChannelStory(
        PAYS_LATE,
        "blog",
        "online",
        people=((MIKA, 0.8), (JANE, 0.2)),
        sessions=(
            Session("create", 0.7, 75),
            Session("learn", 0.15, 40),
            Session("organise", 0.1, 25),
            Session("reply", 0.05, 15),
        ),
        weekdays=OFFICE_WEEK,
        allocations=(
            Allocated(0, 105, 1, 6),
            Allocated(30, 135, 1, 6),
            Allocated(60, 180, 2, 12),
        ),
        truth=ChannelTruth(
            metrics=(
                MetricTruth("Visits", 900, 0.1, 0.12),
                MetricTruth("Comments", 1.5, 0.0, 0.04),
                MetricTruth("Clicks", 50, 0.1, 0.2),
                MetricTruth("Leads", 1.2, 0.1, 0.2),
                MetricTruth("Trials", 1.4, 0.1, 0.44),
            ),
            kernel=delayed(mean=10.0, spread=2.2),
            ceiling=740,
            half_hours=4.5,
            season=0.06,
            event_gain=0.7,
            weekly_noise=0.08,
        ),
        tendency=0.95,
    ),
    ChannelStory(
        FAILED_SPRINT,
        "newsletter",
        "online",
        people=((MIKA, 0.6), (JANE, 0.4)),
        sessions=(
            Session("create", 0.65, 55),
            Session("reply", 0.2, 15),
            Session("organise", 0.15, 20),
        ),
        weekdays=(0.06, 0.42, 0.22, 0.12, 0.08, 0.05, 0.05),
        allocations=(
            Allocated(0, 90, 1, 4),
            Allocated(43, 600, 5, 4),
            Allocated(46, 75, 1, 4),
            Allocated(60, 90, 1, 4),
        ),
        truth=ChannelTruth(
            metrics=(
                MetricTruth("Opens", 1150, 0.15, 0.1),
                MetricTruth("Followers", 16, 0.05, 0.08),
                MetricTruth("Clicks", 80, 0.1, 0.26),
                MetricTruth("Comments", 3, 0.1, 0.08),
                MetricTruth("Leads", 1.4, 0.1, 0.2),
                MetricTruth("Trials", 1.3, 0.1, 0.28),
            ),
            kernel=geometric(0.35),
            ceiling=420,
            half_hours=2.2,
            season=0.05,
            event_gain=0.8,
            weekly_noise=0.1,
        ),
        tendency=0.97,
    ),
    ChannelStory(
        VANITY,
        "youtube",
        "online",
        people=((LEA, 0.9), (MIKA, 0.1)),
        sessions=(
            Session("create", 0.75, 80),
            Session("reply", 0.15, 15),
            Session("learn", 0.1, 30),
        ),
        weekdays=(0.14, 0.14, 0.14, 0.14, 0.14, 0.15, 0.15),
        allocations=(Allocated(30, 105, 1, 8), Allocated(60, 120, 1, 10)),
        truth=ChannelTruth(
            metrics=(
                MetricTruth("Views", 420, 1.3, 0.55),
                MetricTruth("Followers", 3, 0.6, 0.38),
                MetricTruth("Likes", 11, 0.4, 0.07),
                MetricTruth("Comments", 1.8),
                MetricTruth("Clicks", 9),
                MetricTruth("Trials", 0.3),
            ),
            kernel=geometric(0.8),
            ceiling=36,
            half_hours=2.0,
            season=0.03,
            event_gain=0.5,
            weekly_noise=0.12,
            first_week=30,
        ),
        tendency=0.98,
    ),
    ChannelStory(
        STEADY_PAYER,
        "meetup",
        "in_person",
        people=((JANE, 0.45), (LEA, 0.35), (MIKA, 0.2)),
        sessions=(
            Session("meet", 0.7, 150),
            Session("organise", 0.2, 30),
            Session("reach_out", 0.1, 25),
        ),
        weekdays=(0.16, 0.18, 0.2, 0.26, 0.16, 0.02, 0.02),
        allocations=(
            Allocated(0, 105, 0, 6),
            Allocated(60, 120, 0, 6),
        ),
        truth=ChannelTruth(
            metrics=(
                MetricTruth("Talks", 0.9, 0.0, 0.3),
                MetricTruth("Leads", 0.5, 0.0, 0.32),
                MetricTruth("Trials", 0.3, 0.0, 0.38),
            ),
            kernel=geometric(0.6),
            ceiling=900,
            half_hours=4.2,
            season=0.04,
            event_gain=0.2,
            weekly_noise=0.1,
        ),
        evenings=True,
    ),
    ChannelStory(
        PAYS_IN_PERSON,
        "phone",
        "in_person",
        people=((JANE, 0.65), (LEA, 0.2), (MIKA, 0.15)),
        sessions=(
            Session("meet", 0.65, 35),
            Session("reach_out", 0.2, 20),
            Session("listen", 0.15, 20),
        ),
        weekdays=(0.19, 0.22, 0.22, 0.21, 0.14, 0.01, 0.01),
        allocations=(Allocated(0, 105, 0, 3), Allocated(78, 120, 0, 3)),
        truth=ChannelTruth(
            metrics=(
                MetricTruth("Talks", 0.7, 0.0, 0.34),
                MetricTruth("Leads", 0.5, 0.05, 0.3),
                MetricTruth("Trials", 0.4, 0.05, 0.36),
            ),
            kernel=geometric(0.3),
            ceiling=520,
            half_hours=2.4,
            season=0.05,
            event_gain=0.4,
            weekly_noise=0.1,
        ),
    ),
)


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
    EventStory(4, 0, "other", "Team holiday, two weeks", lift=(0.88, 0.85)),
    EventStory(
        LAUNCHES[0],
        1,
        "launch",
        "Tideline 2: swap a shift without the group chat",
        lift=(1.9, 1.5, 1.25, 1.1),
        hours=(1.35, 1.9, 1.4),
    ),
    EventStory(36, 0, "other", "Team holiday, three weeks", lift=(0.92, 0.86, 0.9)),
    EventStory(
        46,
        0,
        "other",
        "Daily mails stopped",
        lift=(0.66, 0.72, 0.8, 0.88, 0.94),
        channel=FAILED_SPRINT,
    ),
    EventStory(56, 0, "other", "Team holiday, two weeks", lift=(0.88, 0.84)),
    EventStory(62, 3, "press", "Portrait in a bakers' trade magazine", lift=(1.4, 1.25, 1.1)),
    EventStory(66, 0, "other", "Mika on sick leave for six weeks"),
    EventStory(73, 4, "outage", "Rotas could not be opened for five hours", lift=(0.93,)),
    EventStory(88, 0, "other", "Team holiday, three weeks", lift=(0.92, 0.86, 0.9)),
    EventStory(
        LAUNCHES[1],
        2,
        "launch",
        "Payroll export: the month's hours in one file",
        lift=(2.0, 1.6, 1.3, 1.15),
        hours=(1.3, 1.85, 1.5),
    ),
)
