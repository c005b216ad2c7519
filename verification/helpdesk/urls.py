"""The room's pages and its places in the officers' menu."""

from django.urls import URLPattern, path

from verification.helpdesk import change_views, changes, look_views, objection_views, person_views, search_views
from verification.helpdesk.people import CONFIRMS, READS
from verification.rooms import Entry, Guard

MENU: tuple[Entry, ...] = (
    Entry(
        "Meja bantuan", "admin:helpdesk", READS,
        "Cari orang lewat nomor, surel, atau nama; lihat sampai di mana pengajuannya, dan bantu ia melanjutkan.",
    ),
    Entry(
        "Persetujuan kedua", "admin:helpdesk-waiting", CONFIRMS,
        "Ganti surel atau nomor, dan atur ulang faktor kedua: berlaku setelah petugas kedua menyetujui.",
        changes.told_waiting,
    ),
)  # fmt: skip

PERSON = "meja-bantuan/orang/<uuid:person_id>/"
CASE = f"{PERSON}pengajuan/<uuid:application_id>/"


def pages(guard: Guard) -> list[URLPattern]:
    return [
        path("meja-bantuan/", guard(search_views.find), name="helpdesk"),
        path("meja-bantuan/persetujuan/", guard(change_views.waiting), name="helpdesk-waiting"),
        path("meja-bantuan/persetujuan/<uuid:confirmation_id>/", guard(change_views.decide), name="helpdesk-request"),
        path("meja-bantuan/gambar/<uuid:look_id>/", guard(look_views.shown), name="helpdesk-shown"),
        path(PERSON, guard(person_views.show), name="helpdesk-person"),
        path(f"{PERSON}catatan/", guard(person_views.write_note), name="helpdesk-note"),
        path(f"{PERSON}kendala/<slug:slug>/", guard(person_views.solve), name="helpdesk-problem"),
        path(f"{PERSON}pesan/<uuid:message_id>/", guard(person_views.send_message_again), name="helpdesk-message"),
        path(f"{PERSON}nomor/<slug:field>/", guard(look_views.number), name="helpdesk-number"),
        path(f"{PERSON}ubah/<slug:kind>/", guard(change_views.ask), name="helpdesk-ask"),
        path(f"{CASE}tautan/<slug:purpose>/", guard(person_views.send_link), name="helpdesk-link"),
        path(f"{CASE}lepas/<slug:what>/", guard(person_views.release), name="helpdesk-release"),
        path(f"{CASE}perbaiki/", guard(person_views.correct), name="helpdesk-correct"),
        path(f"{CASE}lihat/<slug:what>/", guard(look_views.picture), name="helpdesk-look"),
    ]


# Outside the admin: whoever has the mail opens it.
public_patterns = [path("email/keberatan/<str:token>/", objection_views.objection, name="helpdesk-objection")]
