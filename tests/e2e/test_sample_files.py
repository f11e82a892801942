"""Real export files import to the last row, or the rows that don't are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Sum

from engagement.models import Response
from tests.tracker.importing import counts, refusals
from tracker.files import Choices
from tracker.imports import import_file, undo_import
from tracker.models import Channel, Metric, Team, TimeEntry

SAMPLES = Path(settings.BASE_DIR).parent / "shared" / "samples"

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(),
    reason=f"the sample files are others' and not ours to carry; they would be in {SAMPLES}",
)

NO_TIME = "row 2: it lasts no time at all"
NOT_A_CHANNEL = (
    "it counts one geography, not the channel: "
    "export Totals.csv or a table by date or by content instead"
)
# Format, (taken, known, refused), and the refusals.
EXPECTED: dict[str, tuple[str, tuple[int, int, int], list[str]]] = {
    "toggl/toggl_time_entries_import_test_1.csv": ("toggl", (1, 0, 1), [NO_TIME]),
    "toggl/toggl_time_entries_import_test_2.csv": (
        "toggl",
        (0, 0, 1),
        ["row 2: it lasts 2 seconds, less than half a minute"],
    ),
    "clockify/clockify_time_entries_import_test_1.csv": ("clockify", (1, 0, 1), [NO_TIME]),
    "clockify/clockify_time_entries_import_test_2.csv": ("clockify", (1, 0, 0), []),
    "clockify/clockify_time_entries_import_test_3.csv": (
        "clockify",
        (0, 0, 1),
        ["row 2: there is no day 13/15/2024 (month first)"],
    ),
    "clockify/clockify_time_entries_import_test_4.csv": ("clockify", (1, 0, 1), [NO_TIME]),
    "clockify/clockify_time_entries_import_test_5.csv": ("clockify", (1, 0, 1), [NO_TIME]),
    "clockify/clockify_time_entries_import_test_6.csv": ("clockify", (1, 0, 1), [NO_TIME]),
    "clockify/clockify_time_entries_import_test_7.csv": (
        "clockify",
        (0, 0, 1),
        ["row 2: it has 12 cells, the header names 13"],
    ),
    "x_tweet_activity/singletweet.csv": ("x-posts", (1, 0, 0), []),
    "x_tweet_activity/twotweets.csv": ("x-posts", (2, 0, 0), []),
    "x_tweet_activity/threetweets_ken.csv": ("x-posts", (3, 0, 0), []),
    "youtube/Totals.csv": ("youtube", (365, 0, 0), []),
    "youtube/Table data.csv": ("youtube", (0, 0, 201), [f"rows 3 to 203: {NOT_A_CHANNEL}"]),
    "youtube/Chart data.first-4000-lines.csv": (
        "youtube",
        (0, 0, 3999),
        [f"rows 2 to 4000: {NOT_A_CHANNEL}"],
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_comes_in_once_and_goes_again(team: Team, blog: Channel, name: str) -> None:
    format_name, expected, refused = EXPECTED[name]
    taken, known, bad = expected

    def bring() -> tuple[int, int, int]:
        with (SAMPLES / name).open("rb") as file:
            batch, outcome = import_file(
                team=team, file=file, file_name=name, choices=Choices(channel="Blog")
            )
        batches.append(batch)
        assert outcome.format.name == format_name
        assert refusals(outcome) == refused
        return counts(outcome)

    batches = []
    assert bring() == expected
    assert bring() == (0, taken + known, bad)
    for batch in reversed(batches):
        undo_import(batch)
    assert not TimeEntry.objects.exists()
    assert not Response.objects.exists()
    assert not Metric.objects.exists()


def test_every_sample_of_these_kinds_is_expected() -> None:
    kinds = ("toggl", "clockify", "x_tweet_activity", "youtube")
    found = {
        str(path.relative_to(SAMPLES)) for kind in kinds for path in (SAMPLES / kind).iterdir()
    }
    assert found == EXPECTED.keys()


def test_the_views_of_a_year_add_up(team: Team, blog: Channel) -> None:
    path = SAMPLES / "youtube" / "Totals.csv"
    with path.open("rb") as file:
        import_file(team=team, file=file, file_name="Totals.csv", choices=Choices(channel="Blog"))
    lines = path.read_text().splitlines()[1:]
    assert Response.objects.aggregate(sum=Sum("count"))["sum"] == sum(
        int(line.rpartition(",")[2]) for line in lines
    )


def test_overlapping_exports_of_tweets_add_only_what_is_new(team: Team, blog: Channel) -> None:
    outcomes = []
    for name in ("singletweet.csv", "twotweets.csv"):
        with (SAMPLES / "x_tweet_activity" / name).open("rb") as file:
            _, outcome = import_file(
                team=team, file=file, file_name=name, choices=Choices(channel="Blog")
            )
        outcomes.append(counts(outcome))
    assert outcomes == [(1, 0, 0), (1, 1, 0)]
