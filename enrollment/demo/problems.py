"""Known problems and the way out of each, as an institution would publish them: from what its procedure has."""

from enrollment.procedure import Procedure

Problem = tuple[str, str]

EXPIRED = (
    "Tautan sudah kedaluwarsa",
    "Setiap tautan berlaku 1 × 24 jam. Buka tautan lama, lalu tekan “Kirim tautan baru”; isian Anda tidak hilang.",
)
PASSPHRASE = (
    "Passphrase gagal dibuat atau tautannya kedaluwarsa",
    (
        "Ikuti aturan yang tampil di bawah kolom passphrase. Bila tautannya kedaluwarsa, minta tautan baru dari "
        "halaman tautan itu sendiri."
    ),
)
NIK = (
    "NIK tidak dikenal atau sudah terdaftar",
    (
        "Cocokkan 16 angka dengan KTP Anda. Bila NIK sudah terdaftar, pemiliknya mendapat pemberitahuan lewat surel "
        "dinas; hubungi verifikator bila itu Anda."
    ),
)
NUMBER = (
    "NIP tidak ditemukan saat “Cek NIP / NRP”",
    "Anda tetap dapat mengisi sendiri dan melanjutkan. Verifikator akan mencocokkannya dengan data kepegawaian.",
)
PHOTO = (
    "Aktivasi gagal atau foto ditolak",
    (
        "Gunakan foto JPG, JPEG, PNG, WEBP, atau HEIC dengan satu wajah, cukup terang, paling besar 12 MB. "
        "Tanpa kamera pun bisa: pilih foto dari galeri."
    ),
)
CODE = (
    "Kode OTP tidak masuk ke WhatsApp",
    "Tunggu satu menit, lalu tekan “Kirim ulang”. Bila WhatsApp tidak dapat dihubungi, kodenya dikirim ke surel dinas.",
)
BY_WHATSAPP = (
    "Tautan passphrase tidak masuk ke WhatsApp",
    (
        "Bila WhatsApp tidak dapat dihubungi, tautannya dikirim ke surel dinas Anda. Anda juga dapat memintanya lagi "
        "di halaman status."
    ),
)
SIGN_IN = (
    "Tidak bisa masuk ke akun pegawai",
    (
        "Buka “Masuk ke akun saya”, lalu “Minta tautan lewat surel dinas Anda” untuk memilih kata sandi baru. Ponsel "
        "berganti? Isi satu kode pemulihan sebagai pengganti kode autentikator."
    ),
)
MAILBOX = (
    "Surel dinas belum terverifikasi",
    (
        "Tekan “Verifikasi Email Dinas” di akun Anda, lalu buka tautan yang dikirim ke surel itu. Periksa juga folder "
        "Spam."
    ),
)
REFUSED_DATA = (
    "Data ditolak bagian kepegawaian",
    "Alasannya tertulis pada “Status Validitas Data”. Tekan “Lengkapi Sekarang” pada data itu dan kirim yang benar.",
)
# Where the activation link comes from, by the way in.
ACTIVATION = {
    "invitation": "Minta tautan baru lewat “Minta tautan aktivasi” di halaman ini, atau hubungi verifikator.",
    "self-service": "Kirim pengajuan sekali lagi, atau hubungi verifikator dan sebutkan nomor tanda terima Anda.",
    "public-form": "Tautan baru dikirim sesudah verifikator menyetujui pendaftaran Anda. Sudah disetujui? Hubungi "
    "verifikator dan sebutkan nomor tanda terima Anda.",
    "profile": "Masuk ke akun Anda, lalu tekan “Kirim tautan pengisian ke surel saya”.",
}


def of(asked: Procedure) -> list[Problem]:
    """(question, way out), in the order in which people meet them."""
    way_in, wizard = asked.way_in, asked.wizard
    found: list[Problem] = []
    if way_in.kind == "profile":
        found += [SIGN_IN] if way_in.sign_in != "sso" else []
        found += [MAILBOX] if way_in.proves_mailbox else []
        found += [REFUSED_DATA] if way_in.hr_approval else []
    if wizard.steps:
        text = f"Tunggu lima menit, lalu periksa folder Spam. Belum ada juga? {ACTIVATION[way_in.kind]}"
        found += [("Tautan aktivasi tidak masuk ke surel", f"{text} Tautan hanya dikirim ke surel dinas Anda.")]
    found += [EXPIRED, NIK]
    found += [NUMBER] if "data-kedinasan" in wizard.steps else []
    found += [CODE] if wizard.proves_phone else []
    found += [PHOTO] if wizard.steps or asked.passphrase.second_selfie else []
    found += [BY_WHATSAPP] if asked.passphrase.channel == "whatsapp" else []
    return [*found, PASSPHRASE]
