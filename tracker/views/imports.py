"""The imports of a team: bring a file in, watch it, read what was refused, take it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tracker.files import CannotImportError, Choices, formats
from tracker.imports import Outcome, preview_file, undo_import
from tracker.models import ImportBatch
from tracker.refusals import for_a_page
from tracker.survey import Survey, survey_file
from tracker.uploads import discard_upload, receive_upload, start_import
from tracker.views.base import TeamPage
from tracker.views.import_forms import ChoicesForm, UploadForm

PER_PAGE = 30
MOST_REASONS_IN_LIST = 3
# A preview asks the database about every row; a larger file is counted while it is imported.
MOST_ROWS_PREVIEWED = 50_000


def labels() -> dict[str, str]:
    """What each format is called, by its name."""
    return {known.name: known.label for known in formats()}


class ImportsPage(TeamPage):
    """The list of imports, and the door for a new file."""

    template_name = "tracker/imports.html"
    section = "imports"
    write_right = "log"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer(UploadForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.answer(form, status=422)
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        try:
            batch = receive_upload(
                team=self.team,
                person=self.membership.user,
                file=file,
                file_name=file.name or "a file",
                at=self.now,
            )
        except CannotImportError as error:
            form.add_error("file", f"{file.name}: {error}")
            return self.answer(form, status=422)
        return redirect("tracker:import", team=self.team.slug, batch=batch.pk)

    def answer(self, form: UploadForm, status: int = 200) -> HttpResponse:
        batches = ImportBatch.objects.of_team(self.team).select_related("person")
        page = Paginator(batches, PER_PAGE).get_page(self.request.GET.get("page"))
        known = formats()
        context = self.get_context_data(
            form=form,
            page=page,
            rows=[self.row(batch, {one.name: one.label for one in known}) for batch in page],
            formats=sorted(known, key=lambda one: (one.brings, one.label)),
        )
        return self.render_to_response(context, status=status)

    def row(self, batch: ImportBatch, by_name: dict[str, str]) -> dict[str, Any]:
        refusals = for_a_page(batch.refusals)
        return {
            "batch": batch,
            "refusals": refusals[:MOST_REASONS_IN_LIST],
            "more": len(refusals) > MOST_REASONS_IN_LIST,
            "label": by_name.get(batch.format, batch.format),
            "is_interrupted": batch.is_interrupted(self.now),
            "may_take_back": batch.is_in_the_hands_of(self.membership)
            and batch.state not in (ImportBatch.State.WAITING, ImportBatch.State.UNDONE),
        }


class ImportDetail(TeamPage):
    """What all pages about one import share."""

    section = "imports"
    write_right = "log"

    batch: ImportBatch

    def setup_batch(self) -> ImportBatch:
        self.batch = get_object_or_404(
            ImportBatch.objects.of_team(self.team).select_related("team", "person"),
            pk=self.kwargs["batch"],
        )
        return self.batch

    def setup_batch_to_change(self) -> ImportBatch:
        """Raises PermissionDenied where a member did not bring the import themselves."""
        batch = self.setup_batch()
        if not batch.is_in_the_hands_of(self.membership):
            raise PermissionDenied
        return batch

    def to_the_import(self) -> HttpResponse:
        return redirect("tracker:import", team=self.team.slug, batch=self.batch.pk)

    def to_the_list(self) -> HttpResponse:
        return redirect("tracker:imports", team=self.team.slug)

    def context_of_batch(self, **more: Any) -> dict[str, Any]:
        batch = self.batch
        told = sum(line["count"] for line in batch.refusals)
        may_change = batch.is_in_the_hands_of(self.membership)
        return self.get_context_data(
            batch=batch,
            label=labels().get(batch.format, batch.format),
            is_running=batch.state == ImportBatch.State.RUNNING
            and not batch.is_interrupted(self.now),
            is_interrupted=batch.is_interrupted(self.now),
            may_take_back=may_change
            and batch.state not in (ImportBatch.State.WAITING, ImportBatch.State.UNDONE),
            can_go_on=may_change
            and bool(batch.upload)
            and (batch.state == ImportBatch.State.FAILED or batch.is_interrupted(self.now)),
            refusals=for_a_page(batch.refusals),
            more_refused=batch.refused - told,
            **more,
        )


class ImportPage(ImportDetail):
    """One import: first what its file holds and what is to be said, then how it goes, then what came."""

    template_name = "tracker/import.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.setup_batch()
        if batch.state == ImportBatch.State.WAITING and batch.is_in_the_hands_of(self.membership):
            return self.ask()
        if request.headers.get("HX-Request") == "true":
            return render(request, "tracker/_import_state.html", self.context_of_batch())
        return self.render_to_response(self.context_of_batch())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Start it, let it go on, or (`preview`) say what would happen."""
        batch = self.setup_batch_to_change()
        choices = None
        if batch.state == ImportBatch.State.WAITING:
            survey, _ = self.survey()
            if survey is None:
                return self.ask()
            form = self.form(survey, request.POST)
            if not form.is_valid():
                return self.asked(survey, form, status=422)
            if "preview" in request.POST:
                return self.asked(survey, form)
            choices = form.choices()
        try:
            if not start_import(batch=batch, choices=choices, at=self.now):
                messages.info(request, "It is running already, or through.")
        except CannotImportError as error:
            messages.error(request, str(error))
        return self.to_the_import()

    def survey(self) -> tuple[Survey | None, str]:
        """What the file holds, or why it can't be read any more."""
        try:
            with default_storage.open(self.batch.upload) as file:
                survey = survey_file(team=self.team, file=file, format_name=self.batch.format)
                return survey, ""
        except CannotImportError as error:
            return None, str(error)
        except FileNotFoundError:
            return None, "The file is gone. Discard this and bring it again."

    def ask(self) -> HttpResponse:
        survey, problem = self.survey()
        if survey is None:
            return self.render_to_response(self.context_of_batch(problem=problem))
        return self.asked(survey, self.form(survey, None))

    def asked(self, survey: Survey, form: ChoicesForm, status: int = 200) -> HttpResponse:
        is_large = survey.rows > MOST_ROWS_PREVIEWED
        is_clear = form.is_valid() if form.is_bound else not survey.needs_answers
        preview = self.preview(form) if is_clear and not is_large else None
        return self.render_to_response(
            self.context_of_batch(
                survey=survey,
                form=form,
                preview=preview,
                preview_refusals=for_a_page(preview.log.as_json()) if preview else [],
                is_large=is_large,
            ),
            status=status,
        )

    def form(self, survey: Survey, data: Any) -> ChoicesForm:
        return ChoicesForm(data, team=self.team, survey=survey, before=self.choices_before())

    def choices_before(self) -> Choices:
        """Those of the team's last import of this kind: projects are mapped once."""
        last = (
            ImportBatch.objects.of_team(self.team)
            .filter(format=self.batch.format)
            .exclude(state=ImportBatch.State.WAITING)
            .first()
        )
        return Choices.from_json(last.choices) if last else Choices()

    def preview(self, form: ChoicesForm) -> Outcome | None:
        try:
            with default_storage.open(self.batch.upload) as file:
                return preview_file(
                    team=self.team,
                    file=file,
                    choices=form.choices() if form.is_bound else Choices(),
                    format_name=self.batch.format,
                    person=self.batch.person,
                )
        except CannotImportError as error:
            messages.error(self.request, str(error))
            return None


class UndoImport(ImportDetail):
    """Asks whether to take an import back, and does."""

    template_name = "tracker/import_undo.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.setup_batch_to_change()
        return self.render_to_response(self.context_of_batch())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.setup_batch_to_change()
        try:
            undo_import(batch)
        except CannotImportError as error:
            messages.error(request, f"{str(error)[0].upper()}{str(error)[1:]}.")
            return self.to_the_import()
        messages.success(request, f"{batch.file_name} is taken back.")
        return self.to_the_list()


class DiscardImport(ImportDetail):
    """Throws a file away that was brought, but not imported."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.setup_batch_to_change()
        if discard_upload(batch=batch):
            messages.success(request, f"{batch.file_name} is discarded; nothing was imported.")
        else:
            messages.error(request, "It has been started; take it back instead.")
        return self.to_the_list()
