"""Connected applications in the admin: the secret is seen once, wrong networks are refused, others see nothing."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from enrollment.models import Institution, Role
from passphrase.esign.models import ApiCall, ApiClient
from tests import cast
from tests.passphrase.esign.test_esign import NIK, V1, basic
from tte_portal.models import Account, AuditRow

LIST = "admin:esign_apiclient_changelist"


@pytest.fixture
def administrator(natuna: Institution) -> Account:
    return cast.make_officer("adi", (natuna, Role.Kind.ADMINISTRATOR))


def add(client: Client, institution: Institution, networks: str = "") -> str:
    answers = {
        "institution": institution.pk, "name": "Persuratan Contoh", "login": "persuratan", "allowlist": networks,
        "is_active": "on",
    }  # fmt: skip
    return client.post(reverse("admin:esign_apiclient_add"), answers, follow=True).content.decode()


def secret_in(page: str) -> str:
    found = re.search(r"Rahasia untuk Persuratan Contoh: (\S+)", page)
    assert found, page
    return found[1]


def test_the_secret_is_shown_once_and_works(administrator: Account, natuna: Institution) -> None:
    client = cast.sign_in(administrator)

    secret = secret_in(add(client, natuna))

    assert Client().get(f"{V1}{NIK}", headers=basic(secret, "persuratan")).status_code == 200
    assert secret not in client.get(reverse(LIST)).content.decode()
    assert AuditRow.objects.filter(event="add_apiclient", chain=natuna.audit_chain).count() == 1


def test_a_new_secret_ends_the_old_one(administrator: Account, natuna: Institution) -> None:
    client = cast.sign_in(administrator)
    old = secret_in(add(client, natuna))
    asked = {"action": "renew_secret", "_selected_action": [str(ApiClient.objects.get().pk)]}

    new = secret_in(client.post(reverse(LIST), asked, follow=True).content.decode())

    statuses = [Client().get(f"{V1}{NIK}", headers=basic(each, "persuratan")).status_code for each in (old, new)]
    assert statuses == [401, 200]


@pytest.mark.parametrize("wrong", ["10.0.0.300", "kantor", "10.0.0.0/33", "10.0.0.1/8"])
def test_what_is_no_network_is_refused_on_the_field(administrator: Account, natuna: Institution, wrong: str) -> None:
    page = add(cast.sign_in(administrator), natuna, wrong)

    assert f"{wrong} bukan alamat IP atau jaringan" in page
    assert wrong in page
    assert not ApiClient.objects.exists()


def test_networks_are_kept_line_by_line(administrator: Account, natuna: Institution) -> None:
    add(cast.sign_in(administrator), natuna, "203.0.113.0/24\n2001:db8::/32, 192.0.2.7")

    assert ApiClient.objects.get().allowlist == ["203.0.113.0/24", "2001:db8::/32", "192.0.2.7"]


def test_an_administrator_gives_access_to_the_own_institution_alone(
    administrator: Account, sulteng: Institution
) -> None:
    add(cast.sign_in(administrator), sulteng)

    assert not ApiClient.objects.exists()


def test_the_log_tells_refusals_in_words(administrator: Account, natuna: Institution) -> None:
    client = cast.sign_in(administrator)
    add(client, natuna)
    Client().get(f"{V1}{NIK}", headers=basic("salah", "persuratan"))

    page = client.get(reverse("admin:esign_apicall_changelist")).content.decode()

    assert "401 rahasia salah" in page
    one = client.get(reverse("admin:esign_apicall_change", args=[ApiCall.objects.get().pk])).content.decode()
    assert "401 rahasia salah" in one
