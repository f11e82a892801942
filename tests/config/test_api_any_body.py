"""Whatever a program sends, it gets an answer of the API's own, and never a 500."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api import program_of
from tracker.models import Channel, Metric, Plan, User

# One user and one team serve all examples; what they write does not matter here.
settings.register_profile(
    "api", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.dates().map(str)
)
NAMES = st.sampled_from(
    [
        "key",
        "channel",
        "metric",
        "person",
        "person_label",
        "day",
        "minutes",
        "posts",
        "count",
        "note",
        "activity",
        "name",
        "kind",
        "medium",
        "depth",
        "worth",
        "position",
        "archived",
        "starts_on",
        "ends_on",
        "from_week",
        "weekly_minutes",
        "expected_delay_weeks",
        "hours",
        "bounds",
        "delay_weeks",
        "weeks",
    ]
)
ROW = st.dictionaries(NAMES, PLAIN | st.lists(PLAIN, max_size=2), max_size=8)
NOUNS = st.sampled_from(
    [
        "channels/",
        "metrics/",
        "plans/",
        "plans/{plan}/allocations/",
        "time-entries/",
        "responses/",
        "what-if/",
        "reallocation/",
        "start/",
    ]
)


@settings(settings.get_profile("api"), max_examples=150)
@given(noun=NOUNS, body=ROW | st.lists(ROW | PLAIN, max_size=3) | PLAIN)
def test_any_json_is_answered(
    alice: User, blog: Channel, comments: Metric, noun: str, body: Any
) -> None:
    plan, _ = Plan.objects.get_or_create(
        team=blog.team,
        name="Autumn",
        defaults={"starts_on": "2026-10-05", "ends_on": "2026-12-27"},
    )
    sound = {
        "key": "a",
        "channel": blog.pk,
        "metric": comments.pk,
        "day": "2026-11-04",
        "minutes": 5,
        "count": 5,
        "hours": 5,
        "delay_weeks": 5,
    }
    program = program_of(alice)
    address = "/api/v1/teams/tideline/" + noun.format(plan=plan.pk)
    known = {
        "time-entries/": ("key", "channel", "day", "minutes"),
        "responses/": ("key", "channel", "metric", "day", "count"),
        "start/": ("channel", "hours", "delay_weeks"),
    }.get(noun, ())
    bodies = [body]
    if isinstance(body, dict):
        # The same over a sound row, so that one wrong field is met alone too.
        bodies.append({name: sound[name] for name in known} | body)
    for sent in bodies:
        answer = program.post(address, sent)
        assert answer.status_code in {200, 201, 400, 409}, (sent, answer.content)


@settings(settings.get_profile("api"), max_examples=100)
@given(
    noun=st.sampled_from(
        [
            "channels",
            "time-entries",
            "responses",
            "trends/weekly",
            "estimates",
            "estimates/metrics",
            "goals/forecasts",
        ]
    ),
    query=st.dictionaries(
        st.sampled_from(
            ["limit", "cursor", "channel", "metric", "person", "from", "to", "archived", "format"]
        ),
        st.text(max_size=12) | st.integers().map(str) | st.dates().map(str),
        max_size=3,
    ),
)
def test_any_query_is_answered(alice: User, noun: str, query: dict[str, str]) -> None:
    answer = program_of(alice).get(f"/api/v1/teams/tideline/{noun}/", query)
    assert answer.status_code in {200, 400, 404}, (query, answer.content)
