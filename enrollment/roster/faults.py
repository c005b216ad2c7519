"""What can be wrong with a row: the kinds by which officers filter, in the order in which they are told."""

from dataclasses import dataclass

KINDS = {
    "missing": "Belum diisi",
    "exponent": "NIP menjadi bilangan (4,11E+17)",
    "cut-digits": "Tiga angka terakhir NIP hilang",
    "lost-zeros": "Nol di depan hilang",
    "date": "Angka berubah menjadi tanggal",
    "number-signs": "Ada huruf atau tanda di NIP",
    "number-length": "Banyaknya angka NIP keliru",
    "number-impossible": "NIP yang tidak mungkin",
    "number-kind": "NIP tidak cocok dengan jenis pegawai",
    "formula": "Rumus, bukan isi",
    "markup": "Tanda yang tidak boleh ada",
    "title": "Gelar di kolom Nama",
    "too-long": "Terlalu panjang",
    "province": "Provinsi tidak dikenal",
    "employment": "Jenis pegawai tidak dikenal",
    "opd": "OPD tidak dikenal",
    "mailbox-form": "Alamat surel tidak lengkap",
    "mailbox-domain": "Bukan surel dinas instansi",
    "mailbox-kind": "Domain surel jenis pegawai lain",
    "twin": "Orang yang sama dua kali di daftar",
    "mailbox-taken": "Surel milik pegawai lain",
    "mailbox-in-use": "Surel yang sedang dipakai",
    "elsewhere": "Tercatat di instansi lain",
    "administrator": "Harus lewat administrator",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell, and what to do about it."""

    column: str
    kind: str
    text: str


class Faulty(ValueError):
    """Raised where a cell is read; becomes a :class:`Fault` of its column."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind, self.text = kind, text
