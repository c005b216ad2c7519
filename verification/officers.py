"""Officers' accounts: invited and set up anew by a link of 24 hours, never by a mailed password."""

from uuid import UUID

from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from enrollment.models import Institution, Role
from tte_portal import audit, links, outbox
from tte_portal.audit import Actor
from tte_portal.models import Account, Link

PURPOSE = "staff"


class AlreadyDone(Exception):
    """The link was used up or replaced meanwhile."""


class WrongCode(Exception):
    """The code does not come from the secret that was shown."""


def subject_of(account: Account) -> UUID:
    """Links name their subject by a UUID; an account's is its number."""
    return UUID(int=account.pk)


def account_of(subject: UUID) -> Account | None:
    return Account.objects.filter(pk=subject.int, is_staff=True, is_active=True).first()


def invite(account: Account, *, by: Actor) -> Link:
    """Take password, second factor and open sessions away and mail a fresh link to set them anew."""
    with transaction.atomic():
        account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        # A new password hash ends every session of the account: a lost phone is of no use from now on.
        account.set_unusable_password()
        account.save(update_fields=["password"])
        TOTPDevice.objects.filter(user=account).delete()
        StaticDevice.objects.filter(user=account).delete()
        link = links.make(PURPOSE, subject_of(account))
        outbox.write("staff_invitation", account=str(account.pk), link=link.pk)
        note("invite_officer", account, by=by)
        return link


def pending_device(account: Account) -> TOTPDevice:
    """The authenticator that the link's page shows, the same on every visit until it is confirmed."""
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        found = TOTPDevice.objects.filter(user=account, confirmed=False).first()
        return found or TOTPDevice.objects.create(user=account, name="Autentikator", confirmed=False)


def activate(account: Account, link_id: UUID, *, password: str, code: str) -> TOTPDevice:
    """Set the password and confirm the authenticator; uses the link up. Raises ``AlreadyDone`` or ``WrongCode``."""
    device = pending_device(account)
    if not device.verify_token(code):
        raise WrongCode
    with transaction.atomic():
        if not links.finish(link_id):
            raise AlreadyDone
        account.set_password(password)
        account.save(update_fields=["password"])
        device.confirmed = True
        device.save()
        note("activate_officer", account, by=account)
    return device


def note(event: str, account: Account, *, by: Actor, facts: dict[str, str] | None = None) -> None:
    """One audit row in the chain of each institution the account has a role in (in one order: no deadlock)."""
    institutions = Institution.objects.filter(pk__in=Role.objects.filter(account=account).values("institution"))
    chains = [each.audit_chain for each in institutions.order_by("pk")] or [audit.PORTAL_CHAIN]
    for chain in chains:
        audit.record(event, by=by, chain=chain, facts={"account": account.pk, **(facts or {})})
