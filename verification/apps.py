"""The officers' room, and the admin site that it shapes."""

from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class VerificationConfig(AppConfig):
    name = "verification"
    verbose_name = "Verifikasi"

    def ready(self) -> None:
        from enrollment.lifecycle import entered
        from verification import emails  # noqa: F401 (registers its messages)

        entered.connect(check_arrival, dispatch_uid="verification.check_arrival")


class PortalAdminConfig(AdminConfig):
    default_site = "verification.site.PortalAdminSite"


def check_arrival(application: Any, **_: Any) -> None:
    """A case has come to the officers: have its evidence ready before one opens it."""
    from enrollment import lifecycle
    from tte_portal import workers
    from verification import checks

    if lifecycle.state_of(application) in checks.CHECKED:
        # A broker that is away costs nothing but a moment: whoever opens the case first has the checks made.
        workers.tell("verification.tasks.run_checks", application.pk)
