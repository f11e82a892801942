"""A goal, a question, an event of the plan, each on a page of its own: to change or take away."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from tracker.goals import delete_goal
from tracker.models import Event, Goal, LearningQuestion
from tracker.models.team import TeamOwnedQuerySet
from tracker.planning import delete_event
from tracker.views.base import TeamPage
from tracker.views.forms import TeamOwnedForm
from tracker.views.plan_forms import AnsweredQuestionForm, EventForm, GoalForm


class PlanItemPage(TeamPage):
    """One row of the plan with its form; `delete` in what is posted takes it away."""

    template_name = "tracker/plan_item.html"
    section = "plan"
    noun: ClassVar[str]
    form_class: ClassVar[type[TeamOwnedForm]]

    def rows(self) -> TeamOwnedQuerySet[Any]:
        """The rows that this page may show: those of the team."""
        raise NotImplementedError

    def delete_row(self, row: Any) -> None:
        row.delete()

    def form_of(self, row: Any, data: QueryDict | None = None) -> TeamOwnedForm:
        """The form of `row`, bound to what is posted."""
        return self.form_class(data, instance=row, team=self.team)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.membership.may_manage:
            raise PermissionDenied
        return self.answer(self.form_of(self.row()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = self.row()
        if "delete" in request.POST:
            self.delete_row(row)
            messages.success(request, f"The {self.noun} is gone.")
            return redirect(self.plan_address())
        form = self.form_of(row, request.POST)
        if not form.is_valid():
            return self.answer(form, status=422)
        form.save()
        messages.success(request, f"The {self.noun} is saved.")
        return redirect(self.plan_address())

    def row(self) -> Model:
        row: Model = get_object_or_404(self.rows(), pk=self.kwargs["pk"])
        return row

    def plan_address(self) -> str:
        return reverse("tracker:plan", kwargs={"team": self.team.slug}) + f"#{self.noun}s"

    def answer(self, form: TeamOwnedForm, status: int = 200) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(form=form, noun=self.noun, back=self.plan_address()),
            status=status,
        )


class GoalPage(PlanItemPage):
    noun = "goal"
    form_class = GoalForm

    def rows(self) -> TeamOwnedQuerySet[Goal]:
        return Goal.objects.of_team(self.team)

    def form_of(self, row: Goal, data: QueryDict | None = None) -> GoalForm:
        return GoalForm(data, instance=row, team=self.team, today=self.today)

    def delete_row(self, row: Goal) -> None:
        delete_goal(goal=row, today=self.today)


class QuestionPage(PlanItemPage):
    noun = "question"
    form_class = AnsweredQuestionForm

    def rows(self) -> TeamOwnedQuerySet[LearningQuestion]:
        return LearningQuestion.objects.of_team(self.team)


class EventPage(PlanItemPage):
    noun = "event"
    form_class = EventForm

    def rows(self) -> TeamOwnedQuerySet[Event]:
        return Event.objects.of_team(self.team)

    def delete_row(self, row: Event) -> None:
        delete_event(event=row)
