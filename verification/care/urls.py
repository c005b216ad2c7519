"""The room's pages and its places in the officers' menu."""

from django.urls import URLPattern, path

from verification import roles
from verification.rooms import Entry, Guard

MENU: tuple[Entry, ...] = (
    Entry(
        "Tugas saya", "admin:care", tuple(roles.Kind.values),
        "Perjanjian, pengganti saat berhalangan, perangkat yang sedang masuk, dan surel ringkasan.",
    ),
)  # fmt: skip


def pages(guard: Guard) -> list[URLPattern]:
    from verification.care import absence_views, views

    return [
        path("tugas-saya/", guard(views.care), name="care"),
        path("tugas-saya/perjanjian/", guard(views.verifier_agreement), name="agreement"),
        path("tugas-saya/perangkat/keluarkan/", guard(views.sign_out_elsewhere), name="sign-out-elsewhere"),
        path("tugas-saya/ringkasan/", guard(views.digest_switch), name="digest-switch"),
        path("tugas-saya/tetap-masuk/", guard(views.stay), name="stay"),
        path("tugas-saya/ketidakhadiran/", guard(absence_views.tell), name="absence"),
        path("tugas-saya/ketidakhadiran/<uuid:absence_id>/akhiri/", guard(absence_views.end), name="absence-end"),
    ]
