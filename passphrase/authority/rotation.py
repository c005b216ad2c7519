"""A new issuing authority in the place of the old one, which goes on answering for what it has signed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now

from passphrase.authority import ceremony, keys
from passphrase.models import CertificateAuthority
from passphrase.pki import lists, responder
from tte_portal import audit

# Two years at most lives a holder's certificate (enrollment/procedure.py), and none outlives its issuer.
HOLDERS_LIVE = timedelta(days=730)
# A root that ends sooner would make the new issuing authority end before it is of use.
ROOT_MUST_LIVE = HOLDERS_LIVE + timedelta(days=365)


class NotPossible(Exception):
    """Nothing was changed; the text says why and what to do."""


@dataclass(frozen=True)
class Rotation:
    """Who left office and who came in."""

    old: CertificateAuthority
    new: CertificateAuthority


def rotate(*, new_root: bool = False) -> Rotation:
    """Put a new issuing authority into office; under a new root, if asked. Raises :class:`NotPossible`."""
    with transaction.atomic():
        ceremony.locked()
        old = ceremony.in_office()
        if old is None:
            raise NotPossible("There is no authority yet: run 'manage.py authority ceremony'.")
        if not new_root:
            _can_sign(_root_of(old))
        new = succeed(old, new_root=new_root)
        audit.record("authority_rotated", by=None, facts={"old": old.slug, "new": new.slug, "new_root": new_root})
        return Rotation(old, new)


def succeed(old: CertificateAuthority, *, new_root: bool = False) -> CertificateAuthority:
    """The change of office, in the caller's transaction: whoever reserves a serial number meanwhile has one of both.

    List and responder are signed before anybody can see the new authority, so no certificate of it comes before them.
    """
    leaving = [old.pk, _root_of(old).pk] if new_root else [old.pk]
    CertificateAuthority.objects.filter(pk__in=leaving).update(retired_at=Now())
    new = ceremony.make_both() if new_root else ceremony.make_issuing(_root_of(old))
    for each in (_root_of(new), new) if new_root else (new,):
        lists.build(each.pk)
        responder.renew(each.pk)
    return new


def _root_of(issuing: CertificateAuthority) -> CertificateAuthority:
    if issuing.parent is None:
        raise NotPossible(f"{issuing.slug} has no root.")
    return issuing.parent


def _can_sign(root: CertificateAuthority) -> None:
    if not keys.here(root):
        raise NotPossible(f"The root's key is missing: {keys.place(root)}. Bring it back for the rotation.")

    soon: datetime = root.not_after - ROOT_MUST_LIVE
    if CertificateAuthority.objects.filter(pk=root.pk, not_after__lt=Now() + ROOT_MUST_LIVE).exists():
        raise NotPossible(
            f"The root ends on {root.not_after:%Y-%m-%d}; since {soon:%Y-%m-%d} a new one is needed: add --new-root."
        )
