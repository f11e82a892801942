"""This week: hours typed and saved, with the plan beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tracker.calendar import WEEK, days_of, iso_name, monday_of, week_named
from tracker.models import Activity, Channel
from tracker.typed_hours import (
    DayOverfullError,
    RowKey,
    WeekChangedError,
    WeekNotBegunError,
    refuse_a_week_not_begun,
    save_week,
)
from tracker.views.base import TeamPage
from tracker.views.week_form import Posted, read_post, row_named, write_shown
from tracker.views.week_table import table_of
from tracker.week import load_week

# What lies outside is a slip of the pen and not a week that anybody logs or plans.
FIRST_WEEK = date(2000, 1, 3)
WEEKS_AHEAD = 53


class WeekPage(TeamPage):
    """One week: a member's own with inputs, or the whole team's to read (`?of=team`)."""

    template_name = "tracker/week.html"
    section = "week"
    write_right = "log"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        week = self.chosen_week()
        posted = read_post(request.POST, week)
        if "add-row" in request.POST:
            new_row = row_named(
                request.POST.get("row-channel", ""), request.POST.get("row-activity", "")
            )
            return self.answer(posted=posted, new_row=new_row)
        if posted.errors:
            return self.answer(posted=posted, status=422)
        try:
            changed = save_week(
                team=self.team,
                person=self.membership.user,
                week=week,
                typed=posted.typed,
                shown=posted.shown,
                now=self.now,
            )
        except WeekChangedError:
            return self.answer(posted=posted, is_conflict=True, status=409)
        except DayOverfullError as error:
            return self.answer(posted=posted, overfull=str(error), status=422)
        except Channel.DoesNotExist as error:
            raise Http404(str(error)) from error
        except WeekNotBegunError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, saying(changed))
        return redirect(request.path)

    def chosen_week(self) -> date:
        """The Monday that the address names, or the current one; 404 where there is no such week."""
        name = self.kwargs.get("week")
        if name is None:
            return monday_of(self.today)
        try:
            week = week_named(name)
        except ValueError as error:
            raise Http404(str(error)) from error
        if not FIRST_WEEK <= week <= self.last_week:
            raise Http404(f"{name} is too far away")
        return week

    @property
    def last_week(self) -> date:
        return monday_of(self.today) + WEEKS_AHEAD * WEEK

    def answer(
        self,
        *,
        posted: Posted | None = None,
        is_conflict: bool = False,
        overfull: str = "",
        new_row: RowKey | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """The page, with what was posted shown again where something was."""
        week = self.chosen_week()
        is_own = self.may("log") and (posted is not None or self.request.GET.get("of") != "team")
        try:
            loaded = load_week(
                team=self.team,
                week=week,
                person=self.membership.user if is_own else None,
                extra_rows=posted_rows(posted, new_row),
            )
        except Channel.DoesNotExist as error:
            raise Http404(str(error)) from error
        table = table_of(
            loaded, today=self.today, posted=posted, is_conflict=is_conflict, new_row=new_row
        )
        not_begun = why_closed(week, self.today)
        shown = posted.shown if posted and not is_conflict else loaded.typed
        context = self.get_context_data(
            table=table,
            is_own=is_own,
            may_type=is_own and not not_begun,
            not_begun=not_begun,
            is_conflict=is_conflict,
            overfull=overfull,
            is_refused=bool(table.wrong) and new_row is None,
            shown=write_shown(shown),
            activities=Activity.choices,
            channels=loaded.active_channels,
            number=week.isocalendar().week,
            dates=dates_of(week, self.today),
            is_current=week == monday_of(self.today),
            previous=self.address(week - WEEK, is_own) if week > FIRST_WEEK else "",
            following=self.address(week + WEEK, is_own) if week < self.last_week else "",
            current=self.address(monday_of(self.today), is_own),
            of_team=f"{self.address(week)}?of=team",
            of_own=self.address(week),
        )
        return self.render_to_response(context, status=status)

    def address(self, week: date, is_own: bool = True) -> str:
        """Where `week` is shown; the team's, for somebody who also has an own one."""
        address = reverse("tracker:week-of", args=[self.team.slug, iso_name(week)])
        return address if is_own or not self.may("log") else f"{address}?of=team"


def posted_rows(posted: Posted | None, new_row: RowKey | None) -> set[RowKey]:
    """The rows that a form had and must keep, typed in or not, and the one just added."""
    rows = set(posted.rows) if posted else set()
    return rows | {new_row} if new_row else rows


def why_closed(week: date, today: date) -> str:
    """One line that says why no hours can be typed into `week`; empty if they can."""
    try:
        refuse_a_week_not_begun(week, today)
    except WeekNotBegunError as reason:
        return str(reason)
    return ""


def dates_of(week: date, today: date) -> str:
    """`16–22 November`, `30 November – 6 December`, with the year if it is not today's."""
    first, last = days_of(week)[0], days_of(week)[-1]
    year = "" if first.year == last.year == today.year else f" {last.year}"
    if first.month == last.month:
        return f"{first.day}–{last.day} {last:%B}{year}"
    first_year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%B}{first_year} – {last.day} {last:%B}{year}"


def saying(changed: int) -> str:
    """What a save did, in one line."""
    if not changed:
        return "Nothing had changed, so nothing was written."
    return f"Saved: {changed} {'cell' if changed == 1 else 'cells'} changed."
