from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np

from engagement.models import Estimate
from engagement.patience import HOURS_A_WEEK, MEAN_LAG_WEEKS, patience_in, patience_of
from engagement.returns.estimate import estimate
from engagement.returns.patience import patience
from tests.engagement.returns.simulator import simulate
from tracker.models import Channel


def test_every_kind_has_its_pace() -> None:
    assert set(MEAN_LAG_WEEKS) == set(Channel.Kind)


def test_a_channel_without_history_answers_from_its_kind_and_says_so() -> None:
    answers = {
        kind: patience_of(kind=kind, answer=None, planned_hours=3.0) for kind in Channel.Kind
    }
    for answer in answers.values():
        assert answer["from_prior"] is True
        assert [row["hours"] for row in answer["rows"]] == [2, 3, 4, 8, 16, 32]
        # One in five efforts brings nothing, so no band has an end.
        assert {row["high"] for row in answer["rows"]} == {None}
    fast, slow = (answers[kind]["rows"][3] for kind in (Channel.Kind.X, Channel.Kind.YOUTUBE))
    assert fast["median"] < slow["median"]


def test_no_hours_are_no_history() -> None:
    known = simulate("steady", 1).history
    idle = type(known)(
        first_week=known.first_week,
        hours=np.zeros(len(known.hours)),
        worth=known.worth,
        events=known.events,
    )
    assert patience_of(kind="blog", answer=estimate(idle), planned_hours=None) == patience_of(
        kind="blog", answer=None, planned_hours=None
    )


def test_a_channel_with_history_answers_from_its_own_weeks() -> None:
    answer = estimate(simulate("steady", 3).history)
    assert answer.effect is not None
    told = patience_of(kind="blog", answer=answer, planned_hours=2.5)
    expected = patience(
        answer.effect,
        np.array([2.0, 2.5, *HOURS_A_WEEK[1:]]),
        noise=answer.noise,
        drift=answer.drift,
    )
    assert told["from_prior"] is False
    for name in ("low", "median", "high"):
        weeks = [np.inf if row[name] is None else row[name] for row in told["rows"]]
        assert weeks == getattr(expected, name).tolist()
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_what_is_kept_is_read_again(blog: Channel) -> None:
    kept = patience_of(kind=blog.kind, answer=None, planned_hours=3.5)
    read = patience_in(Estimate(channel=blog, patience=kept))
    assert read is not None
    assert asdict(read) == kept | {"rows": tuple(kept["rows"])}
    assert patience_in(Estimate(channel=blog)) is None
