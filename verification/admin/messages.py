"""Messages that could not be delivered, and the way to send them again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from enrollment.models import Application
from tte_portal import outbox
from tte_portal.models import OutboxMessage
from verification import roles
from verification.admin.base import ScopedAdmin


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ScopedAdmin):
    """Only what failed, and only of the officer's institutions; what was in it is composed anew when it is sent."""

    sees = (roles.ADMINISTRATOR, roles.HELP_DESK)
    list_display = ("created_at", "channel", "template", "receipt", "attempts", "error", "state")
    ordering = ("-created_at", "-pk")
    fields = ("channel", "template", "receipt", "state", "attempts", "error", "created_at", "due_at", "sent_at")
    readonly_fields = fields
    actions = ("send_again",)

    def rows_for(self, officer: Any, kinds: tuple[str, ...]) -> QuerySet[OutboxMessage]:
        mine = Application.objects.for_officer(officer, *kinds)
        failed = OutboxMessage.objects.filter(state=OutboxMessage.State.FAILED, subject__in=mine.values("pk"))
        return failed.annotate(of=Subquery(mine.filter(pk=OuterRef("subject")).values("receipt")[:1]))

    @admin.display(description="pengajuan")
    def receipt(self, row: Any) -> str:
        return str(row.of)

    @admin.action(description="Kirim ulang")
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        rows = list(queryset)
        for row in rows:
            outbox.send_again(row)
        messages.success(request, f"{len(rows)} pesan dimasukkan kembali ke antrean kirim.")
