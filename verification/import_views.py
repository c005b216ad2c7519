"""The import of a personnel list: all of it, or a list of what is wrong with it and nothing else."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from enrollment import registry
from enrollment.models import Institution
from verification import roles
from verification.access import for_roles, officer_of
from verification.forms import ImportForm
from verification.pages import page

# More faults than this are one fault of the file, not many of its rows.
SHOWN = 500


@for_roles(roles.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    officer = officer_of(request)
    mine = Institution.objects.for_officer(officer, roles.ADMINISTRATOR)
    form = ImportForm(
        request.POST or None, request.FILES or None, institutions=mine, initial={"institution": mine.first()}
    )
    problems: list[registry.Problem] = []
    if request.method == "POST" and form.is_valid():
        institution, file = form.cleaned_data["institution"], form.cleaned_data["file"]
        result = registry.check(file.read(), file.name, institution)
        if not result.problems:
            counts = registry.store(result, institution, by=officer)
            messages.success(request, f"Impor selesai: {counts.new} pegawai baru, {counts.changed} diperbarui.")
            return redirect("admin:enrollment_personnelrecord_changelist")
        problems = result.problems
    context = {
        "form": form,
        "columns": [(name, needed, registry.HINTS.get(name, "")) for name, (_, needed, _) in registry.COLUMNS.items()],
        "problems": problems[:SHOWN],
        "total": len(problems),
    }
    status = 422 if problems or form.errors else 200
    return page(request, "verification/import.html", "Impor data pegawai", status, **context)


@for_roles(roles.ADMINISTRATOR)
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """A list with nothing but the right heading."""
    response = HttpResponse(registry.template(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="data-pegawai.csv"'
    return response
