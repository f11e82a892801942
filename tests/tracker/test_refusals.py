from __future__ import annotations

from tracker.files import Refusal, Row
from tracker.refusals import RefusalLog, for_a_page


def log_of(*rows: tuple[int, str]) -> RefusalLog:
    """A log of rows that were refused one by one, with a good row between any two."""
    log = RefusalLog()
    for number, reason in rows:
        log.add([Refusal(number, reason), Row(number + 1, ())], [])
    return log


def test_a_page_tells_each_reason_once() -> None:
    log = log_of((3, "a; add --map or --channel"), (5, "b"), (7, "a; add --map or --channel"))
    log.add([Refusal(8, "b"), Refusal(9, "b")], [])
    assert for_a_page(log.as_json()) == ["Rows 3 and 7: a", "Rows 5 and 8 to 9: b"]


def test_of_many_rows_the_first_are_named() -> None:
    log = log_of(*((n, "a") for n in range(2, 32, 2)))
    assert for_a_page(log.as_json()) == [
        "Rows 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24 and 3 more: a"
    ]


def test_one_row_and_one_range() -> None:
    log = RefusalLog()
    log.add([Refusal(2, "a")], [])
    assert for_a_page(log.as_json()) == ["Row 2: a"]
    log.add([Refusal(3, "a")], [])
    assert for_a_page(log.as_json()) == ["Rows 2 to 3: a"]


def test_a_reason_that_quotes_a_page_of_text_is_cut() -> None:
    [line] = log_of((2, "no date: " + "x" * 1_000_000)).lines
    assert (len(line.reason), line.reason[:10], line.reason[-1]) == (500, "no date: x", "…")


def test_a_log_comes_back_from_its_batch() -> None:
    log = log_of((2, "a"), (4, "b"))
    again = RefusalLog.from_json(log.as_json(), log.count)
    assert (again.lines, again.count, again.more) == (log.lines, 2, 0)
