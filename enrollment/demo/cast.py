"""Invented people. Their numbers begin with an area that does not exist, their mailboxes end in .example."""

from dataclasses import dataclass
from datetime import date

from enrollment.models import Employment


@dataclass(frozen=True)
class Place:
    """One demo institution."""

    slug: str
    name: str
    short_name: str
    province: str
    domains: tuple[str, ...]
    time_zone: str = "Asia/Jakarta"


@dataclass(frozen=True)
class Person:
    """One demo person of a registry, with the NIK that goes with the NIP."""

    name: str
    sex: str
    birth: date
    unit: str
    position: str
    front_title: str = ""
    back_title: str = ""
    rank: str = "III/c, Penata"

    def login(self) -> str:
        return self.name.lower().replace("’", "").replace("'", "").replace("-", " ").replace(" ", ".")

    def nik(self, serial: int) -> str:
        day = self.birth.day + (40 if self.sex == "P" else 0)
        return f"990101{day:02}{self.birth:%m%y}{serial:04}"

    def nip(self, serial: int, employment: Employment) -> str:
        """Of a PNS: birth, month of appointment, sex, serial; of a PPPK year and block 21 instead of the month."""
        begun = "202421" if employment == Employment.PPPK else "202603"
        return f"{self.birth:%Y%m%d}{begun}{'LP'.index(self.sex) + 1}{serial:03}"


PLACES = (
    Place("natuna", "Pemerintah Kabupaten Natuna", "Natuna", "Kepulauan Riau", ("natunakab.example",)),
    Place(
        "sulteng", "Pemerintah Provinsi Sulawesi Tengah", "Sulteng", "Sulawesi Tengah", ("sultengprov.example",),
        time_zone="Asia/Makassar",
    ),
    Place("tangsel", "Pemerintah Kota Tangerang Selatan", "Tangsel", "Banten", ("tangerangselatankota.example",)),
    Place("kemenkeu", "Kementerian Keuangan", "Kemenkeu", "DKI Jakarta", ("kemenkeu.example",)),
    Place(
        "magelang", "Pemerintah Kota Magelang", "Magelang", "Jawa Tengah",
        ("pns.magelangkota.example", "asn.magelangkota.example"),
    ),
)  # fmt: skip

PEOPLE = (
    Person("Ayu Contoh", "P", date(1968, 5, 17), "Bidang Data Contoh", "Pranata Komputer", "", "S.Kom."),
    Person("Budi Percobaan", "L", date(1979, 8, 3), "Sekretariat Contoh", "Analis Kepegawaian", "", "S.E."),
    Person("Citra Ujicoba", "P", date(1990, 1, 30), "Puskesmas Contoh", "Dokter Umum", "dr.", ""),
    Person("Dewa Misalnya", "L", date(1985, 12, 9), "Dinas Contoh", "Kepala Seksi", "Drs.", "M.Si."),
    Person("Eka D’Contoh", "P", date(1995, 2, 28), "Bidang Arsip Contoh", "Arsiparis", "", "A.Md."),
    Person("Fajar Rekaan-Contoh", "L", date(1972, 10, 21), "Kecamatan Contoh", "Camat", "", "S.STP."),
    Person("Gita Peraga", "P", date(1988, 7, 14), "SMP Negeri Contoh", "Guru Ahli Muda", "", "S.Pd."),
    Person("Hadi Tiruan", "L", date(1993, 4, 5), "Bagian Hukum Contoh", "Perancang Peraturan", "", "S.H."),
    Person("Indah Simulasi", "P", date(1982, 9, 26), "Inspektorat Contoh", "Auditor Ahli Pertama", "", "S.Ak."),
    Person("Joko Maya", "L", date(1970, 3, 11), "Bagian Umum Contoh", "Kepala Bagian", "Ir.", ""),
)

# Of the first institution, besides: people whose certificates stand at different points of their two years.
CERTIFIED = (
    Person("Putri Andaian", "P", date(1986, 6, 12), "Bidang Layanan Contoh", "Analis Layanan", "", "S.IP."),
    Person("Rangga Umpama", "L", date(1977, 11, 23), "Bagian Keuangan Contoh", "Bendahara", "", "S.E."),
    Person("Sekar Rekaan", "P", date(1991, 3, 8), "Puskesmas Contoh", "Perawat", "", "A.Md.Kep."),
    Person("Taufik Samaran", "L", date(1983, 1, 19), "Bidang Aset Contoh", "Pengelola Aset", "", "S.T."),
    Person("Utami Peragaan", "P", date(1967, 9, 2), "Sekretariat Contoh", "Sekretaris", "Dra.", "M.M."),
)

OPDS = (("01", "Dinas Komunikasi dan Informatika"), ("02", "Dinas Kesehatan"), ("03", "Dinas Pendidikan"))

CONTACTS = (
    ("Verifikator Contoh Satu", "Verifikator utama", "0800 1000 001"),
    ("Verifikator Contoh Dua", "Verifikator cadangan", "0800 1000 002"),
)
