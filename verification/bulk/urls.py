"""The room's pages and its places in the officers' menu."""

from django.urls import URLPattern, path

from verification import roles
from verification.rooms import Entry, Guard

MENU: tuple[Entry, ...] = (
    Entry(
        "Keputusan massal", "admin:bulk", (roles.VERIFIER, roles.ISSUER),
        "Setujui atau tolak banyak pengajuan sekaligus; yang meragukan tetap diperiksa satu per satu.",
    ),
)  # fmt: skip


def pages(guard: Guard) -> list[URLPattern]:
    from verification.bulk import views

    return [
        path("massal/", guard(views.decide), name="bulk"),
        path("massal/<uuid:run_id>/", guard(views.run), name="bulk-run"),
        path("massal/<uuid:run_id>/hasil/", guard(views.result), name="bulk-result"),
    ]
