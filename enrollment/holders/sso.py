"""Single sign-on at an institution's OpenID Connect provider: discovery, PKCE, state and nonce, by Authlib."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError

from enrollment import numbers, terms
from enrollment.models import Institution, PersonnelRecord
from tte_portal.encryption import blind_index

# A provider that signs with a shared secret, or not at all, is not believed.
ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
SECONDS = 10


class Unavailable(Exception):
    """The provider does not answer, or not as one; nothing can be said of the person."""


class Refused(Exception):
    """The provider's answer does not belong to what this browser began, or is not what it must be."""


@dataclass(frozen=True)
class Provider:
    """One institution's provider; ``claim`` holds the NIP."""

    slug: str
    issuer: str
    client_id: str
    client_secret: str
    claim: str

    @property
    def host(self) -> str:
        return urlsplit(self.issuer).netloc


@dataclass(frozen=True)
class Person:
    """Whom the provider signed in."""

    issuer: str
    subject: str
    number: str


def provider_of(institution: Institution) -> Provider | None:
    """The provider that signs this institution's people in, where its procedure says so and one is configured."""
    values = settings.OIDC_PROVIDERS.get(institution.slug)
    if values is None or not institution.is_open or terms.in_force(institution).way_in.sign_in != "sso":
        return None
    return Provider(institution.slug, **values)


def offered() -> list[tuple[Institution, Provider]]:
    """The institutions with a provider, for the sign-in page."""
    if not settings.OIDC_PROVIDERS:
        return []
    rows = Institution.objects.filter(slug__in=settings.OIDC_PROVIDERS).order_by("name")
    return [(each, provider) for each in rows if (provider := provider_of(each))]


def begin(request: HttpRequest, provider: Provider, back: str) -> HttpResponse:
    """To the provider; state, nonce and PKCE verifier stay in this browser's session. Raises :class:`Unavailable`."""
    try:
        answer: HttpResponse = _client(provider).authorize_redirect(request, back)
    except (requests.RequestException, ValueError, RuntimeError, AuthlibBaseError) as error:
        raise Unavailable(type(error).__name__) from error
    return answer


def finish(request: HttpRequest, provider: Provider) -> Person:
    """Whom the provider signed in, from its answer to :func:`begin`. Raises :class:`Unavailable`, :class:`Refused`."""
    try:
        client = _client(provider)
        token = client.authorize_access_token(request)
        claims = token.get("userinfo")
        if not claims:
            raise Refused("no id_token")
        number = claims.get(provider.claim) or _asked(client, token, claims, provider)
    except requests.RequestException as error:
        raise Unavailable(type(error).__name__) from error
    except (AuthlibBaseError, JoseError, ValueError, KeyError, RuntimeError) as error:
        # The kind of fault alone: an error's text may repeat what was sent.
        raise Refused(type(error).__name__) from error
    return Person(provider.issuer, str(claims["sub"]), numbers.squeeze(str(number or "")))


def _asked(client: Any, token: Any, claims: Any, provider: Provider) -> Any:
    """Some providers tell the claim only at their userinfo address."""
    if "userinfo_endpoint" not in client.load_server_metadata():
        return ""
    told = client.userinfo(token=token)
    # OpenID Connect Core 5.3.2: an answer about somebody else must not be used.
    if told.get("sub") != claims["sub"]:
        raise Refused("userinfo of another subject")
    return told.get(provider.claim)


def record_of(provider: Provider, person: Person) -> PersonnelRecord | None:
    """The person in the institution's own registry; a NIP of another institution is as unknown as any."""
    if not person.number:
        return None
    return (
        PersonnelRecord.objects.select_related("institution")
        .filter(
            institution__slug=provider.slug,
            employee_number_index=blind_index("employee-number", person.number),
        )
        .first()
    )


def _client(provider: Provider) -> Any:
    """A client whose metadata come from the configured issuer and name no other."""
    client = OAuth().register(
        name=f"sso-{provider.slug}",
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile", "code_challenge_method": "S256", "default_timeout": SECONDS,
        },
    )  # fmt: skip
    told = client.load_server_metadata()
    # OpenID Connect Discovery 4.3: the issuer in the answer must be the one that was asked.
    if told.get("issuer") != provider.issuer:
        raise requests.exceptions.InvalidURL("issuer")
    supported = set(told.get("id_token_signing_alg_values_supported", ())) & ALGORITHMS
    client.server_metadata["id_token_signing_alg_values_supported"] = sorted(supported) or ["RS256"]
    return client
