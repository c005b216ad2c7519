"""What ``manage.py check`` says about this authority beyond settings that stop the start."""

from typing import Any

from django.conf import settings
from django.core import checks

from enrollment import elsewhere, procedure


@checks.register
def check_procedures(app_configs: Any, **more: Any) -> list[checks.CheckMessage]:
    """Procedures whose issuer decides by hand: at BSrE that look is BSrE's own."""
    if not elsewhere.at_bsre():
        return []
    by_hand = [slug for slug in procedure.names() if procedure.find(slug).certificate.issuer == "by-hand"]
    if not by_hand:
        return []
    return [
        checks.Info(
            f"With TTE_AUTHORITY=bsre the issuer of {', '.join(by_hand)} decides at BSrE, not in the portal.",
            hint="docs/bsre.md says what happens where.",
            id="bsre.I001",
        )
    ]


@checks.register(deploy=True)
def check_words(app_configs: Any, **more: Any) -> list[checks.CheckMessage]:
    """Mails that would name another authority than the one that issues."""
    if elsewhere.at_bsre() and "Otoritas Percobaan" in settings.AUTHORITY_LINE:
        return [
            checks.Warning(
                "TTE_AUTHORITY_LINE names the embedded authority, but certificates come from BSrE.",
                hint="Leave TTE_AUTHORITY_LINE out, or name BSrE in it.",
                id="bsre.W001",
            )
        ]
    return []
