"""What a visitor of the demonstration finds at the help desk: a change that waits, a mail that failed, a note."""

from collections.abc import Iterable

from enrollment import actions
from enrollment.models import Application, Institution, Role
from tte_portal.models import Account, OutboxMessage
from verification.helpdesk import acts, changes
from verification.helpdesk.models import ChangeRequest
from verification.helpdesk.people import of_application


def fill(institutions: Iterable[Institution]) -> None:
    """For each institution with people on their way, once."""
    for institution in institutions:
        if not ChangeRequest.objects.filter(institution=institution).exists():
            _fill(institution)


def _fill(institution: Institution) -> None:
    role = Role.objects.select_related("account").filter(institution=institution, kind=Role.Kind.HELP_DESK).first()
    running = Application.objects.filter(institution=institution, status__in=["NEW", "ON_SET_PASSPHRASE"])
    cases = list(running.order_by("mailbox"))
    if role is None or not cases:
        return
    # Not the first, whom a visitor of the demonstration walks through the wizard: her newest mail is the link to it.
    _change(cases[len(cases) // 2], role.account)
    _failed_mail(cases[-1], role.account)


def _change(case: Application, officer: Account) -> None:
    person = of_application(case)
    name, _, domain = person.mailbox.partition("@")
    changes.ask(
        person, ChangeRequest.Kind.MAILBOX.value, new=f"{name}.baru@{domain}", by=officer,
        reason="Kotak surel lama tidak dapat dibuka lagi sejak pindah bidang.",
        evidence="Surat keterangan OPD nomor 000/CONTOH/2026, diperlihatkan di meja bantuan.",
    )  # fmt: skip


def _failed_mail(case: Application, officer: Account) -> None:
    """A mail of the case as it looks after the last try, and what the desk knows of it."""
    actions.send_link_again(case, "status", by=officer)
    sent = OutboxMessage.objects.filter(subject=case.pk, template="status_link").latest("created_at")
    OutboxMessage.objects.filter(pk=sent.pk).update(
        state=OutboxMessage.State.FAILED, attempts=12, error="SMTPServerDisconnected"
    )
    acts.write_note(of_application(case), "Menelepon: surat status tidak datang. Kotak surelnya penuh.", by=officer)
