"""People, teams, and the one scope through which every team-owned row is reached."""

from __future__ import annotations

import zoneinfo
from datetime import date, datetime
from typing import Any, ClassVar, Self, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.contrib.auth.models import BaseUserManager as DjangoUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class UserManager(DjangoUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address, which is kept in lower case."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May open the operators' admin.")
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="user_email_is_lower_case",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"{name!r} is not a time zone such as Europe/Berlin")


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The teams that `user` belongs to, in any role."""
        if user.pk is None:
            return self.none()
        return self.filter(memberships__user=user)


class Team(models.Model):
    """The tenant: its people, channels, plans and data; nobody outside sees any of it."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    time_zone = models.CharField(max_length=60, default="UTC", validators=[validate_time_zone])
    currency = models.CharField(
        max_length=3,
        blank=True,
        help_text="ISO code such as EUR if a metric's worth is money; empty if it is points.",
    )
    hour_cost = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="What an hour of work costs the team, in the same unit as a metric's worth.",
    )
    promised_answer_minutes = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="How fast the team promises itself to answer a complaint.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    past_open = models.BooleanField(
        default=False,
        help_text="True only while a team is founded with a history, or erased: nothing else "
        "may write allocations of weeks that have begun.",
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(hour_cost__isnull=True) | Q(hour_cost__gte=0),
                name="team_hour_cost_not_negative",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def day_at(self, moment: datetime) -> date:
        """The calendar day that `moment` (aware) falls on where the team works."""
        return moment.astimezone(zoneinfo.ZoneInfo(self.time_zone)).date()


class Membership(models.Model):
    """A user in a team, with what they may do there."""

    class Role(models.TextChoices):
        OWNER = "owner", "Owner"
        MEMBER = "member", "Member"
        VIEWER = "viewer", "Viewer"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=6, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("team", "user"), name="membership_once_per_team"),
            models.CheckConstraint(
                condition=Q(role__in=("owner", "member", "viewer")), name="membership_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} in {self.team} as {self.role}"

    @property
    def may_log(self) -> bool:
        """Hours, responses, imports: what a week of work brings."""
        return self.role in (self.Role.OWNER, self.Role.MEMBER)

    @property
    def may_manage(self) -> bool:
        """Plan, channels, metrics, people: what the team agrees on."""
        return self.role == self.Role.OWNER


Owned = TypeVar("Owned", bound="TeamOwned")


class TeamOwnedQuerySet(models.QuerySet[Owned]):
    """Where every query of a team's data begins."""

    def of_team(self, team: Team) -> Self:
        return self.filter(team=team)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The rows of the teams that `user` belongs to, in any role."""
        if user.pk is None:
            return self.none()
        return self.filter(team__memberships__user=user)


class TeamOwned(models.Model):
    """A row that belongs to one team and is reached through `visible_to` or `of_team` only."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True
