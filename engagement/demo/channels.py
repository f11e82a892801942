"""
How each of Tideline's channels really works: its people, its plan, and the truth behind it.

Amounts are euros of summed worth a week, hours are hours a week, counts are expected counts a
week at the start.
"""

from __future__ import annotations

from dataclasses import dataclass

from engagement.demo.story import (
    FAILED_SPRINT,
    FLATTENING,
    JANE,
    LEA,
    MIKA,
    NEVER_PAID,
    ORDINARY,
    PAYS_IN_PERSON,
    PAYS_LATE,
    STEADY_PAYER,
    VANITY,
)
from engagement.demo.truth import ChannelTruth, MetricTruth, delayed, geometric


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
    moods: float = 0.27  # How much the hours change from week to week, on a log scale.
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
            Allocated(0, 75, 2, 4),
            Allocated(30, 195, 3, 4),
            Allocated(60, 300, 4, 4),
        ),
        truth=ChannelTruth(
            metrics=(
                MetricTruth("Impressions", 9000, 0.12, 0.05),
                MetricTruth("Followers", 14, 0.05, 0.06),
                MetricTruth("Likes", 90, 0.05, 0.06),
                MetricTruth("Comments", 9, 0.0, 0.22),
                MetricTruth("Clicks", 110, 0.1, 0.33),
                MetricTruth("Leads", 1.4, 0.1, 0.14),
                MetricTruth("Trials", 1.0, 0.1, 0.14),
            ),
            kernel=geometric(0.45),
            ceiling=500,
            half_hours=1.3,
            season=0.07,
            event_gain=1.0,
            weekly_noise=0.08,
        ),
        moods=0.42,
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
            Allocated(60, 105, 7, 6),
            Allocated(78, 135, 9, 6),
            Allocated(93, 165, 12, 6),
        ),
        truth=ChannelTruth(
            metrics=(
                MetricTruth("Impressions", 6200, -0.04),
                MetricTruth("Followers", 6, -0.1),
                MetricTruth("Likes", 46, -0.03),
                MetricTruth("Comments", 4.5, 0.0),
                MetricTruth("Clicks", 25, -0.05),
                MetricTruth("Leads", 0.3, 0.0),
                MetricTruth("Trials", 0.1, 0.0),
            ),
            kernel=geometric(0.4),
            ceiling=0,
            half_hours=1.5,
            season=0.04,
            event_gain=0.9,
            weekly_noise=0.1,
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
        allocations=(Allocated(0, 75, 3, 4), Allocated(60, 60, 4, 4)),
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
            Allocated(60, 165, 2, 12),
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
        ),
        truth=ChannelTruth(
            metrics=(
                MetricTruth("Opens", 1150, 0.15, 0.1),
                MetricTruth("Followers", 16, 0.05, 0.08),
                MetricTruth("Clicks", 120, 0.1, 0.4),
                MetricTruth("Comments", 3.5, 0.1, 0.12),
                MetricTruth("Leads", 1.3, 0.1, 0.17),
                MetricTruth("Trials", 0.7, 0.1, 0.13),
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
        allocations=(
            Allocated(30, 75, 1, 8),
            Allocated(60, 90, 1, 10),
            Allocated(93, 120, 1, 10),
        ),
        truth=ChannelTruth(
            metrics=(
                MetricTruth("Views", 420, 1.3, 0.55),
                MetricTruth("Followers", 3, 0.6, 0.38),
                MetricTruth("Likes", 11, 0.4, 0.07),
                MetricTruth("Comments", 1.8),
                MetricTruth("Clicks", 9),
                MetricTruth("Trials", 0.1),
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
        allocations=(Allocated(0, 105, 0, 6),),
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
        allocations=(Allocated(0, 105, 0, 3),),
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
