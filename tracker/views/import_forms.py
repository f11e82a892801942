"""What a person says about a file: the file itself, then channels and the order of dates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from tracker.files import Choices
from tracker.files.dates import AmbiguousDatesError, DateOrder
from tracker.models import Channel, Team
from tracker.survey import Survey

# Labels that get a field of their own, those with most rows first.
MOST_FIELDS = 60


class UploadForm(forms.Form):
    """One export file, as its network or time tracker wrote it."""

    file = forms.FileField(label="Export file", allow_empty_file=True)

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        size = file.size or 0
        if size > settings.UPLOAD_LIMIT_BYTES:
            raise ValidationError(
                f"It has {filesizeformat(size)}; over this page "
                f"{filesizeformat(settings.UPLOAD_LIMIT_BYTES)} go in. Larger ones come in over "
                "the command line: manage.py import."
            )
        return file


class ChoicesForm(forms.Form):
    """Asks exactly what a survey left open; `choices` says it in the importer's words."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        team: Team,
        survey: Survey,
        before: Choices,
    ) -> None:
        super().__init__(data, prefix=None)
        names = [channel.name for channel in Channel.objects.of_team(team)]
        offered = [(name, name) for name in names]
        self.labels = [label for label, _ in survey.unplaced.most_common(MOST_FIELDS)]
        known = {label.casefold(): name for label, name in before.mapping.items() if name in names}
        for n, label in enumerate(self.labels):
            rows = survey.unplaced[label]
            self.fields[f"map-{n}"] = forms.ChoiceField(
                label=label,
                choices=[("", "Leave out"), *offered],
                required=False,
                initial=known.get(label.casefold(), ""),
                help_text="1 row" if rows == 1 else f"{rows:,} rows",
            )
        if survey.unplaced or survey.needs_channel:
            self.fields["channel"] = forms.ChoiceField(
                label="All other rows" if survey.format.names_channels else "Channel",
                choices=[
                    ("", "Leave out" if survey.format.names_channels else "Choose …"),
                    *offered,
                ],
                required=bool(survey.channel_question),
                initial=before.channel if before.channel in names else "",
            )
        if survey.dates_question is not None:
            self.fields["dates"] = forms.ChoiceField(
                label=f"How is {survey.dates_question.example} meant?",
                choices=dates_choices(survey.dates_question),
                widget=forms.RadioSelect,
            )

    def choices(self) -> Choices:
        said = self.cleaned_data
        mapping = {
            label: channel
            for n, label in enumerate(self.labels)
            if (channel := said.get(f"map-{n}", ""))
        }
        dates = said.get("dates")
        return Choices(said.get("channel", ""), mapping, DateOrder(dates) if dates else None)


def dates_choices(question: AmbiguousDatesError) -> list[tuple[str, str]]:
    return [
        (order.value, f"{day.day} {day:%B %Y}")
        for order, day in ((DateOrder.DMY, question.as_dmy), (DateOrder.MDY, question.as_mdy))
    ]
