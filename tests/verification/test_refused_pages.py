"""What an officer meets where a role is missing: their own page with the menu, that says whose work it is."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from enrollment.models import Institution, Role
from tests import cast
from tte_portal.models import Account
from verification.admin.accounts import AccountAdmin

pytestmark = pytest.mark.django_db


def test_an_officer_without_the_role_gets_the_officers_page(natuna: Institution) -> None:
    client = cast.sign_in(cast.make_officer("baca", (natuna, Role.Kind.REPORT_READER)))
    for address in (reverse("admin:exports"), "/laporan/tidak-ada/", "/admin/tidak/ada/", "/opd/"):
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == 404, address
        assert "Anda tidak punya peran untuk halaman ini" in page, address
        assert f'href="{reverse("reports")}"' in page, address
        assert "menyalin alamatnya dari surel" not in page, address


def test_applicants_keep_their_page(natuna: Institution) -> None:
    visitor, officer = Client(), cast.sign_in(cast.make_officer("baca", (natuna, Role.Kind.REPORT_READER)))
    for client in (visitor, officer):
        assert "Cek status pengajuan" in client.get("/tidak/ada/").content.decode()


def test_the_list_of_officers_tells_roles_and_who_is_away(natuna: Institution, administrator: Account) -> None:
    cast.make_officer("baca", (natuna, Role.Kind.REPORT_READER))
    page = cast.sign_in(administrator).get(reverse("admin:tte_portal_account_changelist")).content.decode()

    assert str(Role.Kind.REPORT_READER.label) in page
    assert {"kinds", "absence"} < set(AccountAdmin.list_display)


def test_the_only_institution_is_chosen_for_a_new_officer(natuna: Institution, administrator: Account) -> None:
    page = cast.sign_in(administrator).get(reverse("admin:tte_portal_account_add")).content.decode()

    assert f'<option value="{natuna.pk}" selected>' in page
    assert "akun dihentikan lewat centang" in page


def test_it_says_whose_work_a_page_is_and_nothing_of_what_there_is(natuna: Institution, administrator: Account) -> None:
    client = cast.sign_in(administrator)
    for address in ("/admin/sertifikat/", f"/admin/sertifikat/{uuid4()}/cabut/", "/admin/sertifikat/usulan/"):
        page = client.get(address).content.decode()
        assert f"{Role.Kind.VERIFIER.label}, {Role.Kind.ISSUER.label}" in page, address
        # An administrator gives roles to others, so nobody is to be asked for it but another one.
        assert "sebutkan alamatnya" not in page, address
        assert f'href="{reverse("admin:tte_portal_account_changelist")}"' in page, address
