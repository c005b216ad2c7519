"""Whether the words of a registry about somebody's employment say that it has ended.

SIASN's description names the field (statusPegawai) but not its words: those that mean an end anywhere in personnel
administration are understood, and any other says nothing.
"""

from enrollment.comparisons import normal

_ENDED = (
    "PENSIUN", "BERHENTI", "DIBERHENTIKAN", "PEMBERHENTIAN", "MENINGGAL", "WAFAT", "TEWAS", "PINDAH INSTANSI",
    "MUTASI KELUAR", "TIDAK AKTIF", "NON AKTIF", "NONAKTIF", "MENGUNDURKAN DIRI",
)  # fmt: skip
# Who is about to leave, and has not.
_NOT_YET = ("CALON PENSIUN", "MASA PERSIAPAN PENSIUN", "MPP", "PEMBERHENTIAN SEMENTARA", "DIBERHENTIKAN SEMENTARA")


def has_left(standing: str) -> bool:
    words = f" {normal(standing)} "
    for each in _NOT_YET:
        words = words.replace(f" {each} ", " ")
    return any(f" {each} " in words for each in _ENDED)
