"""HR decides changed profiles: scoped, never one's own, each look and each decision on record."""

import pytest

from enrollment import lifecycle
from enrollment.holders import changes
from enrollment.models import Holder, Institution, ProfileChange, Role
from tests import cast, holders
from tte_portal import audit
from tte_portal.models import Account, AuditRow, OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def ministry(institutions: dict[str, Institution]) -> Institution:
    return holders.open_as(institutions["kemenkeu"], "kemenkeu")


@pytest.fixture
def hr(ministry: Institution) -> Account:
    return cast.make_officer("hari", (ministry, Role.Kind.HR), mailbox="hari@kemenkeu.example")


@pytest.fixture
def change(ministry: Institution) -> ProfileChange:
    return holders.waiting_paper(ministry)


def url(change: ProfileChange, more: str = "") -> str:
    return f"/admin/perubahan-profil/{change.pk}/{more}"


def test_the_queue_and_the_start_page_show_the_oldest_first(
    hr: Account, change: ProfileChange, ministry: Institution
) -> None:
    holders.waiting_paper(ministry, "Budi Percobaan")
    client = cast.sign_in(hr)
    page = client.get("/admin/perubahan-profil/").content.decode()
    assert page.index("Ayu Contoh") < page.index("Budi Percobaan")
    start = client.get("/admin/").content.decode()
    assert "Perubahan profil yang menunggu persetujuan" in start
    assert '<b class="count">2</b>' in start


def test_approving_puts_it_in_force_writes_one_row_and_tells_the_person(hr: Account, change: ProfileChange) -> None:
    answer = cast.sign_in(hr).post(url(change), {"decision": "approve"}, follow=True)

    assert "File Scan KTP Ayu Contoh disetujui" in answer.content.decode()
    change.refresh_from_db()
    assert (change.state, change.decided_by) == ("approved", hr)
    assert changes.in_force(change.holder, "ktp") == change.new
    row = AuditRow.objects.get(event="approve_profile_change")
    assert row.actor == f"account:{hr.pk}"
    assert audit.read_detail(row)["new"] == change.new
    assert OutboxMessage.objects.filter(template="profile_approved", subject=change.holder_id).count() == 1


def test_refusing_needs_a_reason(hr: Account, change: ProfileChange) -> None:
    page = cast.sign_in(hr).post(url(change), {"decision": "refuse"})
    assert page.status_code == 422
    assert "Pilih atau tulis alasan" in page.content.decode()
    change.refresh_from_db()
    assert change.state == "waiting"


def test_refusing_keeps_the_old_value_and_the_officers_words(hr: Account, change: ProfileChange) -> None:
    given = {"decision": "refuse", "reject-free": "Foto  terpotong,\nulangi."}
    assert cast.sign_in(hr).post(url(change), given)["Location"] == "/admin/perubahan-profil/"
    change.refresh_from_db()
    assert (change.state, change.reason) == ("refused", "Foto terpotong, ulangi.")
    assert changes.in_force(change.holder, "ktp") == ""
    assert AuditRow.objects.filter(event="refuse_profile_change").count() == 1


def test_each_look_at_a_paper_is_on_record(hr: Account, change: ProfileChange) -> None:
    client = cast.sign_in(hr)
    for _ in range(2):
        assert client.get(url(change, "berkas/baru/"))["Content-Type"] == "image/jpeg"
    looks = AuditRow.objects.filter(event="view_paper", subject=change.holder_id)
    assert [row.facts["reason"] for row in looks] == ["profile-change"] * 2
    assert client.get(url(change, "berkas/lama/")).status_code == 404


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind if kind not in ("hr", "opd-operator")])
def test_no_other_role_sees_or_decides(ministry: Institution, change: ProfileChange, kind: Role.Kind) -> None:
    client = cast.sign_in(cast.make_officer("lain", (ministry, kind)))
    assert {client.get(url(change, each)).status_code for each in ("", "berkas/baru/")} == {404}
    assert client.post(url(change), {"decision": "approve"}).status_code == 404


def test_hr_of_another_institution_sees_nothing(natuna: Institution, change: ProfileChange) -> None:
    client = cast.sign_in(cast.make_officer("jauh", (natuna, Role.Kind.HR)))
    assert "Ayu Contoh" not in client.get("/admin/perubahan-profil/").content.decode()
    assert client.get(url(change)).status_code == client.get(url(change, "berkas/baru/")).status_code == 404
    assert client.post(url(change), {"decision": "approve"}).status_code == 404
    change.refresh_from_db()
    assert change.state == "waiting"


def test_nobody_approves_their_own(ministry: Institution, change: ProfileChange) -> None:
    own = cast.make_officer("ayu-hr", (ministry, Role.Kind.HR), mailbox="AYU.contoh@kemenkeu.example")
    client = cast.sign_in(own)
    page = client.get(url(change)).content.decode()
    assert "profil Anda sendiri" in page
    assert "Setujui</button>" not in page
    assert client.post(url(change), {"decision": "approve"}).status_code == 409
    with pytest.raises(lifecycle.NotAllowed):
        changes.approve(change.pk, by=own)
    assert not AuditRow.objects.filter(event="approve_profile_change").exists()


def test_a_decision_is_made_once(hr: Account, change: ProfileChange, ministry: Institution) -> None:
    changes.approve(change.pk, by=hr)
    colleague = cast.make_officer("hesti", (ministry, Role.Kind.HR))
    page = cast.sign_in(colleague).post(url(change), {"decision": "refuse", "reject-free": "Tidak."})
    assert page.status_code == 409
    assert OutboxMessage.objects.filter(template__startswith="profile_").count() == 1


def test_a_mailbox_of_somebody_else_cannot_be_agreed_to(hr: Account, ministry: Institution) -> None:
    holder: Holder = holders.holder_of(ministry)
    asked = changes.procedure_of(holder)
    assert asked is not None
    changes.ask(holder, asked, "mailbox", "budi.percobaan@kemenkeu.example")
    found = ProfileChange.objects.get()
    page = cast.sign_in(hr).post(url(found), {"decision": "approve"})
    assert page.status_code == 409
    assert "sudah tercatat untuk pegawai lain" in page.content.decode()
    found.refresh_from_db()
    assert found.state == "waiting"
