from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engagement.amounts import unit_of
from engagement.bands import Band
from engagement.hour_card import HourCard, hour_card
from engagement.lately import read_lately
from engagement.models import Estimate
from engagement.returns.estimate import MODEL_VERSION
from engagement.whatif import what_if
from tests.engagement.prospects import a_history, store
from tests.engagement.records import NOW, THIS_WEEK
from tests.engagement.stored import estimate
from tracker.calendar import WEEK
from tracker.models import Channel

TODAY = NOW.date()
EUROS = unit_of("EUR")


def card_of(row: Estimate, weeks_later: int = 0, *, is_archived: bool = False) -> HourCard:
    running = THIS_WEEK + weeks_later * WEEK
    return hour_card(
        row,
        read_lately(team=row.team, current_week=running),
        is_archived=is_archived,
        running=running,
        unit=EUROS,
        today=running,
    )


def said(card: HourCard) -> dict[str, str]:
    return {each.heading: plain(each.text) for each in card.said}


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def stored(channel: Channel, **how: Any) -> Estimate:
    store(channel, a_history(1, **how))
    return Estimate.objects.get(channel=channel)


def test_all_that_is_known_is_told_with_its_interval(blog: Channel) -> None:
    row = stored(blog)
    row.half_life_weeks, row.ninety_percent_weeks, row.p_effect = 1.04, 2.96, 0.9999
    row.marathon_index, row.hours = 0.654, 120.0
    row.gain_if_even, row.gain_if_even_low, row.gain_if_even_high = 212.0, 71.0, 356.0
    card = card_of(row)
    words = said(card)
    assert plain(card.note) == f"By model {MODEL_VERSION}, from 40 weeks up to 1 Mar"
    assert list(words) == ["When it comes", "In the bank", "Marathon or sprint"]
    assert words["When it comes"].startswith("Half of an hour’s effect comes within 1 week (")
    assert ", nine tenths within 3 weeks (" in words["When it comes"]
    assert "probability" not in words["When it comes"]
    assert words["Marathon or sprint"] == (
        "The marathon index is 0.65, where 1 is even weeks and near 0 a single burst. "
        "Spread evenly, the same 120 h would have brought €210 (70–360) more."
    )


def test_the_bank_is_that_of_the_what_if(blog: Channel) -> None:
    row = stored(blog)
    (found,) = what_if(team=blog.team, hours={}, now=NOW).channels
    bank = found.brought.bank
    assert found.bank_fades is not None
    words = said(card_of(row))["In the bank"]
    told = EUROS.with_interval(Band(bank.mean, bank.low, bank.high))
    assert f"still bring {told} in 13 weeks" in words
    assert (", or nothing. " in words) == (bank.low == 0)
    last_day = (found.bank_fades + WEEK).day - 1
    assert f"will have come by {last_day} " in words


@pytest.mark.parametrize("weeks_later", [-1, 14, 30])
def test_a_bank_of_another_week_is_being_computed(blog: Channel, weeks_later: int) -> None:
    words = said(card_of(stored(blog), weeks_later))
    assert words["In the bank"] == "What past hours still bring is being computed anew."


def test_draws_of_another_model_are_not_read_and_the_rest_is(blog: Channel) -> None:
    row = stored(blog)
    row.model_version, row.half_life_weeks, row.ninety_percent_weeks = "other", 1.0, 2.5
    card = card_of(row)
    assert card.note.startswith("By model other, ")
    assert said(card)["When it comes"].startswith(
        "Half of an hour’s effect comes within 1 week, nine tenths within 2.5 weeks."
    )
    assert said(card)["In the bank"] == "What past hours still bring is being computed anew."


def test_nobody_follows_an_archived_channel(blog: Channel) -> None:
    assert "In the bank" not in said(card_of(stored(blog), is_archived=True))


def test_an_empty_bank_is_called_empty(blog: Channel) -> None:
    history = a_history(1)
    idle = replace(history, hours=history.hours * ([1] * 14 + [0] * 26))
    store(blog, idle)
    words = said(card_of(Estimate.objects.get()))
    assert words["In the bank"] == "If effort stopped today, past hours would bring nothing more."


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        ((212.0, 71.0, 356.0), "would have brought €210 (70–360) more."),
        ((-212.0, -356.0, -71.0), "would have brought €210 (70–360) less."),
        ((40.0, 0.0, 90.0), "might have brought €40 (0–90) more: the interval includes nothing."),
        (
            (4.0, -20.0, 30.0),
            "might have brought €4 (−20 to 30) more: the interval includes nothing.",
        ),
        (
            (-4.0, -30.0, 20.0),
            "might have brought €4 (−20 to 30) less: the interval includes nothing.",
        ),
        ((0.0, 0.0, 0.0), "would have brought as much."),
    ],
)
def test_even_weeks_claim_no_more_than_their_interval(
    blog: Channel, gain: tuple[float, float, float], words: str
) -> None:
    row = estimate(blog, NOW)
    row.gain_if_even, row.gain_if_even_low, row.gain_if_even_high = gain
    assert said(card_of(row))["Marathon or sprint"].endswith(f"the same 45 h {words}")


def test_a_doubtful_effect_is_called_so(blog: Channel) -> None:
    row = estimate(blog, NOW, half_life_weeks=1.0, ninety_percent_weeks=2.0, p_effect=0.88)
    assert "that there is one has a probability of 88%." in said(card_of(row))["When it comes"]


def test_patience_is_told_row_by_row(blog: Channel) -> None:
    row = stored(blog, planned=4.0)
    row.patience = {
        "from_prior": False,
        "rows": [
            {"hours": 2, "low": None, "median": None, "high": None},
            {"hours": 2.5, "low": 40, "median": None, "high": None},
            {"hours": 4, "low": 1, "median": 9, "high": None},
            {"hours": 8, "low": 2, "median": 3, "high": 5},
            {"hours": 16, "low": 1, "median": 1, "high": 1},
        ],
    }
    card = card_of(row)
    assert [
        (plain(line.hours), plain(line.weeks), plain(line.interval), line.is_expected)
        for line in card.patience
    ] == [
        ("2 h", "not within two years", "", False),
        ("2.5 h", "not within two years", "40 weeks or more", False),
        ("4 h", "9 weeks", "1 week or more", True),
        ("8 h", "3 weeks", "2–5 weeks", False),
        ("16 h", "1 week", "1 week", False),
    ]
    assert card.patience_note.startswith("Until a new steady effort can be told from noise")


def test_a_channel_without_hours_has_only_what_is_usual_of_its_kind(blog: Channel) -> None:
    row = stored(blog, effect=0.0)
    row.patience = {
        "from_prior": True,
        "rows": [{"hours": 2, "low": 9, "median": 30, "high": None}],
    }
    card = card_of(row)
    assert card.said == ()
    assert card.patience_note == (
        "No hour was spent here yet: this is what is usual of its kind, and no data."
    )
    assert len(card.patience) == 1
    assert card_of(Estimate(team=blog.team, weeks=0, hours=0, model_version="m")).note == (
        "By model m; no week is over yet"
    )
