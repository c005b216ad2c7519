"""The guides' table "what varies", side by side: each row as the five regions have it, read from their files.

That each value makes a difference to what people meet is tested where it does: the wizard's variants, the passphrase
page's, the ways in, the officers' queues. Here a slip of the pen in a file is seen.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from enrollment import procedure, status
from enrollment.demo import cast
from enrollment.models import Application, Institution, Role
from enrollment.procedure import Procedure
from tests import cast as cast_of_tests
from tests import holders, procedures
from tte_portal import outbox
from tte_portal.models import OutboxMessage

REGIONS = ("natuna", "sulteng", "tangsel", "kemenkeu", "magelang")
FOUR_KINDS = (8, ("upper", "lower", "digit", "symbol"))


def photos(asked: Procedure) -> tuple[str, ...]:
    taken = tuple(step.removeprefix("foto-") for step in asked.wizard.steps if step.startswith("foto-"))
    return (*taken, "diri again") if asked.passphrase.second_selfie else taken


def check_after_the_wizard(asked: Procedure) -> str:
    return asked.wizard.check if asked.wizard.steps else ""


def checks_before(asked: Procedure) -> tuple[str, ...]:
    hr = ("hr",) if asked.way_in.hr_approval else ()
    return (*hr, "verifier") if asked.way_in.check else hr


def agreement(asked: Procedure) -> tuple[str, int, str]:
    return asked.passphrase.agreement_by, asked.passphrase.agreement_seconds, asked.passphrase.agreement_button


def rule(asked: Procedure) -> tuple[Any, ...]:
    given = asked.passphrase
    return given.minimum_length, given.needs, given.blanks, given.shows_score


ROWS: dict[str, tuple[Callable[[Procedure], Any], tuple[Any, ...]]] = {
    "way in": (
        lambda p: (p.way_in.kind, p.way_in.sign_in),
        (("invitation", ""), ("self-service", ""), ("public-form", ""), ("profile", "password"), ("profile", "sso")),
    ),
    "collective mailbox request": (lambda p: p.way_in.collective_request, (False, True, False, False, False)),
    "dinas mailbox proven first": (lambda p: p.way_in.proves_mailbox, (False, False, False, False, True)),
    "papers up front": (
        lambda p: set(p.way_in.papers),
        (
            set(), {"statement-letter"}, {"ktp", "signature-specimen", "recommendation-letter"},
            {"ktp", "recommendation-letter", "signature-specimen"}, set(),
        ),
    ),
    "check before activation": (checks_before, ((), (), ("verifier",), ("hr", "verifier"), ())),
    "activation link and wizard": (lambda p: bool(p.wizard.steps), (True, True, True, False, True)),
    "photos": (photos, (("diri",), ("diri",), ("ktp", "diri"), (), ("diri", "diri again"))),
    "phone proven by WhatsApp code": (lambda p: p.wizard.proves_phone, (False, False, False, False, True)),
    "privacy policy: least reading time": (lambda p: p.wizard.reading_seconds, (0, 0, 60, 0, 0)),
    "privacy policy: consents": (lambda p: len(p.wizard.consents), (1, 1, 1, 1, 2)),
    "check after the wizard": (check_after_the_wizard, ("verifier", "verifier", "verifier", "", "automatic")),
    "account mail": (
        lambda p: p.subjects.account,
        ("", "{prefix} Informasi Akun", "{prefix} Informasi Akun", "{prefix} Login Information", ""),
    ),
    "passphrase link by": (lambda p: p.passphrase.channel, ("email", "email", "email", "email", "whatsapp")),
    "agreement": (
        agreement,
        (("tick", 0, ""), ("opened", 15, ""), ("tick", 0, ""), ("page", 0, "Saya Setuju"), ("opened", 0, "")),
    ),
    "issuer's approval": (
        lambda p: p.certificate.issuer,
        ("automatic", "automatic", "by-hand", "by-hand", "automatic"),
    ),
    "pause until ACTIVE": (lambda p: p.certificate.pause_seconds, (3600,) * 5),
    "passphrase rule": (
        rule,
        (
            (*FOUR_KINDS, True, False), (*FOUR_KINDS, True, False), (*FOUR_KINDS, True, False),
            (*FOUR_KINDS, True, True), (*FOUR_KINDS, False, False),
        ),
    ),
    "one's own data looked at before the passphrase": (
        lambda p: p.passphrase.shows_profile,
        (False, False, False, False, True),
    ),
    "subject of the activation mail": (lambda p: p.subjects.activation, ("{prefix} Aktivasi Akun",) * 5),
    "subject of the passphrase mail": (
        lambda p: p.subjects.set_passphrase,
        (
            "{prefix} Set Passphrase", "{prefix} Set Passphrase", "set-passphrase",
            "[eSign] Pendaftaran Sertifikat Digital", "{prefix} Set Passphrase",
        ),
    ),
    "subject at issue": (
        lambda p: p.subjects.issued,
        (
            "{prefix} Sertifikat Elektronik Terbit", "{prefix} Sertifikat Elektronik Terbit",
            "{prefix} Sertifikat Elektronik Terbit", "{prefix} Certificate Issued", "Sertifikat Elektronik Terbit",
        ),
    ),
    "certificate's life": (lambda p: p.certificate.validity_days, (730,) * 5),
    "the service and its button": (
        lambda p: (p.way_in.title, p.way_in.button),
        (
            ("Pengajuan TTE", "Minta tautan aktivasi"), ("Pengajuan TTE", "Kirim Pengajuan"),
            ("Registrasi TTE", "Kirim Registrasi"), ("Registrasi DS", "Registrasi DS"),
            ("Sertifikat Elektronik BSrE", "Registrasi Sertifikat"),
        ),
    ),
    "asked before it counts": (
        lambda p: p.way_in.confirm,
        ("", "", "", "", "Apakah anda yakin akan Buat Sertifikat?"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_each_row_is_as_the_guides_have_it(row: str) -> None:
    value_of, expected = ROWS[row]
    assert tuple(value_of(procedure.find(region)) for region in REGIONS) == expected


@pytest.mark.parametrize(("region", "way"), [
    ("natuna", ["NEW/applicant", "NEW/verifier"]),
    ("sulteng", ["NEW/applicant", "NEW/verifier"]),
    ("tangsel", ["NEW/pre-check", "NEW/applicant", "NEW/verifier"]),
    ("kemenkeu", ["NEW/pre-check"]),
    ("magelang", ["NEW/applicant", "NEW/nobody"]),
])  # fmt: skip
def test_the_way_to_a_passphrase_follows_from_the_values(region: str, way: list[str]) -> None:
    told = ["/".join(state) for state in status.way_of(procedure.find(region))]
    by_hand = ["ENROLL/issuer"] if region in ("tangsel", "kemenkeu") else []
    last = ["ON_SET_PASSPHRASE/applicant", *by_hand, "ENROLL/nobody", "ISSUE/nobody", "ACTIVE/nobody"]
    assert told == [*way, *last]


# --- What stands on pages and in mails by the procedure's own words --------------------------------------------------
@pytest.fixture
def asks(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have a region's file say otherwise."""

    def otherwise(region: str, **changes: Any) -> None:
        dotted = {key.replace("__", "."): value for key, value in changes.items()}
        asked = procedures.changed(procedure.find(region), dotted)
        monkeypatch.setattr(procedure, "find", lambda slug: asked)

    return otherwise


