"""The plan: its four answers, and what follows from each."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from tracker.calendar import monday_of
from tracker.capacity import capacities, channel_plans
from tracker.models import Allocation, Event, Goal, LearningQuestion, Plan, Review
from tracker.planning import planning_day, withdraw_allocation
from tracker.views.base import TeamPage
from tracker.views.plan_forms import (
    AllocationForm,
    AnswersForm,
    EventForm,
    GoalForm,
    QuestionForm,
    ReviewForm,
)


class PlanPage(TeamPage):
    """One plan, by default the one of today, with a form below each part for its owners."""

    template_name = "tracker/plan.html"
    section = "plan"
    # What the page's forms are called, both in what they post and as anchors in the page.
    nouns: ClassVar = ("allocation", "goal", "question", "event", "review")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(plan=self.chosen_plan()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        noun = request.POST.get("noun", "")
        plan = self.chosen_plan()
        if noun not in self.nouns or plan is None:
            raise BadRequest(f"The plan has no {noun[:20]!r}")
        form = self.form_for(noun, request)
        if form.is_valid() and self.save(noun, form, plan):
            return redirect(f"{self.address(plan)}#{noun}s")
        return self.render_to_response(
            self.get_context_data(plan=plan, refused=noun, **{f"{noun}_form": form}), status=422
        )

    def chosen_plan(self) -> Plan | None:
        """The one that `?plan=` names, else today's, else the latest."""
        plans = Plan.objects.of_team(self.team)
        chosen = self.request.GET.get("plan", "")
        if chosen:
            try:
                return plans.get(pk=chosen)
            except (Plan.DoesNotExist, ValueError) as error:
                raise Http404(f"there is no plan {chosen[:20]!r}") from error
        return plans.on(self.today).first() or plans.first()

    def address(self, plan: Plan) -> str:
        page = reverse("tracker:plan", kwargs={"team": self.team.slug})
        return f"{page}?plan={plan.pk}" if "plan" in self.request.GET else page

    def form_for(self, noun: str, request: HttpRequest | None = None) -> forms.BaseForm:
        """An empty form, or one that is bound to what `request` posts."""
        data = None if request is None else request.POST
        # A prefix keeps the ids of five forms on one page apart.
        if noun == "allocation":
            day = planning_day(team=self.team, now=self.now)
            return AllocationForm(data, prefix=noun, team=self.team, today=day)
        if noun == "review":
            return ReviewForm(data, prefix=noun, today=self.today)
        if noun == "goal":
            return GoalForm(
                data,
                prefix=noun,
                team=self.team,
                today=self.today,
                initial={"starts_on": self.today},
            )
        if noun == "event":
            return EventForm(data, prefix=noun, team=self.team, initial={"day": self.today})
        return QuestionForm(data, prefix=noun, team=self.team)

    def save(self, noun: str, form: forms.BaseForm, plan: Plan) -> bool:
        """Save a valid form and say so; False if the database's rules refuse it after all."""
        if isinstance(form, AllocationForm):
            allocation = form.save(plan)
            if allocation is None:
                return False
            said = f"{allocation.channel} has a new plan from {allocation.from_week:%-d %B} on."
        elif isinstance(form, ReviewForm):
            form.save(plan)
            said = "The review is kept, with the words of the plan as they are today."
        elif isinstance(form, EventForm):
            said = f"{form.save().name} is noted; the returns take it into account."
        elif isinstance(form, GoalForm | QuestionForm):
            form.instance.plan = plan
            form.save()
            said = f"The {noun} is added."
        else:
            raise TypeError(f"{noun}: no such form")
        messages.success(self.request, said)
        return True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan: Plan | None = kwargs["plan"]
        context = super().get_context_data(plans=Plan.objects.of_team(self.team), **kwargs)
        if plan is None:
            return context
        mine = Q(plan=plan) | Q(plan=None)
        day = planning_day(team=self.team, now=self.now)
        by_channel = channel_plans(team=self.team, today=day)
        context |= {
            "channel_plans": [each for each in by_channel if each.is_open],
            "past_allocations": sorted(
                ((each.channel, old) for each in by_channel for old in each.past),
                key=lambda pair: pair[1].from_week,
                reverse=True,
            ),
            "capacities": capacities(by_channel, monday_of(day)),
            "goals": Goal.objects.of_team(self.team)
            .filter(mine)
            .select_related("metric", "channel"),
            "questions": LearningQuestion.objects.of_team(self.team).filter(mine),
            "events": Event.objects.of_team(self.team)
            .filter(day__range=(plan.starts_on, plan.ends_on))
            .select_related("channel"),
            "reviews": Review.objects.of_team(self.team).filter(plan=plan),
        }
        if self.membership.may_manage:
            for noun in self.nouns:
                context.setdefault(f"{noun}_form", self.form_for(noun))
        return context


class AnswersPage(TeamPage):
    """The four answers as a form: of a new plan, or of one that is there."""

    template_name = "tracker/plan_answers.html"
    section = "plan"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.membership.may_manage:
            raise PermissionDenied
        return self.answer(self.form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form()
        if not form.is_valid():
            return self.answer(form, status=422)
        plan = form.save()
        messages.success(request, f"{plan.name} is saved.")
        page = reverse("tracker:plan", kwargs={"team": self.team.slug})
        return redirect(f"{page}?plan={plan.pk}")

    def form(self) -> AnswersForm:
        number = self.kwargs.get("plan")
        plan = (
            Plan(team=self.team, starts_on=self.today)
            if number is None
            else get_object_or_404(Plan.objects.of_team(self.team), pk=number)
        )
        data = self.request.POST if self.request.method == "POST" else None
        return AnswersForm(data, instance=plan, team=self.team)

    def answer(self, form: AnswersForm, status: int = 200) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)


class WithdrawAllocation(TeamPage):
    """Takes back a change of the plan that has not begun; there is nothing to read here."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseNotAllowed(["POST"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        allocation = get_object_or_404(
            Allocation.objects.of_team(self.team).select_related("channel", "team"),
            pk=kwargs["allocation"],
        )
        try:
            withdraw_allocation(
                allocation=allocation, today=planning_day(team=self.team, now=self.now)
            )
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(
                request,
                f"The change of {allocation.channel} from {allocation.from_week:%-d %B} is gone.",
            )
        return redirect(reverse("tracker:plan", kwargs={"team": self.team.slug}) + "#allocations")
