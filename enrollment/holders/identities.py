"""Whose account a provider's answer opens: found by NIP in the institution's registry, then held to that person."""

from django.db import transaction

from enrollment.holders import accounts, sso
from enrollment.models import Holder, Identity


class Unknown(Exception):
    """The institution's registry has nobody of that NIP."""


class SomebodyElse(Exception):
    """The provider's account stood for another person here, or the account is closed."""


def holder_of(provider: sso.Provider, person: sso.Person) -> Holder:
    """The holder, with an account made at the first sign-in. Raises :class:`Unknown` or :class:`SomebodyElse`."""
    record = sso.record_of(provider, person)
    if record is None:
        raise Unknown
    with transaction.atomic():
        holder = accounts.open_for(record)
        identity, _ = Identity.objects.get_or_create(
            issuer=person.issuer, subject=person.subject, defaults={"account": holder.account}
        )
        # A NIP that a provider gives to another of its accounts must not open the first one's profile unseen.
        if identity.account_id != holder.account_id or not holder.account.is_active:
            raise SomebodyElse
        accounts.note("sign_in_by_provider", holder, by=holder.account, facts={"provider": provider.host})
        return holder
