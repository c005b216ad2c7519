"""The room as a Django app, with tables of its own."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_delete


class CareConfig(AppConfig):
    name = "verification.care"
    verbose_name = "Urusan petugas"

    def ready(self) -> None:
        from enrollment import retention
        from enrollment.models import Role
        from verification.care import absences, emails, sign_ins  # noqa: F401 (emails registers its messages)

        user_logged_in.connect(sign_ins.began, dispatch_uid="care.began")
        user_logged_out.connect(sign_ins.left, dispatch_uid="care.left")
        post_delete.connect(absences.role_removed, Role, dispatch_uid="care.role_removed")
        retention.forgetting.connect(forget_decisions, dispatch_uid="care.forget_decisions")


def forget_decisions(application: Any, **_: Any) -> None:
    """What officers decided about somebody who never went on goes with the application; the audit trail keeps that
    they did."""
    from verification.models import Decision

    Decision.objects.filter(application=application).delete()
