"""The reports: importing this fills ``tables.REPORTS``, in the order in which they are offered."""

from verification.reports.figures import certificates, funnel, groups, messages, officers  # noqa: F401 (register)
from verification.reports.tables import REPORTS

TITLES = {
    "tahapan": "Pengajuan per tahap",
    "waktu": "Lama di tiap tahap",
    "sertifikat": "Sertifikat",
    "pertumbuhan": "Pertumbuhan per bulan",
    "instansi": "Per instansi",
    "opd": "Per OPD",
    "prosedur": "Per prosedur",
    "petugas": "Per verifikator",
    "alasan": "Alasan perbaikan dan penolakan",
    "saluran": "Per saluran",
    "tautan": "Tautan",
}
_registered = {slug: REPORTS[slug] for slug in TITLES}
REPORTS.clear()
REPORTS.update(_registered)
