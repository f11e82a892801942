"""The forms of the plan: its answers, allocations, goals, questions, events and reviews."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError

from tracker.goals import save_goal
from tracker.models import Allocation, Channel, Event, Goal, LearningQuestion, Plan, Review, Team
from tracker.planning import allocate, review_plan, save_event
from tracker.views.forms import TeamOwnedForm, WeeklyHoursField, day_input, week_choices

WEEKS_AHEAD = 53


def text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class AnswersForm(TeamOwnedForm):
    """The four answers and the period that they are for."""

    class Meta:
        model = Plan
        fields = ("name", "starts_on", "ends_on", "accomplish", "learn", "execute", "measure")
        labels: ClassVar = {
            "starts_on": "From",
            "ends_on": "Until",
            "accomplish": "What do we want to accomplish?",
            "learn": "What do we need to learn?",
            "execute": "How will we execute?",
            "measure": "How will we measure and adapt?",
        }
        help_texts: ClassVar = {
            "name": "Such as “Autumn 2026”.",
            "accomplish": "The change in the world, not the number of posts.",
            "learn": "The questions whose answers would change what you do.",
            "execute": "Who does what, how often; the minutes come into the table.",
            "measure": "What you will look at, when, and what would make you stop.",
        }
        widgets: ClassVar = {
            "starts_on": day_input(),
            "ends_on": day_input(),
            "accomplish": text_area(4),
            "learn": text_area(4),
            "execute": text_area(4),
            "measure": text_area(4),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", "A plan ends after it starts.")
        return cleaned


class AllocationForm(forms.Form):
    """Hours and posts for one channel, from a week on."""

    channel = forms.ModelChoiceField(
        Channel.objects.none(), label="Channel", empty_label="Choose …"
    )
    weekly_minutes = WeeklyHoursField(
        label="Hours a week", help_text="2, 1.5, 1:30 or 90m; 0 ends the channel’s plan."
    )
    weekly_posts = forms.IntegerField(
        label="Posts a week", min_value=0, max_value=1000, initial=0, required=False
    )
    expected_delay_weeks = forms.IntegerField(
        label="Expected delay, weeks",
        min_value=0,
        max_value=104,
        initial=4,
        help_text="Until it has passed, nobody judges.",
    )
    from_week = forms.TypedChoiceField(label="From", coerce=date.fromisoformat)

    def __init__(self, *args: Any, team: Team, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        self.today = today
        channel = cast("forms.ModelChoiceField[Any]", self.fields["channel"])
        channel.queryset = Channel.objects.of_team(team).active()
        from_week = cast("forms.TypedChoiceField", self.fields["from_week"])
        from_week.choices = week_choices(today, WEEKS_AHEAD)
        from_week.initial = week_choices(today, 2)[1][0]

    def save(self, plan: Plan | None) -> Allocation | None:
        """The allocation; None, with the refusal beside its field, if the week is not open."""
        try:
            return allocate(
                team=self.team,
                channel=self.cleaned_data["channel"],
                from_week=self.cleaned_data["from_week"],
                weekly_minutes=self.cleaned_data["weekly_minutes"],
                weekly_posts=self.cleaned_data["weekly_posts"] or 0,
                expected_delay_weeks=self.cleaned_data["expected_delay_weeks"],
                plan=plan,
                registered_on=self.today,
            )
        except ValidationError as refusal:
            self.add_error(None, refusal)
            return None


class GoalForm(TeamOwnedForm):
    """A number to reach by a day."""

    class Meta:
        model = Goal
        fields = ("metric", "target", "channel", "starts_on", "due_on")
        labels: ClassVar = {"starts_on": "Counted from", "due_on": "Due on"}
        help_texts: ClassVar = {"channel": "", "starts_on": ""}
        widgets: ClassVar = {"starts_on": day_input(), "due_on": day_input()}

    def __init__(self, *args: Any, team: Team, today: date, **kwargs: Any) -> None:
        super().__init__(*args, team=team, **kwargs)
        self.today = today
        channel = cast("forms.ModelChoiceField[Any]", self.fields["channel"])
        channel.empty_label = "All channels"
        self.fields["target"].widget.attrs["min"] = 1

    def clean_target(self) -> int:
        target = int(self.cleaned_data["target"])
        if target == 0:
            raise ValidationError("A goal is above zero.")
        return target

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on, due_on = cleaned.get("starts_on"), cleaned.get("due_on")
        if starts_on and due_on and due_on <= starts_on:
            self.add_error("due_on", "A goal is due after its counting begins.")
        return cleaned

    def save(self, commit: bool = True) -> Goal:
        return save_goal(goal=super().save(commit=False), today=self.today)


class QuestionForm(TeamOwnedForm):
    """Something to learn."""

    class Meta:
        model = LearningQuestion
        fields = ("text",)
        labels: ClassVar = {"text": "Question"}


class AnsweredQuestionForm(TeamOwnedForm):
    """A question with its answer, once there is one."""

    class Meta:
        model = LearningQuestion
        fields = ("text", "answer", "answered_on")
        labels: ClassVar = {"text": "Question"}
        widgets: ClassVar = {"answer": text_area(4), "answered_on": day_input()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answered_on") and not cleaned.get("answer"):
            self.add_error("answer", "What is the answer that was found on that day?")
        return cleaned


class EventForm(TeamOwnedForm):
    """A dated note that explains a jump."""

    class Meta:
        model = Event
        fields = ("day", "kind", "name", "channel")
        labels: ClassVar = {"name": "What happened"}
        help_texts: ClassVar = {"channel": ""}
        widgets: ClassVar = {"day": day_input()}

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, team=team, **kwargs)
        channel = cast("forms.ModelChoiceField[Any]", self.fields["channel"])
        channel.empty_label = "All channels"

    def save(self, commit: bool = True) -> Event:
        return save_event(event=super().save(commit=False))


class ReviewForm(forms.Form):
    """What was learnt, what changes; the words of the plan are quoted beside it."""

    learnt = forms.CharField(label="What did we learn?", widget=text_area(3), max_length=5000)
    decision = forms.CharField(label="What changes?", widget=text_area(3), max_length=5000)
    from_week = forms.TypedChoiceField(
        label="From", coerce=date.fromisoformat, required=False, empty_value=None
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        from_week = cast("forms.TypedChoiceField", self.fields["from_week"])
        from_week.choices = [("", "Nothing changes"), *week_choices(today, WEEKS_AHEAD)]

    def save(self, plan: Plan) -> Review:
        return review_plan(
            plan=plan,
            day=self.today,
            learnt=self.cleaned_data["learnt"],
            decision=self.cleaned_data["decision"],
            from_week=self.cleaned_data["from_week"],
        )
