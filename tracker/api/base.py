"""The one door to a team's data over the API; see also tracker.views.base for the pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Literal, TypeVar, cast

from django.db.models import Model, QuerySet
from django.utils import timezone
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.viewsets import GenericViewSet

from tracker.api.authentication import only_reads
from tracker.api.filters import DeclaredFilters, Filters, read_query
from tracker.api.pagination import CursorPages
from tracker.models import Membership, Team, User
from tracker.models.team import TeamOwnedQuerySet

Right = Literal["log", "manage"]
Row = TypeVar("Row", bound=Model)

FORMAT = api_settings.URL_FORMAT_OVERRIDE or ""
READ_AND_WRITE = ["get", "head", "options", "post", "patch"]
READ_WRITE_DELETE = [*READ_AND_WRITE, "delete"]

WHO_MAY: dict[Right, str] = {
    "log": "viewers only read; ask an owner of the team for another role",
    "manage": "only owners of the team may change this",
}


class TeamResource(GenericViewSet[Any]):
    """
    Rows of the team that the address names.

    A stranger gets 404 whatever he asks for, a role that may not write 403. `self.team`,
    `self.membership`, `self.now` (aware) and `self.today` (where the team works) are there
    before a handler runs. The class's `queryset` is an empty one of its model: what there is
    to see comes from `get_queryset` alone.
    """

    queryset: QuerySet[Any]
    write_right: ClassVar[Right] = "manage"
    writes_nothing: ClassVar[bool] = False  # True of a POST that asks; see only_reads
    filters: ClassVar[type[Filters]] = Filters
    order: ClassVar[tuple[str, ...]] = ("pk",)

    filter_backends = (DeclaredFilters,)
    pagination_class = CursorPages
    lookup_value_converter = "int"

    team: Team
    membership: Membership
    now: datetime
    today: date
    lookups: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.membership = membership_in(kwargs["team"], cast(User, request.user))
        self.team = self.membership.team
        self.now = timezone.now()
        self.today = self.team.day_at(self.now)
        self._choices: dict[type[Model], Mapping[int, Model]] = {}
        # A method that the address does not have is answered by 405, in any role.
        if not only_reads(request, self) and self.action and not self.may(self.write_right):
            raise PermissionDenied(WHO_MAY[self.write_right])
        listing = self.action == "list"
        self.lookups = read_query(
            request,
            known={FORMAT} | (self.page_parameters(request) if listing else set()),
            filters=self.filters(context=self.get_serializer_context()) if listing else None,
        )

    def page_parameters(self, request: Request) -> set[str]:
        return set(CursorPages.parameters)

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):  # no request: the document is being made
            return self.queryset
        return rows_of(self.team, self.queryset.model)

    def may(self, right: Right) -> bool:
        return self.membership.may_log if right == "log" else self.membership.may_manage

    def choices(self, model: type[Row]) -> Mapping[int, Row]:
        """The team's own rows of `model` by id, read once a request."""
        if model not in self._choices:
            self._choices[model] = {row.pk: row for row in rows_of(self.team, model)}
        return cast(Mapping[int, Row], self._choices[model])


def rows_of(team: Team, model: type[Model]) -> QuerySet[Any]:
    """The rows of `model` that belong to `team`; its people, if `model` is User."""
    if model is User:
        return User.objects.filter(memberships__team=team)
    return cast(TeamOwnedQuerySet[Any], model._default_manager.all()).of_team(team)


def membership_in(slug: str, user: User) -> Membership:
    """The membership of `user` in the team `slug`; NotFound also where there is such a team."""
    membership = (
        Membership.objects.select_related("team", "user")
        .filter(team__in=Team.objects.visible_to(user), team__slug=slug, user=user)
        .first()
    )
    if membership is None:
        raise NotFound("you are in no team of this name")
    return membership
