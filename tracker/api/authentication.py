"""`Authorization: Bearer …` for the API, and what a read-only token may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from tracker.models import ApiToken, User

if TYPE_CHECKING:
    # The settings name this module while REST framework's views are still being loaded.
    from rest_framework.views import APIView


class TokenAuthentication(BaseAuthentication):
    """
    Signs a request in by its bearer token; `request.auth` is then the ApiToken.

    A request whose header says Bearer stands or falls with the token, whatever its cookies
    say. It comes before the session in the settings, so that an anonymous request is answered
    by 401 and not by 403.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        # Latin-1 knows every byte, so that no header can make this raise.
        scheme, *secrets = get_authorization_header(request).decode("latin-1").split() or [""]
        if scheme.lower() != "bearer":
            return None
        if len(secrets) != 1:
            raise AuthenticationFailed("the header is not of the form: Authorization: Bearer TOKEN")
        now = timezone.now()
        # The row is found by the HMAC of what was sent: how long the search takes depends on
        # a number that nobody outside can choose, so that it tells nothing of other tokens.
        token = ApiToken.objects.usable(now).matching(secrets[0]).select_related("user").first()
        if token is None:
            raise AuthenticationFailed("this token is unknown, expired or revoked")
        token.note_use(now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def only_reads(request: Request, view: APIView) -> bool:
    """
    Whether the request can change nothing: by its method, or because its view only answers.

    A question that is too long for an address is asked by POST. Its view says `writes_nothing`,
    and a test holds it to that; every other POST writes.
    """
    if request.method in SAFE_METHODS:
        return True
    return request.method == "POST" and getattr(view, "writes_nothing", False) is True


class ReadOnlyTokensOnlyRead(BasePermission):
    """A token that was made for reading reads, whatever its user may do; see `only_reads`."""

    message = "this token may only read"

    def has_permission(self, request: Request, view: APIView) -> bool:
        if only_reads(request, view):
            return True
        return not (isinstance(request.auth, ApiToken) and request.auth.read_only)
