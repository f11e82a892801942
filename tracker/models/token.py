"""Keys with which programs reach the API."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from tracker.models.team import User

PREFIX_LENGTH = 8
# A token's last use is told to the hour: a row written at each request would cost more than it says.
LAST_USE_GRAIN = timedelta(hours=1)


def digest_of(secret: str) -> str:
    """HMAC-SHA256 of a token under the secret key: a stolen table opens nothing."""
    return hmac.new(settings.SECRET_KEY.encode(), secret.encode(), sha256).hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, at: datetime) -> Self:
        return self.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=at),
            revoked_at__isnull=True,
            user__is_active=True,
        )

    def matching(self, secret: str) -> Self:
        return self.filter(digest=digest_of(secret))


class ApiToken(models.Model):
    """A bearer token of one user, kept as an HMAC; it reaches what its user may reach."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=PREFIX_LENGTH, help_text="To tell tokens apart.")
    digest = models.CharField(max_length=64, unique=True)
    read_only = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="token_has_a_name"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def note_use(self, at: datetime) -> None:
        if self.last_used_at is None or at - self.last_used_at >= LAST_USE_GRAIN:
            ApiToken.objects.filter(pk=self.pk).update(last_used_at=at)


def issue_token(
    *, user: User, name: str, read_only: bool, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token and its secret; the secret is shown once and kept nowhere."""
    secret = f"lr_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=user,
        name=name,
        prefix=secret[:PREFIX_LENGTH],
        digest=digest_of(secret),
        read_only=read_only,
        expires_at=expires_at,
    )
    return token, secret
