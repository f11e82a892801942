"""
Every route of the project with the status that each of ROLES gets, per method, for an empty body.

One line a route. A parameter that names a row is filled from `rows_of_the_team` in
test_every_route.py, under its own name or under the one that `fills` gives it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ROLES = ("anonymous", "stranger", "viewer", "member", "owner")

# Looked after by their own packages: one line stands for all that lies below.
PREFIXES = ("operators/",)
API = "api/v1/"
IN_TEAM = f"{API}teams/<slug:team>/"
PAGE = "t/<slug:team>/"
# Pages that live below the API's prefix; a token opens no page.
PAGES_OF_THE_API = (f"{API}docs/",)


@dataclass(frozen=True)
class Line:
    """One route: the statuses by method, and which row of the team fills which parameter."""

    route: str
    statuses: dict[str, str]
    fills: dict[str, str] = field(default_factory=dict)

    def status(self, method: str, role: str) -> int:
        return int(self.statuses[method].split()[ROLES.index(role)])


def line(route: str, *, pk: str = "", **statuses: str) -> Line:
    return Line(route, statuses, {"pk": pk} if pk else {})


# fmt: off
TABLE: list[Line] = [
    # The front door                 anonymous stranger viewer member owner
    line("", GET="302 302 302 302 302", POST="302 405 405 405 405"),
    line("healthz/", GET="200 200 200 200 200", POST="405 405 405 405 405"),
    line("robots.txt", GET="200 200 200 200 200", POST="405 405 405 405 405"),
    line("operators/", GET="302 302 302 302 302"),
    line("teams/new/", GET="302 200 200 200 200", POST="302 422 422 422 422"),

    # Week
    line(f"{PAGE}week/", GET="302 404 200 200 200", POST="302 404 403 400 400"),
    line(f"{PAGE}week/<str:week>/", GET="302 404 200 200 200", POST="302 404 403 400 400"),

    # Plan
    line(f"{PAGE}plan/", GET="302 404 200 200 200", POST="302 404 403 403 400"),
    line(f"{PAGE}plan/new/", GET="302 404 403 403 200", POST="302 404 403 403 422"),
    line(f"{PAGE}plan/<int:plan>/answers/", GET="302 404 403 403 200", POST="302 404 403 403 422"),
    line(f"{PAGE}plan/allocations/<int:allocation>/withdraw/", GET="302 404 405 405 405", POST="302 404 403 403 302"),
    line(f"{PAGE}plan/goals/<int:pk>/", GET="302 404 403 403 200", POST="302 404 403 403 422", pk="goal"),
    line(f"{PAGE}plan/questions/<int:pk>/", GET="302 404 403 403 200", POST="302 404 403 403 422", pk="question"),
    line(f"{PAGE}plan/events/<int:pk>/", GET="302 404 403 403 200", POST="302 404 403 403 422", pk="event"),

    # Channels and metrics
    line(f"{PAGE}channels/", GET="302 404 200 200 200", POST="302 404 403 403 400"),
    line(f"{PAGE}channels/<int:pk>/", GET="302 404 403 403 200", POST="302 404 403 403 422", pk="channel"),
    line(f"{PAGE}metrics/<int:pk>/", GET="302 404 403 403 200", POST="302 404 403 403 422", pk="metric"),

    # Imports (the owner's, finished: undoing asks first, in whichever way it ends)
    line(f"{PAGE}imports/", GET="302 404 200 200 200", POST="302 404 403 422 422"),
    line(f"{PAGE}imports/<int:batch>/", GET="302 404 200 200 200", POST="302 404 403 403 302"),
    line(f"{PAGE}imports/<int:batch>/undo/", GET="302 404 403 403 200", POST="302 404 403 403 302"),
    line(f"{PAGE}imports/<int:batch>/discard/", POST="302 404 403 403 302"),

    # Returns
    line(f"{PAGE}returns/", GET="302 404 200 200 200"),
    line(f"{PAGE}returns/<slug:chart>.csv", GET="302 404 200 200 200"),

    # Over the API, where to begin
    line(API, GET="401 200 200 200 200"),
    line(f"{API}schema/", GET="401 200 200 200 200"),
    line(f"{API}docs/", GET="302 200 200 200 200"),
    line(f"{API}^.+$", GET="401 404 404 404 404"),

    # Over the API, teams
    line(f"{API}teams/", GET="401 200 200 200 200"),
    line(IN_TEAM, GET="401 404 200 200 200"),

    # Over the API, channels and metrics
    line(f"{IN_TEAM}channels/", GET="401 404 200 200 200", POST="401 404 403 403 400"),
    line(f"{IN_TEAM}channels/<int:pk>/", GET="401 404 200 200 200", PATCH="401 404 403 403 200", pk="channel"),
    line(f"{IN_TEAM}metrics/", GET="401 404 200 200 200", POST="401 404 403 403 400"),
    line(f"{IN_TEAM}metrics/<int:pk>/", GET="401 404 200 200 200", PATCH="401 404 403 403 200", pk="metric"),

    # Over the API, plans
    line(f"{IN_TEAM}plans/", GET="401 404 200 200 200", POST="401 404 403 403 400"),
    line(f"{IN_TEAM}plans/<int:pk>/", GET="401 404 200 200 200", PATCH="401 404 403 403 200", pk="plan"),
    line(f"{IN_TEAM}plans/<int:plan>/allocations/", GET="401 404 200 200 200", POST="401 404 403 403 400"),
    line(f"{IN_TEAM}plans/<int:plan>/allocations/<int:pk>/", GET="401 404 200 200 200", DELETE="401 404 403 403 204", pk="allocation"),

    # Over the API, hours (the entry is the owner's, so a member may not change it)
    line(f"{IN_TEAM}time-entries/", GET="401 404 200 200 200", POST="401 404 403 400 400"),
    line(f"{IN_TEAM}time-entries/<int:pk>/", GET="401 404 200 200 200", PATCH="401 404 403 403 200", DELETE="401 404 403 403 204", pk="entry"),

    # Over the API, responses, trends, estimates
    line(f"{IN_TEAM}responses/", GET="401 404 200 200 200", POST="401 404 403 400 400"),
    line(f"{IN_TEAM}responses/<int:pk>/", GET="401 404 200 200 200", pk="response"),
    line(f"{IN_TEAM}trends/weekly/", GET="401 404 200 200 200"),
    line(f"{IN_TEAM}forecasts/weekly/", GET="401 404 200 200 200"),
    line(f"{IN_TEAM}forecasts/record/", GET="401 404 200 200 200"),
    line(f"{IN_TEAM}estimates/", GET="401 404 200 200 200"),
    line(f"{IN_TEAM}estimates/<int:channel>/", GET="401 404 200 200 200"),
    line(f"{IN_TEAM}estimates/metrics/", GET="401 404 200 200 200"),
    line(f"{IN_TEAM}estimates/metrics/<int:pk>/", GET="401 404 200 200 200", pk="metric_estimate"),
    line(f"{IN_TEAM}goals/forecasts/", GET="401 404 200 200 200"),

    # Over the API, questions: they write nothing, so whoever may read may ask
    line(f"{IN_TEAM}what-if/", POST="401 404 400 400 400"),
    line(f"{IN_TEAM}reallocation/", POST="401 404 409 409 409"),
    line(f"{IN_TEAM}start/", POST="401 404 400 400 400"),

    # Sign-in
    line("accounts/login/", GET="200 302 302 302 302", POST="200 302 302 302 302", PUT="200 302 302 302 302"),
    line("accounts/login/code/confirm/", GET="302 302 302 302 302", POST="302 302 302 302 302", PUT="302 302 302 302 302"),
    line("accounts/logout/", GET="302 200 200 200 200", POST="302 302 302 302 302"),
    line("accounts/inactive/", GET="200 200 200 200 200"),
    line("accounts/signup/", GET="200 302 302 302 302", POST="200 302 302 302 302", PUT="200 302 302 302 302"),
    line("accounts/reauthenticate/", GET="302 200 200 200 200", POST="302 200 200 200 200", PUT="302 200 200 200 200"),
    line("accounts/email/", GET="302 200 200 200 200", POST="302 302 302 302 302", PUT="302 302 302 302 302"),
    line("accounts/confirm-email/", GET="200 200 200 200 200", POST="405 405 405 405 405"),
    line(r"accounts/^confirm-email/(?P<key>[-:\w]+)/$", GET="200 200 200 200 200", POST="404 404 404 404 404"),
    line("accounts/password/change/", GET="302 200 200 200 200", POST="302 200 200 200 200", PUT="302 200 200 200 200"),
    line("accounts/password/set/", GET="302 302 302 302 302", POST="302 302 302 302 302", PUT="302 302 302 302 302"),
    line("accounts/password/reset/", GET="200 200 200 200 200", POST="200 200 200 200 200", PUT="200 200 200 200 200"),
    line("accounts/password/reset/done/", GET="200 200 200 200 200"),
    line("accounts/password/reset/key/done/", GET="200 200 200 200 200"),
    line(r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", GET="200 200 200 200 200", POST="200 200 200 200 200", PUT="200 200 200 200 200"),
]
# fmt: on
