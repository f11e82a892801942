"""X, tweet activity by tweet as CSV, as it was exported until 2024."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Generator, Iterator
from datetime import date, datetime

from engagement.files.responses import CountFact, ResponsesFormat, Span, read_count
from tracker.files import Header, Proof, Refusal, Row, Table
from tracker.files.dates import DateOrder
from tracker.files.reading import Line
from tracker.models import Channel

# Its columns, and our name for what they count. "engagements" sums up others, rates are no
# counts, and the promoted twins count what was bought.
COUNTS = {
    "impressions": "Impressions",
    "retweets": "Reposts",
    "replies": "Replies",
    "likes": "Likes",
    "favorites": "Likes",  # as they were called until 2015
    "user profile clicks": "Profile visits",
    "url clicks": "Clicks",
    "follows": "Followers",
}
TWEET_ID = re.compile(r"[0-9]{5,25}")
IN_PERMALINK = re.compile(r"/status/([0-9]{5,25})")


class Tweets(ResponsesFormat):
    """One row is one tweet; its counts are of all time and belong to the day of the tweet."""

    name = "x-posts"
    label = "X by tweet"
    proof = Proof.FILE
    names_channels = False
    how_to_export = "X Analytics, Tweets, then Export data and By Tweet."
    kind = Channel.Kind.X

    def recognises(self, header: Header) -> bool:
        return header.has("tweet id", "time", "impressions", "retweets")

    def rows(
        self, table: Table, *, dates: DateOrder | None, zone: zoneinfo.ZoneInfo
    ) -> Generator[Row[CountFact] | Refusal, None, None]:
        header = table.header
        tweet, link, time = (
            header.column(name) for name in ("tweet id", "tweet permalink", "time")
        )
        columns = [
            (metric, header.column(name)) for name, metric in COUNTS.items() if header.has(name)
        ]
        for line in table.lines():
            if isinstance(line, Refusal):
                yield line
                continue
            try:
                subject = tweet_id(line.cell(tweet), line.cell(link))
                day = day_of(line.cell(time), zone)
                facts = tuple(facts_of(line, columns, subject, day))
            except ValueError as error:
                yield Refusal(line.number, str(error))
                continue
            yield Row(line.number, facts) if facts else Refusal(line.number, "it has no counts")


def facts_of(
    line: Line, columns: list[tuple[str, int | None]], subject: str, day: date
) -> Iterator[CountFact]:
    for metric, column in columns:
        if (count := read_count(line.cell(column))) is not None:
            yield CountFact(
                day=day,
                channel="",
                metric=metric,
                count=count,
                span=Span.LIFETIME,
                subject=subject,
            )


def tweet_id(text: str, permalink: str) -> str:
    """The tweet's id; a spreadsheet turns it into 1.22548E+18, but leaves the address alone."""
    if TWEET_ID.fullmatch(text):
        return text
    if match := IN_PERMALINK.search(permalink):
        return match[1]
    raise ValueError(f"{text!r} is not a tweet's id")


def day_of(text: str, zone: zoneinfo.ZoneInfo) -> date:
    """The day in `zone` of `2020-02-10 18:00 +0000`; ValueError with a reason if it is none."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M %z").astimezone(zone).date()
    except (ValueError, OverflowError) as error:  # there is no year 0 and none after 9999
        raise ValueError(f"{text!r} is not a time such as 2020-02-10 18:00 +0000") from error


FORMAT = Tweets()
