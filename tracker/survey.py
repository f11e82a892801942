"""What a file holds, told before any of it is imported."""

from __future__ import annotations

import zoneinfo
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from tracker.files import CannotImportError, Choices, FileFormat, Refusal
from tracker.files.channels import ChannelChooser, UnknownChannelError
from tracker.files.dates import AmbiguousDatesError, DateOrder
from tracker.imports import recognise
from tracker.models import Team

# Different labels that are told apart; a file with more of them is no time sheet.
MOST_LABELS = 1_000


@dataclass(slots=True)
class Survey:
    """A file's format, rows and days, and what only the person who brings it can say."""

    format: FileFormat[Any]
    notes: list[str]
    rows: int = 0
    refused: int = 0
    first_day: date | None = None
    last_day: date | None = None
    labels: set[str] = field(default_factory=set)  # projects, or channels by their names
    unplaced: Counter[str] = field(default_factory=Counter)  # those that are no channel, by rows
    unnamed: int = 0  # rows that name nothing that could be a channel
    dates_question: AmbiguousDatesError | None = None
    channel_question: str = ""  # where the whole file is about one channel, and it is not clear

    @property
    def needs_channel(self) -> bool:
        return bool(self.unnamed or self.channel_question)

    @property
    def needs_answers(self) -> bool:
        return bool(self.unplaced or self.needs_channel or self.dates_question)


def survey_file(*, team: Team, file: IO[bytes], format_name: str = "") -> Survey:
    """Read the whole file once; raises CannotImportError where it can't be read at all."""
    table, file_format = recognise(file, format_name=format_name)
    survey = Survey(file_format, list(table.notes))
    zone = zoneinfo.ZoneInfo(team.time_zone)
    chooser = ChannelChooser(team=team, choices=Choices())
    if not file_format.names_channels:
        try:
            file_format.keeper(team=team, choices=Choices(), person=None)
        except CannotImportError as error:
            survey.channel_question = str(error)
    order = None
    try:
        next(file_format.rows(table, dates=None, zone=zone), None)
    except AmbiguousDatesError as error:
        survey.dates_question, order = error, DateOrder.DMY
    with closing(file_format.rows(table, dates=order, zone=zone)) as rows:
        for row in rows:
            survey.rows += 1
            if isinstance(row, Refusal):
                survey.refused += 1
                continue
            for fact in row.facts:
                survey.first_day = min(survey.first_day or fact.day, fact.day)
                survey.last_day = max(survey.last_day or fact.day, fact.day)
            if file_format.names_channels and row.facts:
                place(row.facts[0].labels, chooser, survey)
    if survey.dates_question is not None:
        survey.first_day = survey.last_day = None  # either order would be a guess
    return survey


def place(labels: tuple[str, ...], chooser: ChannelChooser, survey: Survey) -> None:
    label = next((label for label in labels if label), "")
    if label and len(survey.labels) < MOST_LABELS:
        survey.labels.add(label)
    try:
        chooser.choose(labels, noun="")
    except UnknownChannelError:
        if not label:
            survey.unnamed += 1
        elif label in survey.unplaced or len(survey.unplaced) < MOST_LABELS:
            survey.unplaced[label] += 1
