"""Programs that reach the API, for the tests about it."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from tracker.models import User
from tracker.models.token import issue_token


def program_of(user: User, *, read_only: bool = False) -> APIClient:
    """A client that signs in with a token of `user`, which was used a moment ago."""
    token, secret = issue_token(user=user, name="test", read_only=read_only)
    token.note_use(token.created_at)  # else the first request writes when it was
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def results(client: APIClient, address: str, **parameters: Any) -> list[dict[str, Any]]:
    answer = client.get(address, parameters)
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows
