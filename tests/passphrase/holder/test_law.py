"""What the embedded authority is and is not (PP 71/2019 art. 63) stands where people decide."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from enrollment.models import Institution, Role
from tests import cast
from tte_portal.environment import ROOT
from tte_portal.management.commands import serve

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["prosedur", "tampilan"])
def test_administrators_read_it_where_they_settle_how_people_get_certificates(
    natuna: Institution, page: str, settings: Any
) -> None:
    officer = cast.sign_in(cast.make_officer("tata", (natuna, Role.Kind.ADMINISTRATOR)))
    address = f"/admin/enrollment/institution/{natuna.pk}/{page}/"
    assert "PP 71/2019 pasal 63" in officer.get(address).content.decode()
    settings.EMBEDDED_AUTHORITY = False
    assert "PP 71/2019" not in officer.get(address).content.decode()


def test_the_first_start_says_it(settings: Any, tmp_path: Path) -> None:
    settings.DEMO = False
    assert "PP 71/2019 art. 63" in serve.welcome(tmp_path / "none.json")
    settings.EMBEDDED_AUTHORITY = False
    assert "PP 71/2019" not in serve.welcome(tmp_path / "none.json")


def test_readme_says_it() -> None:
    assert "PP 71/2019 art. 63" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("path", ["/", "/natuna/", "/status/", "/verifikasi/"])
def test_every_public_page_leads_to_the_check_and_to_the_certificate(natuna: Institution, path: str) -> None:
    page = Client().get(path).content.decode()
    assert 'href="/verifikasi/"' in page
    assert 'href="/akun/sertifikat/' in page