@pytest.mark.parametrize(("region", "path"), [
    ("sulteng", "/sulteng/pengajuan-tte/"), ("tangsel", "/tangsel/registrasi/"),
])  # fmt: skip
def test_the_service_and_its_button_have_the_guides_words(
    region: str, path: str, asks: Callable[..., None], institutions: dict[str, Institution]
) -> None:
    asks(region, way_in__title="Layanan Uji", way_in__button="Kirim Uji")
    assert "Layanan Uji" in Client().get(f"/{region}/").content.decode()
    page = Client().get(path).content.decode()
    assert "Layanan Uji" in page
    assert region == "sulteng" or "Kirim Uji" in page, "self-service has its button on the second page"


@pytest.mark.parametrize("confirm", ["", "Yakin sekali?"])
def test_a_question_before_it_counts_is_asked_where_there_is_one(
    confirm: str, asks: Callable[..., None], institutions: dict[str, Institution]
) -> None:
    asks("kemenkeu", way_in__confirm=confirm)
    place = institutions["kemenkeu"]
    holder = holders.holder_of(place)
    holders.complete(holder, cast_of_tests.make_officer("hani", (place, Role.Kind.HR)))
    client = holders.browser_of(holder)
    client.post("/akun/registrasi/")
    assert Application.objects.exists() == (not confirm)
    if confirm:
        assert confirm in client.get("/akun/registrasi/").content.decode()
        client.post("/akun/registrasi/", {"go": "yes"})
        assert Application.objects.exists()


def test_the_activation_mails_subject_is_the_procedures(application: Application) -> None:
    procedures.ask(application, subjects__activation="{prefix} Mulai di sini")
    message = OutboxMessage.objects.get(subject=application.pk, template="activation")
    assert outbox.compose(message).subject == "[BSrE] Mulai di sini"


def test_mailbox_domains_are_the_regions_own_under_example() -> None:
    domains = {place.slug: place.domains for place in cast.PLACES}
    assert domains == {
        "natuna": ("natunakab.example",),
        "sulteng": ("sultengprov.example",),
        "tangsel": ("tangerangselatankota.example",),
        "kemenkeu": ("kemenkeu.example",),
        "magelang": ("pns.magelangkota.example", "asn.magelangkota.example"),
    }
