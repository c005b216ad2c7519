"""Who may ask: Basic authentication with secrets of our making, addresses, and how often."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest

from enrollment.models import Institution
from passphrase.esign.models import ApiClient
from tte_portal import audit
from tte_portal.audit import Actor
from tte_portal.encryption import derived_key
from tte_portal.throttles import Throttle, client_address

FAILURES = Throttle("api-failures", limit=30, seconds=900)


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


def authenticate(request: HttpRequest) -> Caller:
    """The client that sent the request. Raises :class:`Unknown`, or ``Throttled`` when guessed at too often."""
    login, secret = _credentials(request.headers.get("Authorization", ""))
    with connection.cursor() as cursor:
        # In SQL: it is asked at every request, and the ORM takes ten times as long to write the question.
        cursor.execute(
            "SELECT id, institution_id, secret_hash, allowlist::text FROM esign_apiclient "
            "WHERE login = %s AND is_active",
            [login],
        )
        found = cursor.fetchone()
    # Compared in any case: an unknown name takes as long as a wrong secret.
    right = hmac.compare_digest(bytes(found[2]) if found else bytes(32), _hash(secret))
    if found is None or not right or not _may_come_from(json.loads(found[3]), client_address(request)):
        FAILURES.count(client_address(request))
        raise Unknown
    return Caller(*found[:2])


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        login, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return login, secret


def _may_come_from(allowlist: Sequence[str], address: str) -> bool:
    return not allowlist or any(ip_address(address) in ip_network(each) for each in allowlist)


def _hash(secret: str) -> bytes:
    return hmac.digest(derived_key(settings.INDEX_KEY, "api secrets"), secret.encode(), hashlib.sha256)
