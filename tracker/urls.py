"""Addresses of tracker's pages, below `/t/<team>/`."""

from django.urls import URLPattern, URLResolver, path

from tracker.views.channels import ChannelPage, ChannelsPage, MetricPage
from tracker.views.imports import DiscardImport, ImportPage, ImportsPage, UndoImport
from tracker.views.plan import AnswersPage, PlanPage, WithdrawAllocation
from tracker.views.plan_items import EventPage, GoalPage, QuestionPage
from tracker.views.week import WeekPage

app_name = "tracker"
urlpatterns: list[URLPattern | URLResolver] = [
    path("week/", WeekPage.as_view(), name="week"),
    path("week/<str:week>/", WeekPage.as_view(), name="week-of"),
    path("plan/", PlanPage.as_view(), name="plan"),
    path("plan/new/", AnswersPage.as_view(), name="plan-new"),
    path("plan/<int:plan>/answers/", AnswersPage.as_view(), name="plan-answers"),
    path(
        "plan/allocations/<int:allocation>/withdraw/",
        WithdrawAllocation.as_view(),
        name="allocation-withdraw",
    ),
    path("plan/goals/<int:pk>/", GoalPage.as_view(), name="goal"),
    path("plan/questions/<int:pk>/", QuestionPage.as_view(), name="question"),
    path("plan/events/<int:pk>/", EventPage.as_view(), name="event"),
    path("channels/", ChannelsPage.as_view(), name="channels"),
    path("channels/<int:pk>/", ChannelPage.as_view(), name="channel"),
    path("metrics/<int:pk>/", MetricPage.as_view(), name="metric"),
    path("imports/", ImportsPage.as_view(), name="imports"),
    path("imports/<int:batch>/", ImportPage.as_view(), name="import"),
    path("imports/<int:batch>/undo/", UndoImport.as_view(), name="import-undo"),
    path("imports/<int:batch>/discard/", DiscardImport.as_view(), name="import-discard"),
]
