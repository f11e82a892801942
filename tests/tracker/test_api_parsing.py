from __future__ import annotations

import pytest

from tests.api import program_of
from tracker.models import User

ENTRIES = "/api/v1/teams/tideline/time-entries/"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[" * 200_000, 400),
        (b"\xff\xfe", 400),
        (b'{"minutes": NaN}', 400),
        (b'{"minutes": 1' + b"0" * 5000 + b"}", 400),
        (b'"\\ud800"', 400),
        (b"null", 400),
        (b"7", 400),
        (b"", 400),
        (b" " * 3_000_000, 413),
    ],
)
def test_a_body_that_is_no_use_gets_one_line(bob: User, body: bytes, status: int) -> None:
    answer = program_of(bob).post(ENTRIES, body, content_type="application/json")
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "detail", "problems"}
    assert "\n" not in answer.json()["detail"]


def test_anything_but_json_is_refused(bob: User) -> None:
    answer = program_of(bob).post(ENTRIES, b"key=a", content_type="application/octet-stream")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
