"""The room as a Django app, with tables of its own; a wrong setting of BSrE's service stops the start."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

AUTHORITIES = ("embedded", "bsre")


class BsreConfig(AppConfig):
    name = "passphrase.bsre"
    label = "bsre"
    verbose_name = "BSrE"

    def ready(self) -> None:
        from enrollment import lifecycle
        from passphrase.bsre import access, actions, checks, emails  # noqa: F401 (register messages and checks)

        lifecycle.entered.connect(actions.on_entered, dispatch_uid="bsre.on_entered")
        if settings.AUTHORITY not in AUTHORITIES:
            known = " or ".join(AUTHORITIES)
            raise ImproperlyConfigured(f"TTE_AUTHORITY must be {known}, not {settings.AUTHORITY!r}.")
        if settings.AUTHORITY == "bsre":
            access.services()
