"""Every answer says what a page may load; only a view that asks for it has another policy, and only for itself."""

import pytest
from django.conf import settings
from django.test import Client

from enrollment.models import Application
from tests import cast
from tte_portal.models import OutboxMessage

STRICT = {"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"}


def policy(client: Client, path: str) -> set[str]:
    return set(client.get(path).headers["Content-Security-Policy"].split("; "))


@pytest.mark.parametrize("path", ["/", "/status/", "/status/pengajuan/", "/admin/login/", "/tidak/ada/", "/healthz"])
@pytest.mark.django_db
def test_every_answer_carries_the_strict_policy(client: Client, path: str) -> None:
    assert policy(client, path) >= STRICT
    assert len(policy(client, path)) == len(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])


def test_a_mails_own_policy_is_for_its_page_alone(application: Application, client: Client) -> None:
    cast.open_link(application, "activation")
    mail = OutboxMessage.objects.latest("created_at")
    path = f"/kotak-keluar/{mail.pk}/"
    assert {"style-src 'unsafe-inline'", "script-src 'none'", "default-src 'none'"} <= policy(client, path)
    assert policy(client, "/") >= STRICT
