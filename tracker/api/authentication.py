"""`Authorization: Bearer …` for the API."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from tracker.models import ApiToken, User


class TokenAuthentication(BaseAuthentication):
    """Signs a request in by its bearer token; `request.auth` is then the ApiToken."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        token = ApiToken.objects.usable(now).matching(secret.strip()).select_related("user").first()
        if token is None:
            raise AuthenticationFailed("this token is unknown, expired or revoked")
        token.note_use(now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
