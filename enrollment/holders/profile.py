"""What a holder's page tells: who they are, which of their data count, where their certificate stands, what is next."""

from dataclasses import dataclass
from datetime import datetime

from enrollment import beside, comparisons, status
from enrollment.holders import changes, papers
from enrollment.models import Application, Holder, Paper, ProfileChange, Status, StatusPeriod
from enrollment.procedure import Procedure

UNREGISTERED = "user belum terdaftar"
IN_PROGRESS = "user telah terdaftar dan masih dalam proses penerbitan sertifikat elektronik"
CERTIFIED = "user telah terdaftar dan memiliki sertifikat elektronik"


@dataclass(frozen=True)
class Item:
    """One row of "Status Validitas Data". ``waiting`` and ``reason`` tell of a change that the HR officer decides."""

    field: str
    label: str
    value: str
    valid: bool
    waiting: bool
    reason: str
    paper: Paper | None
    proposed: Paper | None

    @property
    def word(self) -> str:
        if self.valid:
            return "valid"
        return "menunggu persetujuan" if self.waiting else "belum valid"


def has_data(asked: Procedure) -> bool:
    """Whether the profile itself must be complete before one registers."""
    way_in = asked.way_in
    return way_in.kind == "profile" and bool(way_in.papers or way_in.hr_approval or not asked.wizard.steps)


def fields(asked: Procedure) -> list[str]:
    """What "Status Validitas Data" lists, in its order."""
    return ["nik", "mailbox", *asked.way_in.papers] if has_data(asked) else []


def items(holder: Holder, asked: Procedure) -> list[Item]:
    latest: dict[str, ProfileChange] = {}
    for change in ProfileChange.objects.filter(holder=holder).order_by("asked_at", "pk"):
        if change.state != ProfileChange.State.WITHDRAWN:
            latest[change.field] = change
    return [_item(holder, asked, field, latest.get(field)) for field in fields(asked)]


def _item(holder: Holder, asked: Procedure, field: str, change: ProfileChange | None) -> Item:
    paper = paper_of(holder, asked, field) if field in changes.KINDS else None
    waiting = change is not None and change.state == ProfileChange.State.WAITING
    # What a change of a paper holds is the paper's id: for nobody to read.
    value = "" if field in changes.KINDS else str(getattr(holder, field)) or (change.new if waiting and change else "")
    refused = change is not None and change.state == ProfileChange.State.REFUSED
    proposed = papers.newest(holder, field) if waiting and field in changes.KINDS else None
    return Item(
        field=field, label=changes.label_of(field), value=value,
        valid=paper is not None or _is_valid(holder, asked, field), waiting=waiting,
        reason=change.reason if refused and change else "", paper=paper, proposed=proposed,
    )  # fmt: skip


def _is_valid(holder: Holder, asked: Procedure, field: str) -> bool:
    if field == "mailbox" and asked.way_in.proves_mailbox:
        return bool(holder.mailbox) and holder.mailbox_proven_at is not None
    return field not in changes.KINDS and bool(getattr(holder, field))


def paper_of(holder: Holder, asked: Procedure, kind: str) -> Paper | None:
    """The paper that counts: the newest one, or the one that the HR officer agreed to."""
    return papers.in_force(holder, kind) if asked.way_in.hr_approval else papers.newest(holder, kind)


def is_complete(holder: Holder, asked: Procedure) -> bool:
    """Whether this person may register now."""
    if asked.way_in.kind != "profile" or not _is_valid(holder, asked, "mailbox"):
        return False
    return all(item.valid for item in items(holder, asked))


def applications_of(holder: Holder) -> list[Application]:
    """The person's applications, newest first: by the registry's record, else by the mailbox in force."""
    rows = Application.objects.select_related("institution").filter(institution=holder.institution)
    if holder.record_id:
        rows = rows.filter(record_id=holder.record_id)
    else:
        rows = rows.filter(record=None, mailbox=holder.mailbox or holder.account.mailbox)
    return list(rows.order_by("-created_at"))


def application_of(holder: Holder) -> Application | None:
    """The one that the page is about."""
    return beside.foremost(applications_of(holder))


def may_register(holder: Holder, asked: Procedure, application: Application | None) -> bool:
    running = application is not None and application.status not in comparisons.ENDED
    return not running and is_complete(holder, asked)


def sentence(application: Application | None) -> str:
    """ "Status Digital Signature Anda", in the guide's words."""
    if application is None or application.status in comparisons.ENDED:
        return UNREGISTERED
    return CERTIFIED if application.status in comparisons.WITH_CERTIFICATE else IN_PROGRESS


def status_word(application: Application | None) -> tuple[str, str]:
    """The lifecycle's word and what it means: nobody is stored as NOT_REGISTERED."""
    if application is None:
        return Status.NOT_REGISTERED.value, "Pengguna tidak terdaftar"
    return application.status, status.headline_of(application)


def issued_at(application: Application) -> datetime | None:
    """When the certificate was issued: its validity runs from then."""
    period = StatusPeriod.objects.filter(application=application, status=Status.ISSUE).order_by("since").first()
    return period.since if period else None
