"""What keeps Returns from telling the whole truth, and what the reader can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engagement import amounts
from engagement.models import RefreshState
from engagement.overview import Overview
from tracker.models import Membership


@dataclass(frozen=True, slots=True)
class Notice:
    """A lack in words; `page` is the route that mends it, empty if the reader may not."""

    badge: str
    text: str
    action: str = ""
    page: str = ""
    evidence: str = ""
    is_broken: bool = False


def notices_of(overview: Overview, membership: Membership, today: date) -> list[Notice]:
    """What is broken first, then what is missing, in the order in which one would begin."""
    found = [_set_aside(state, membership, today) for state in overview.set_aside]
    # The running week is not counted, but who has begun in it lacks nothing.
    worths = [week.worth for week in overview.weeks if week.worth is not None]
    if not any(week.planned_minutes for week in overview.weeks):
        found.append(
            Notice(
                badge="No plan",
                text="Without a plan there is nothing to judge the hours against.",
                action="Plan the hours",
                page="tracker:plan" if membership.may_manage else "",
            )
        )
    if not any(week.logged_minutes for week in overview.weeks):
        found.append(
            Notice(
                badge="No hours",
                text="Nobody has logged an hour in these weeks.",
                action="Log the week",
                page="tracker:week" if membership.may_log else "",
            )
        )
    if not worths:
        found.append(
            Notice(
                badge="No responses",
                text="What came back in these weeks is not known.",
                action="Import what came back",
                page="tracker:imports" if membership.may_log else "",
            )
        )
    elif not any(worths):
        found.append(
            Notice(
                badge="No worth",
                text="Responses were counted, but not one of them is worth anything.",
                action="Say what they are worth",
                page="tracker:channels" if membership.may_manage else "",
            )
        )
    return found


def _set_aside(state: RefreshState, membership: Membership, today: date) -> Notice:
    since = "are missing"
    if state.refreshed_at:
        computed_on = membership.team.day_at(state.refreshed_at)
        since = f"are those of {amounts.day(computed_on, today)}"
    return Notice(
        badge="Set aside",
        text=f"The numbers of {state.channel} {since}: computing them failed.",
        evidence=state.error if membership.may_manage else "An owner of the team sees why.",
        is_broken=True,
    )
