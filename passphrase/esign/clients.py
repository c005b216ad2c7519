"""Who may ask: Basic authentication with secrets of our making, addresses, and how often."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from enrollment.models import Institution
from passphrase.esign import calls
from passphrase.esign.calls import Refused
from passphrase.esign.models import ApiClient
from tte_portal import audit
from tte_portal.audit import Actor
from tte_portal.encryption import derived_key
from tte_portal.prepared import Statement
from tte_portal.throttles import COUNTED, Throttle, client_address, counting, peer_address

FAILURES = Throttle("api-failures", limit=30, seconds=900)
A_MINUTE = Throttle("api-calls", limit=1200, seconds=60)
# In SQL, and the request counted along with it, where the secret alone decides: it is asked at every request.
_KNOWN = Statement(
    "WITH found AS (SELECT id, institution_id, secret_hash, allowlist, is_active FROM esign_apiclient "  # noqa: S608
    "WHERE login = %(login)s), counted AS ("
    + counting(", found WHERE secret_hash = %(hash)s AND is_active AND allowlist = '[]'")
    + ") SELECT id, institution_id, secret_hash, allowlist::text, is_active, count "
    "FROM found LEFT JOIN counted ON true",
    login="text", hash="bytea", **COUNTED,
)  # fmt: skip


class Unknown(Exception):
    """No such client, a wrong secret, or not from there: the answer is the same for all."""


def make(institution: Institution, name: str, login: str, *, by: Actor, allowlist: tuple[str, ...] = ()) -> str:
    """Write a client down and return its secret: the only time anybody sees it."""
    client = ApiClient(institution=institution, name=name, login=login, allowlist=list(allowlist))
    secret = give_secret(client)
    with transaction.atomic():
        client.save(force_insert=True)
        _record("add_apiclient", client, by)
    return secret


def give_secret(client: ApiClient) -> str:
    """Make a secret and put its hash on the client, unsaved."""
    secret = secrets.token_urlsafe(32)
    client.secret_hash = _hash(secret)
    return secret


def renew_secret(client: ApiClient, *, by: Actor) -> str:
    """A new secret in place of the old one, which ends now."""
    secret = give_secret(client)
    with transaction.atomic():
        client.save(update_fields=["secret_hash"])
        _record("renew_api_secret", client, by)
    return secret


def _record(event: str, client: ApiClient, by: Actor) -> None:
    audit.record(event, by=by, chain=client.institution.audit_chain, facts={"client": str(client.pk)})


@dataclass(frozen=True)
class Caller:
    """The client behind a request: its key and its institution's."""

    pk: UUID
    institution_id: int

    @property
    def institution(self) -> Institution:
        return Institution.objects.get(pk=self.institution_id)


def authenticate(request: HttpRequest, act: str) -> Caller:
    """The client that sent the request, which is counted. Raises :class:`Unknown`, or ``Throttled`` when guessed at or
    asked too often; the client's log tells of either under ``act``."""
    login, secret = _credentials(request.META.get("HTTP_AUTHORIZATION", ""))
    given = _hash(secret)
    rows = _KNOWN.rows(login=login, hash=given, **A_MINUTE.values(login))
    pk, institution, kept, allowlist, active, tries = rows[0] if rows else (None, 0, bytes(32), "[]", False, None)
    # Compared in any case: an unknown name takes as long as a wrong secret.
    right = hmac.compare_digest(bytes(kept), given)
    why = _why_not(right, active, json.loads(allowlist), request)
    if pk is None or why:
        FAILURES.count(client_address(request))
        # Past thirty tries an address leaves no more lines: nobody fills the log of another.
        calls.write_refused(login, act, why or Refused.WRONG_SECRET)
        raise Unknown
    if tries is None:
        tries = A_MINUTE.tries(login)
    if tries > A_MINUTE.limit:
        if tries == A_MINUTE.limit + 1:
            calls.write(pk, act, Refused.TOO_MANY)
        raise A_MINUTE.refusal()
    return Caller(pk, institution)


def _why_not(right: bool, active: bool, allowlist: Sequence[str], request: HttpRequest) -> Refused | None:
    if not right:
        return Refused.WRONG_SECRET
    if not active:
        return Refused.STOPPED
    from_there = not allowlist or _is_among(allowlist, peer_address(request))
    return None if from_there else Refused.WRONG_ADDRESS


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        login, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    # PostgreSQL takes no NUL.
    return login.replace("\0", ""), secret


def _is_among(allowlist: Sequence[str], address: str) -> bool:
    try:
        own = ip_address(address)
    except ValueError:
        return False
    # As a proxy writes IPv4 that listens for both.
    own = getattr(own, "ipv4_mapped", None) or own
    return any(own in ip_network(each) for each in allowlist)


def _hash(secret: str) -> bytes:
    return hmac.digest(derived_key(settings.INDEX_KEY, "api secrets"), secret.encode(), hashlib.sha256)
