"""Activities by the words that people use for them."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.models import Activity

WORDS: dict[str, Activity] = {
    word: activity
    for activity, words in {
        Activity.CREATE: "create creating content post posts posting write writing draft drafting",
        Activity.REPLY: "reply replies replying respond responding answer answers answering",
        Activity.LISTEN: "listen listening monitor monitoring",
        Activity.REACH_OUT: "reach_out outreach",
        Activity.MEET: "meet meeting meetings call calls",
        Activity.LEARN: "learn learning research researching",
        Activity.ORGANISE: "organise organising organize organizing admin planning",
    }.items()
    for word in words.split()
}
WORDS["reach out"] = WORDS["reaching out"] = WORDS["reach-out"] = Activity.REACH_OUT


def activity_in(texts: Iterable[str]) -> str:
    """The activity that the first telling text is a word for; empty if none is."""
    for text in texts:
        if (activity := WORDS.get(text.strip().casefold())) is not None:
            return activity.value
    return Activity.UNSAID.value
