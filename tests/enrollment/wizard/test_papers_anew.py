"""A paper that was handed in with the registration, wanted anew by the verifier: a page of the wizard only then."""

from typing import Any

import pytest

from enrollment import lifecycle
from enrollment.models import Application, Correction, Paper
from enrollment.wizard import steps
from tests import cast, procedures
from tests.enrollment.wizard.test_variants import PRIVACY, card, letter, upload

pytestmark = pytest.mark.django_db

PAPERS: list[tuple[str, str, Any]] = [
    ("statement-letter", "surat-pernyataan", letter), ("ktp", "berkas-ktp", card),
    ("signature-specimen", "spesimen", card),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "slug", "content"), PAPERS)
def test_a_paper_of_the_registration_may_be_asked_for_anew(
    application: Application, kind: str, slug: str, content: Any
) -> None:
    application = procedures.ask(
        cast.fill(application), way_in__kind="public-form", way_in__check=True, way_in__papers=[kind]
    )
    first = cast.hand_in_letter(application)
    Paper.objects.filter(pk=first.pk).update(kind=kind)
    browser = cast.open_link(application, "activation")
    assert browser.get(f"/pengajuan/{slug}/").status_code == 404, "no page of the wizard before it is asked for"
    assert kind in dict(steps.correctable(application))
    Application.objects.filter(pk=application.pk).update(submitted_at=lifecycle.now())
    Correction.objects.create(application=application, field=kind, reason="Belum ditandatangani")

    page = browser.get(f"/pengajuan/{slug}/").content.decode()
    assert "Belum ditandatangani" in page
    assert "data-camera" not in page
    nothing = browser.post(f"/pengajuan/{slug}/", PRIVACY)
    assert "diganti" in nothing.context["form"].errors["photo"][0]
    sent = browser.post(f"/pengajuan/{slug}/", {"photo": upload(content()), **PRIVACY})

    assert sent.status_code == 302, sent.content
    again = Paper.objects.get(application=application)
    assert (again.kind, again.pk == first.pk) == (kind, False)
    assert browser.get(f"/pengajuan/berkas/{slug}/").status_code == 200
    application.refresh_from_db()
    assert steps.is_ready(application, steps.open_corrections(application))
    assert browser.post("/pengajuan/periksa/")["Location"] == "/pengajuan/selesai/"
