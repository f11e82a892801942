"""The same thing asked by several at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

AT_ONCE = 4


def all_at_once(ask: Callable[[int], Any]) -> list[Any]:
    """The answers of AT_ONCE threads that ask at the same moment."""
    gate = Barrier(AT_ONCE)

    def asked(number: int) -> Any:
        gate.wait()
        try:
            return ask(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(asked, range(AT_ONCE)))
