"""Registers the app's messages when Django starts; a wrong procedure file or registry setting stops the start."""

from django.apps import AppConfig
from django.conf import settings


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    verbose_name = "Pendaftaran"

    def ready(self) -> None:
        from enrollment import emails, lapse_emails, lifecycle, procedure, registries  # noqa: F401 (register messages)
        from enrollment.holders import arrivals
        from enrollment.holders import emails as holders_emails  # noqa: F401 (registers its messages)

        lifecycle.entered.connect(arrivals.tell_account, dispatch_uid="enrollment.tell_account")

        if settings.DEMO or settings.TESTING:
            from enrollment.demo import mailboxes
            from tte_portal import demo_outbox

            demo_outbox.finders.append(mailboxes.subjects_of)

        for slug in procedure.names():
            procedure.find(slug)
        registries.personnel_registry()
        registries.civil_registry()
