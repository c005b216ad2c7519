"""The room's pages and its places in the officers' menu."""

from django.urls import URLPattern, path

from verification import roles
from verification.people import list_views, views
from verification.rooms import Entry, Guard

MENU: tuple[Entry, ...] = (
    Entry(
        "Daftarkan pegawai", "admin:people", (roles.ADMINISTRATOR, roles.VERIFIER),
        "Satu orang, beberapa orang, atau daftar Excel sampai 10.000 baris; setiap kesalahan ditunjukkan.",
    ),
)  # fmt: skip


def pages(guard: Guard) -> list[URLPattern]:
    base = "pegawai/daftar"
    return [
        path(f"{base}/", guard(views.start), name="people"),
        path(f"{base}/satu/", guard(views.one), name="people-one"),
        path(f"{base}/beberapa/", guard(views.several), name="people-several"),
        path(f"{base}/berkas/", guard(views.upload), name="people-upload"),
        path(f"{base}/contoh/<slug:kind>/", guard(views.template), name="people-template"),
        path(f"{base}/<uuid:roster_id>/", guard(list_views.preview), name="people-list"),
        path(f"{base}/<uuid:roster_id>/daftarkan/", guard(list_views.register), name="people-register"),
        path(f"{base}/<uuid:roster_id>/baris/<int:row>/", guard(list_views.row), name="people-row"),
        path(f"{base}/<uuid:roster_id>/unggah/", guard(list_views.add), name="people-add"),
        path(f"{base}/<uuid:roster_id>/salah/<slug:kind>/", guard(list_views.faulty), name="people-faulty"),
        path(f"{base}/<uuid:roster_id>/hasil/<slug:kind>/", guard(list_views.results), name="people-results"),
        path(f"{base}/<uuid:roster_id>/hapus/", guard(list_views.discard), name="people-discard"),
    ]
