"""Where an officer is signed in: listed, ended from elsewhere at once, ended when idle, seldom written."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enrollment.models import Application, Institution, Role
from tests import cast
from tte_portal.models import Account, AuditRow
from verification.care import devices, sign_ins
from verification.care.models import SignIn

HOME = "/admin/"
CARE = "/admin/tugas-saya/"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 "
    "Mobile/15E148 Safari/604.1"
)
WINDOWS = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def grow_idle(account: Account, minutes: int) -> None:
    SignIn.objects.filter(account=account).update(seen_at=Now() - timedelta(minutes=minutes))


def sign_in_of(client: Client) -> str:
    return str(client.session[sign_ins.IN_SESSION])


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (IPHONE, "Safari di iPhone"),
        (WINDOWS, "Chrome di Windows"),
        (WINDOWS + " Edg/140.0", "Edge di Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox di Linux"),
        ("curl/8", "Peramban tidak dikenal"),
        ("", "Peramban tidak dikenal"),
    ],
)
def test_a_device_is_told_in_plain_words(agent: str, told: str) -> None:
    assert devices.in_words(agent) == told


@pytest.mark.parametrize(
    ("address", "told"),
    [("103.20.188.7", "103.20.x.x"), ("2001:db8:1:2::", "2001:db8:…"), ("", ""), ("sesuatu", "")],
)
def test_an_address_is_cut_short(address: str, told: str) -> None:
    assert devices.shortened(address) == told


def test_signing_in_is_listed_with_its_device(verifier: Account) -> None:
    client = cast.sign_in(verifier)
    SignIn.objects.create(account=verifier, device="Safari di iPhone", address="103.20.x.x")

    page = client.get(CARE).content.decode()

    assert "Safari di iPhone" in page
    assert "103.20.x.x" in page
    assert page.count("perangkat ini") == 1


def test_others_do_not_see_it(verifier: Account, colleague: Account) -> None:
    SignIn.objects.create(account=verifier, device="Safari di iPhone")

    assert "Safari di iPhone" not in cast.sign_in(colleague).get(CARE).content.decode()


def test_one_other_browser_is_signed_out_at_once(verifier: Account) -> None:
    here, there, third = (cast.sign_in(verifier) for _ in range(3))

    here.post(reverse("admin:sign-out-elsewhere"), {"sign_in": sign_in_of(there)})

    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)


def test_all_others_are_signed_out_at_once(verifier: Account) -> None:
    here, there, third = (cast.sign_in(verifier) for _ in range(3))

    here.post(reverse("admin:sign-out-elsewhere"))

    assert (is_in(here), is_in(there), is_in(third)) == (True, False, False)


def test_nobody_signs_somebody_else_out(verifier: Account, colleague: Account) -> None:
    mine, theirs = cast.sign_in(verifier), cast.sign_in(colleague)

    mine.post(reverse("admin:sign-out-elsewhere"), {"sign_in": sign_in_of(theirs)})
    mine.post(reverse("admin:sign-out-elsewhere"), {"sign_in": "no such thing"})

    assert is_in(theirs)


def test_who_is_signed_out_is_told_why_and_led_back(verifier: Account) -> None:
    here, there = cast.sign_in(verifier), cast.sign_in(verifier)
    here.post(reverse("admin:sign-out-elsewhere"))

    answer = there.get(CARE, follow=True)

    assert answer.redirect_chain[-1][0] == f"/admin/login/?next={CARE}"
    assert "lewat perangkat lain" in answer.content.decode()


def test_an_administrator_signs_an_officer_out_everywhere(verifier: Account, administrator: Account) -> None:
    there, client = cast.sign_in(verifier), cast.sign_in(administrator)

    client.post("/admin/tte_portal/account/", {"action": "sign_out_everywhere", "_selected_action": [str(verifier.pk)]})

    assert not is_in(there)
    assert AuditRow.objects.get(event="sign_out_officer").facts["account"] == verifier.pk


def test_an_administrator_of_elsewhere_does_not(verifier: Account, sulteng: Institution) -> None:
    there = cast.sign_in(verifier)
    stranger = cast.sign_in(cast.make_officer("asing", (sulteng, Role.Kind.ADMINISTRATOR)))

    stranger.post(
        "/admin/tte_portal/account/", {"action": "sign_out_everywhere", "_selected_action": [str(verifier.pk)]}
    )

    assert is_in(there)


def test_after_the_idle_limit_the_browser_is_out(verifier: Account, case: Application) -> None:
    client, page = cast.sign_in(verifier), f"/admin/antrean/{case.pk}/"
    grow_idle(verifier, 33)

    answer = client.get(page, follow=True)

    assert answer.redirect_chain[0][0] == f"/admin/login/?next={page}"
    assert "30 menit tidak ada kegiatan" in answer.content.decode()
    assert SignIn.objects.get(account=verifier).ended_how == "idle"
    assert not is_in(client)


def test_before_the_idle_limit_a_request_puts_it_off(verifier: Account) -> None:
    client = cast.sign_in(verifier)
    grow_idle(verifier, 29)
    assert is_in(client)

    seen = SignIn.objects.filter(account=verifier, seen_at__gt=Now() - timedelta(minutes=1))
    assert seen.exists()


def test_a_form_sent_too_late_leads_back_to_its_page(verifier: Account, case: Application) -> None:
    client = cast.sign_in(verifier)
    grow_idle(verifier, 40)

    late = client.post(reverse("admin:review", args=[case.pk]), {"decision": "approve"})

    assert late.headers["Location"] == f"/admin/login/?next=/admin/antrean/{case.pk}/"
    case.refresh_from_db()
    assert case.waiting_for == "verifier"


def test_the_page_keeps_the_officer_in_and_gets_a_fresh_token(verifier: Account) -> None:
    client = cast.sign_in(verifier)
    grow_idle(verifier, 29)

    answer = client.post(reverse("admin:stay"))
    told = answer.json()
    assert (told["signed_in"], told["minutes"], len(told["csrf"])) == (True, 30, 64)
    grow_idle(verifier, 40)
    over = client.post(reverse("admin:stay"), headers={"Accept": "application/json"})

    assert (over.status_code, over.json()) == (401, {"signed_in": False})


def test_a_page_that_looks_at_its_job_does_not_keep_anybody_in(verifier: Account) -> None:
    client = cast.sign_in(verifier)
    grow_idle(verifier, 20)

    client.get("/admin/pekerjaan/00000000-0000-4000-8000-000000000000/")

    assert SignIn.objects.filter(account=verifier, seen_at__lt=Now() - timedelta(minutes=19)).exists()


def test_most_requests_write_nothing(verifier: Account) -> None:
    client = cast.sign_in(verifier)

    with CaptureQueriesContext(connection) as statements:
        client.get(CARE)

    assert [each["sql"] for each in statements if "UPDATE" in each["sql"] and "care_signin" in each["sql"]] == []


def test_signing_out_ends_it(verifier: Account) -> None:
    client = cast.sign_in(verifier)
    client.post("/admin/logout/")

    assert SignIn.objects.get(account=verifier).ended_how == "signed-out"


def test_a_dismissed_officer_is_out_at_once(verifier: Account) -> None:
    client = cast.sign_in(verifier)
    verifier.is_active = False
    verifier.save()

    assert not is_in(client)


def test_an_officer_without_a_role_is_out_at_once(verifier: Account) -> None:
    client = cast.sign_in(verifier)
    Role.objects.filter(account=verifier).delete()

    assert not is_in(client)


def test_a_browser_from_before_there_were_rows_gets_one(verifier: Account) -> None:
    client = cast.sign_in(verifier)
    SignIn.objects.all().delete()
    session = client.session
    del session[sign_ins.IN_SESSION]
    session.save()

    assert is_in(client)
    assert SignIn.objects.filter(account=verifier).count() == 1


def test_old_ones_are_forgotten(verifier: Account) -> None:
    cast.sign_in(verifier)
    grow_idle(verifier, 91 * 24 * 60)
    sign_ins.forget_old()

    assert not SignIn.objects.exists()
