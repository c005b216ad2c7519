"""What the review page shows of one case: answers beside the registry's, checks, consents, what happened before."""

from datetime import timedelta
from typing import Any

from django.urls import reverse

from enrollment import lifecycle, readings, status
from enrollment.models import Application, Consent, Status, StatusPeriod, WaitingFor
from enrollment.wizard import steps
from tte_portal.models import Account
from verification import case_papers, checks, first_look, queue
from verification.checks import COMPARED
from verification.models import Check, Decision
from verification.queue import Queue

# A state and the decision behind it are no further apart.
AT_ONCE = timedelta(seconds=2)
ICONS = {Check.Outcome.OK: "✓", Check.Outcome.WARNING: "!", Check.Outcome.UNKNOWN: "?"}
URGENCY = (Check.Outcome.WARNING, Check.Outcome.UNKNOWN, Check.Outcome.OK)

# The pictures a case may have, as the officer reads their names.
PICTURES = {"photo": "Foto diri", "ktp_photo": "KTP", "second_photo": "Foto diri saat membuat passphrase"}


def find(application_id: Any, officer: Account, of: Queue = queue.REVIEW) -> Application | None:
    """The case, if it lies in an institution whose cases in this queue are the officer's."""
    rows = Application.objects.for_officer(officer, of.role)
    return rows.select_related("institution", "claimed_by", "record", *PICTURES).filter(pk=application_id).first()


def pictures(application: Application, page: str) -> list[dict[str, str]]:
    """The pictures this case has, and where ``page`` shows each."""
    kept = {field: title for field, title in PICTURES.items() if getattr(application, f"{field}_id")}
    return [{"title": title, "url": reverse(page, args=[application.pk, field])} for field, title in kept.items()]


def page_of(
    application: Application,
    officer: Account,
    of: Queue = queue.REVIEW,
    picture_page: str = "admin:review-picture",
    paper_page: str = "admin:review-paper",
) -> dict[str, Any]:
    """The context of the review page, but for its forms."""
    found = checks.of(application) if of.state in checks.CHECKED else checks.kept(application)
    # What is to be looked at stands first.
    found = sorted(found, key=lambda check: URGENCY.index(Check.Outcome(check.outcome)))
    warned = [check for check in found if check.outcome == Check.Outcome.WARNING]
    papers = case_papers.rows(application, officer, paper_page)
    # A KTP that was handed in as a paper stands beside the face as well.
    cards = [] if application.ktp_photo_id else [each for each in papers if each["is_card"]]
    return {
        "application": application,
        "standing": standing(application, officer, of),
        "checks": [_check(check) for check in found],
        "warnings": len(warned),
        "rows": first_look.answers(application) if of.state in first_look.FIRST else answers(application),
        "pictures": [*pictures(application, picture_page), *cards],
        "papers": [each for each in papers if each not in cards],
        # No machine looks for these: they are told above the checks, which may have found nothing.
        "by_eye": [each for each in papers if each["unsigned"] or each["unopened"]],
        "referral": application.referral,
        "consents": Consent.objects.filter(application=application).select_related("text"),
        "readings": readings.told(application),
        "history": history(application),
    }


def standing(application: Application, officer: Account, of: Queue = queue.REVIEW) -> str:
    """What the officer can do with it: ``mine``, ``free``, ``held`` by another, ``own``, ``decided``, or ``first``
    when the officer has checked it before and another is to look."""
    if lifecycle.state_of(application) != of.state:
        return "decided"
    if not of.may_decide(application, officer):
        own = officer.mailbox.lower() == application.mailbox.lower()
        return "first" if of.has_checked(application, officer) and not own else "own"
    until = application.claimed_until
    if application.claimed_by_id is None or until is None or until <= lifecycle.now():
        return "free"
    return "mine" if application.claimed_by_id == officer.pk else "held"


def _check(check: Check) -> dict[str, Any]:
    outcome = Check.Outcome(check.outcome)
    return {
        "title": checks.title_of(check.name),
        "outcome": outcome.value,
        "icon": ICONS[outcome],
        "word": str(outcome.label),
        "evidence": check.evidence,
    }


def answers(application: Application) -> list[dict[str, Any]]:
    """Every answer beside what the registry says of the mailbox's owner."""
    record = checks.record_of(application)
    differing = set(checks.differences(application, record)) if record else set()
    if record and application.mailbox.lower() != record.mailbox.lower():
        differing.add("mailbox")
    rows = []
    for field, label in _asked(application):
        known = record and (field in COMPARED or field == "mailbox")
        registry = str(getattr(record, field)) if known else ""
        answer = steps.shown_value(application, field)
        if field == "phone" and application.phone_proven_at:
            answer += " (terbukti lewat kode yang dikirim ke nomor itu)"
        rows.append({"label": label, "answer": answer, "registry": registry, "differs": field in differing})
    return rows


def _asked(application: Application) -> list[tuple[str, str]]:
    """(field, label) of every answer: of the procedure's own steps, or, where a profile gave the answers, of all."""
    own = [each for each in steps.of(application) if each.form]
    pairs = dict(pair for each in own or steps.STEPS.values() if each.form for pair in each.fields)
    labels = {field: steps.label_of(field, application) for field in pairs}
    return [(field, label) for field, label in labels.items() if own or steps.shown_value(application, field)]


def history(application: Application) -> list[dict[str, Any]]:
    """States and decisions in the order of time, each decision before the state that it brought about."""
    periods = list(StatusPeriod.objects.filter(application=application))
    rows: list[dict[str, Any]] = [
        {"at": each.since, "place": (each.since, 1), "what": told.title, "who": "", "reasons": []}
        for each in periods
        for told in [status.told_of(_state(each))]
    ]
    for decision in Decision.objects.filter(application=application).select_related("officer"):
        told = [(steps.label_of(field, application) if field else "", text) for field, text in decision.reasons.items()]
        # Written down in one transaction, a moment after the state: it stands before what it caused all the same.
        caused = [each.since for each in periods if timedelta() <= decision.at - each.since < AT_ONCE]
        rows.append({
            "at": decision.at, "place": (max(caused, default=decision.at), 0), "what": decision.get_kind_display(),
            "who": decision.officer.name, "reasons": told,
        })  # fmt: skip
    return sorted(rows, key=lambda row: row["place"])


def _state(period: StatusPeriod) -> Any:
    return Status(period.status), WaitingFor(period.waiting_for)
