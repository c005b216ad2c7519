"""By which numbers an application is found: its own receipt, and those of sendings that were added to it."""

from django.db.models import Q

from enrollment.models import Application, MergedReceipt


def merge(receipt: str, application: Application) -> None:
    """Keep the number that somebody was given whose sending went to an application that ran already."""
    MergedReceipt.objects.get_or_create(receipt=receipt, defaults={"application": application})


def named(receipt: str) -> Q:
    """The application that this number leads to. Looked up first: each of the two is then a walk of one index."""
    merged = MergedReceipt.objects.filter(receipt=receipt).values_list("application_id", flat=True).first()
    return Q(pk=merged) if merged else Q(receipt=receipt)


def latest_merged(application: Application) -> str:
    """The number of the sending that was added last; empty when none was."""
    rows = MergedReceipt.objects.filter(application=application).order_by("-at", "-pk")
    return rows.values_list("receipt", flat=True).first() or ""
