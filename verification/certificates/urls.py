"""The room's pages and its places in the officers' menu."""

from django.urls import URLPattern, path

from verification.certificates import case_views, proposal_views, proposals, views
from verification.certificates.people import READS
from verification.rooms import Entry, Guard

MENU: tuple[Entry, ...] = (
    Entry(
        "Sertifikat", "admin:certificates", READS,
        "Cari sertifikat; cabut, tangguhkan, atau aktifkan lagi; lihat yang segera berakhir.",
    ),
    Entry(
        "Usulan pencabutan", "admin:certificates-proposals", READS,
        "Pemegang yang menurut data kepegawaian sudah tidak bekerja; Anda yang memutuskan.", proposals.told_waiting,
    ),
)  # fmt: skip

CASE = "sertifikat/<uuid:case_id>/"


def pages(guard: Guard) -> list[URLPattern]:
    return [
        path("sertifikat/", guard(views.find), name="certificates"),
        path("sertifikat/akan-berakhir/", guard(views.ending), name="certificates-ending"),
        path("sertifikat/usulan/", guard(proposal_views.waiting), name="certificates-proposals"),
        path("sertifikat/usulan/daftar/", guard(proposal_views.compare), name="certificates-list"),
        path("sertifikat/usulan/daftar/contoh/<slug:kind>/", guard(proposal_views.sample), name="certificates-sample"),
        path("sertifikat/usulan/<uuid:proposal_id>/", guard(proposal_views.decide), name="certificates-proposal"),
        path(CASE, guard(case_views.show), name="certificates-one"),
        path(f"{CASE}perbarui/", guard(case_views.reissue), name="certificates-reissue"),
        path(f"{CASE}<slug:slug>/", guard(case_views.act), name="certificates-act"),
    ]
