"""The form of a week: its inputs' names, and what was posted in them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import BadRequest
from django.http import QueryDict

from tracker.calendar import days_of
from tracker.durations import parse_minutes
from tracker.models import Activity
from tracker.typed_hours import MOST_POSTS, CellKey, RowKey, Typed

CELL_NAME = re.compile(r"minutes\.([0-9]{1,18})\.([a-z_]{0,9})\.([0-9]{4}-[0-9]{2}-[0-9]{2})")
POSTS_NAME = re.compile(r"posts\.([0-9]{1,18})\.([a-z_]{0,9})")
NUMBER = re.compile(r"[0-9]{1,6}")


def cell_name(row: RowKey, day: date) -> str:
    return f"minutes.{row[0]}.{row[1]}.{day.isoformat()}"


def posts_name(row: RowKey) -> str:
    return f"posts.{row[0]}.{row[1]}"


def row_named(channel_id: str, activity: str) -> RowKey:
    """The row that an input's name or the form for a new row says; BadRequest if none."""
    if not channel_id.isascii() or not channel_id.isdigit() or len(channel_id) > 18:
        raise BadRequest(f"{channel_id[:40]!r} is not a channel's number")
    if activity not in Activity.values:
        raise BadRequest(f"{activity[:40]!r} is not an activity")
    return int(channel_id), activity


def parse_posts(text: str) -> int:
    """Posts of a row; nothing is 0. Raises ValueError with one line."""
    said = text.strip()
    if not said:
        return 0
    if NUMBER.fullmatch(said) is None:
        raise ValueError(f"“{said[:30]}” is not a number of posts such as 2")
    if int(said) > MOST_POSTS:
        raise ValueError(f"“{said}” posts are more than the {MOST_POSTS} that a row can hold")
    return int(said)


def write_shown(typed: Typed) -> str:
    """What a form shows, as the text that travels in its hidden field."""
    cells = {cell_name(key[:2], key[2]): minutes for key, minutes in typed.minutes.items()}
    posts = {posts_name(key): count for key, count in typed.posts.items()}
    return json.dumps(cells | posts, sort_keys=True, separators=(",", ":"))


def read_shown(text: str) -> Typed:
    """The reverse of `write_shown`; BadRequest for anything that it cannot have written."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest("the form does not say what it showed") from error
    if not isinstance(content, dict):
        raise BadRequest("the form does not say what it showed")
    minutes: dict[CellKey, int] = {}
    posts: dict[RowKey, int] = {}
    for name, number in content.items():
        if type(number) is not int:
            raise BadRequest("the form does not say what it showed")
        row, day = place_of(name)
        if day is None:
            posts[row] = number
        else:
            minutes[*row, day] = number
    return Typed(minutes, posts)


def day_named(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(f"{text!r} is not a day") from error


@dataclass(frozen=True, slots=True)
class Posted:
    """What somebody sent: the texts as they were typed, what they say, what is wrong with them."""

    texts: Mapping[str, str] = field(default_factory=dict)  # by input name
    errors: Mapping[str, str] = field(default_factory=dict)  # by input name, one line each
    typed: Typed = field(default_factory=Typed)  # what could be read
    shown: Typed = field(default_factory=Typed)  # what the form had shown
    rows: Collection[RowKey] = frozenset()  # those that had inputs, readable or not


def read_post(data: QueryDict, week: date) -> Posted:
    """
    Read the posted form of `week`. Raises BadRequest for what its page can't have sent.

    A cell that can't be read is in `errors` and missing from `typed`.
    """
    texts: dict[str, str] = {}
    errors: dict[str, str] = {}
    minutes: dict[CellKey, int] = {}
    posts: dict[RowKey, int] = {}
    rows: set[RowKey] = set()
    days = set(days_of(week))
    for name in data:
        if not name.startswith(("minutes.", "posts.")):
            continue
        row, day = place_of(name)
        if day is not None and day not in days:
            raise BadRequest(f"{day} is not a day of this week")
        rows.add(row)
        text = data.getlist(name)[-1]
        texts[name] = text
        try:
            if day is None:
                posts[row] = parse_posts(text)
            else:
                minutes[*row, day] = parse_minutes(text)
        except ValueError as error:
            errors[name] = str(error)
    return Posted(
        texts, errors, Typed(minutes, posts), read_shown(str(data.get("shown", ""))), rows
    )


def place_of(name: str) -> tuple[RowKey, date | None]:
    """The row and the day, None for its posts, of an input's name; BadRequest if it is none."""
    if match := CELL_NAME.fullmatch(name):
        return row_named(match[1], match[2]), day_named(match[3])
    if match := POSTS_NAME.fullmatch(name):
        return row_named(match[1], match[2]), None
    raise BadRequest(f"{name[:60]!r} is not an input of a week")
