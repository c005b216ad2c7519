"""Ready-made reasons, in the words the applicant will read, and the cleaning of free ones."""

import unicodedata

LONGEST = 500

NOT_AS_ON_KTP = "Tidak sama dengan yang tertulis pada KTP. Tulis persis seperti pada KTP."
NOT_AS_IN_REGISTRY = "Tidak sama dengan data kepegawaian. Sesuaikan dengan SK terakhir Anda."

CORRECTIONS: dict[str, tuple[str, ...]] = {
    "name": (
        "Nama tidak sama dengan yang tertulis pada KTP. Tulis persis seperti pada KTP, tanpa gelar.",
        "Nama masih memuat gelar. Pindahkan gelar ke isian Gelar Depan atau Gelar Belakang.",
        "Nama disingkat. Tulis nama lengkap seperti pada KTP.",
    ),
    "nik": (
        "NIK tidak cocok dengan tanggal lahir pada NIP Anda. Periksa 16 angka NIK pada KTP.",
        "NIK ini sudah dipakai pada pengajuan lain. Periksa kembali; bila benar NIK Anda, hubungi verifikator.",
        "NIK tidak cocok dengan nama Anda. Periksa 16 angka NIK pada KTP.",
    ),
    "front_title": ("Gelar depan tidak sesuai dengan data kepegawaian. Sesuaikan, atau isi “-” jika tidak ada.",),
    "back_title": ("Gelar belakang tidak sesuai dengan data kepegawaian. Sesuaikan, atau isi “-” jika tidak ada.",),
    "phone": ("Nomor telepon tidak dapat dihubungi. Isi nomor yang aktif.",),
    "kind": ("Pilihan jenis pemohon tidak sesuai dengan status kepegawaian Anda.",),
    "employee_number": (
        "NIP / NRP tidak tercatat di instansi ini. Periksa kembali angkanya.",
        "NIP / NRP ini tercatat atas nama pegawai lain. Isi NIP / NRP Anda sendiri.",
    ),
    "unit": (NOT_AS_IN_REGISTRY, "Tulis nama unit organisasi secara lengkap, tanpa singkatan."),
    "position": (NOT_AS_IN_REGISTRY, "Tulis nama jabatan secara lengkap, tanpa singkatan."),
    "province": ("Provinsi tidak sesuai dengan tempat instansi Anda berada.",),
    "city": ("Kota tidak sesuai dengan tempat instansi Anda berada.",),
    "ktp_photo": (
        "Tulisan pada foto KTP tidak terbaca. Foto lagi dari dekat, di tempat terang, tanpa pantulan cahaya.",
        "KTP tidak terlihat seluruhnya. Foto lagi dengan seluruh kartu di dalam bingkai.",
        "Foto ini bukan foto KTP Anda. Foto KTP asli Anda sendiri.",
    ),
    "recommendation-letter": (
        "Surat rekomendasi belum ditandatangani. Unggah surat yang sudah ditandatangani.",
        "Surat rekomendasi tidak menyebut nama Anda. Unggah surat atas nama Anda sendiri.",
        "Surat rekomendasi tidak terbaca. Pindai ulang, lalu unggah lagi.",
    ),
    "photo": (
        "Wajah tidak terlihat jelas. Ambil foto lagi di tempat terang, tanpa masker atau kacamata hitam.",
        "Foto kurang tajam. Pegang ponsel dengan dua tangan dan ambil foto lagi.",
        "Wajah terlalu kecil. Dekatkan kamera sampai wajah mengisi oval.",
        "Terlihat lebih dari satu orang. Pastikan hanya Anda yang ada di foto.",
        "Foto ini bukan foto langsung diri Anda. Ambil foto baru dengan kamera.",
    ),
}

REJECTIONS: tuple[str, ...] = (
    "Data yang diajukan bukan milik Anda sendiri. Setiap pegawai mengajukan sertifikat untuk dirinya sendiri.",
    "Anda tidak tercatat sebagai pegawai instansi ini.",
    "Anda sudah memiliki sertifikat elektronik yang masih berlaku dari instansi ini.",
    "Pengajuan ini dibatalkan atas permintaan Anda.",
)


# Before anybody has been sent a link.
REGISTRATIONS: tuple[str, ...] = (
    "Anda tidak tercatat sebagai pegawai instansi ini.",
    "Data yang diajukan bukan milik Anda sendiri. Setiap pegawai mengajukan sertifikat untuk dirinya sendiri.",
    "Berkas tidak terbaca. Pindai atau foto lagi dengan jelas, lalu daftar sekali lagi.",
    "Surat rekomendasi atau pernyataan belum ditandatangani. Lengkapi, lalu daftar sekali lagi.",
    "Nama atau NIK tidak sama dengan yang tertulis pada KTP. Periksa, lalu daftar sekali lagi.",
    "Anda sudah memiliki pengajuan yang sedang berjalan.",
)

# Why a change of one's own profile is refused.
PROFILE_CHANGES: tuple[str, ...] = (
    "Berkas tidak terbaca jelas. Pindai ulang dengan terang dan tegak, lalu kirim lagi.",
    "Isian tidak sama dengan berkas pendukung. Periksa kembali, lalu kirim lagi.",
    "Berkas ini bukan berkas yang diminta. Kirim berkas yang benar.",
    "Surat rekomendasi belum ditandatangani atasan Anda.",
)


def clean(text: str) -> str:
    """Composed Unicode, one blank between words, no control characters: what is read is what was written."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in composed).split())
