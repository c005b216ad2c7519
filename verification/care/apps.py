"""The room as a Django app, with tables of its own."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_delete


class CareConfig(AppConfig):
    name = "verification.care"
    verbose_name = "Urusan petugas"

    def ready(self) -> None:
        from enrollment.models import Role
        from verification.care import absences, emails, sign_ins  # noqa: F401 (emails registers its messages)

        user_logged_in.connect(sign_ins.began, dispatch_uid="care.began")
        user_logged_out.connect(sign_ins.left, dispatch_uid="care.left")
        post_delete.connect(absences.role_removed, Role, dispatch_uid="care.role_removed")
