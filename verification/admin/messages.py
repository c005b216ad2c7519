"""Messages that could not be delivered, and the way to send them again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest

from enrollment.collective.models import RequestedPerson
from enrollment.models import Application, Holder
from enrollment.scoping import institutions_of
from tte_portal import outbox
from tte_portal.models import OutboxMessage
from verification import roles
from verification.admin.base import ScopedAdmin
from verification.helpdesk import failures
from verification.helpdesk.dossier import MESSAGES


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ScopedAdmin):
    """Only what failed, and only of the officer's institutions; what was in it is composed anew when it is sent."""

    sees = (roles.ADMINISTRATOR, roles.HELP_DESK)
    list_display = ("created_at", "channel", "what", "receipt", "attempts", "why", "state")
    ordering = ("-created_at", "-pk")
    fields = ("channel", "template", "receipt", "state", "attempts", "error", "created_at", "due_at", "sent_at")
    readonly_fields = fields
    actions = ("send_again",)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Named for what stands here: a list of what went out well would be empty of meaning."""
        return super().changelist_view(request, {"title": "Pesan yang gagal dikirim", **(extra_context or {})})

    @admin.display(description="pesan")
    def what(self, row: OutboxMessage) -> str:
        return MESSAGES.get(row.template, row.template)

    @admin.display(description="sebab")
    def why(self, row: OutboxMessage) -> str:
        return failures.in_words(row.error)

    def rows_for(self, officer: Any, kinds: tuple[str, ...]) -> QuerySet[OutboxMessage]:
        mine = Application.objects.for_officer(officer, *kinds)
        # Messages about accounts and about people of an OPD's request fail as well.
        holders = Holder.objects.for_officer(officer, *kinds).values("pk")
        asked = RequestedPerson.objects.filter(request__institution__in=institutions_of(officer, *kinds)).values("pk")
        about = Q(subject__in=mine.values("pk")) | Q(subject__in=holders) | Q(subject__in=asked)
        failed = OutboxMessage.objects.filter(about, state=OutboxMessage.State.FAILED)
        return failed.annotate(of=Subquery(mine.filter(pk=OuterRef("subject")).values("receipt")[:1]))

    @admin.display(description="pengajuan")
    def receipt(self, row: Any) -> str:
        return row.of or "–"

    @admin.action(description="Kirim ulang")
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        rows = list(queryset)
        for row in rows:
            outbox.send_again(row)
        messages.success(request, f"{len(rows)} pesan dimasukkan kembali ke antrean kirim.")
