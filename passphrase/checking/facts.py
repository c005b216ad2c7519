"""What is known of a signature, one line each: the document, the signer, the time, the certificate then and now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from passphrase.checking.moments import Life
from passphrase.checking.reading import Signature
from passphrase.checking.trust import FAULTS, Proof

GOOD, DOUBTFUL, BAD = "good", "doubtful", "bad"

UNPROVEN = (
    "Menurut waktu yang ditulis penanda tangan, dokumen ditandatangani sebelum itu. Waktu itu tidak dibuktikan oleh "
    "pihak lain: bila penting, tanyakan kepada penanda tangan."
)
# A signer asks for the stamp at once; clocks differ a little.
SAME_TIME = timedelta(minutes=10)


@dataclass(frozen=True)
class Fact:
    """``grade`` chooses the mark. Told in this order: ``strong``, in bold; ``before`` and ``at``; ``words``."""

    grade: str
    title: str
    words: str = ""
    strong: str = ""
    at: datetime | None = None
    before: str = ""


def of_changed(signature: Signature, name: str) -> tuple[Fact, ...]:
    """Of a signature that does not stand: no more is asked of it."""
    named = Fact(DOUBTFUL, "Nama di sertifikat", "Yang ditandatangani bukan isi dokumen yang sekarang.", name)
    at, words = signature.at, "Hanya menurut penanda tangan."
    # Its stamp is not even looked at: whatever it proves, it proves nothing about this document.
    written = (Fact(DOUBTFUL, "Waktu", words, at=at),) if at else ()
    return (Fact(BAD, "Isi dokumen", strong="Tidak seperti saat ditandatangani"), named, *written)


def of_stranger(signature: Signature, name: str, proof: Proof) -> tuple[Fact, ...]:
    named = Fact(DOUBTFUL, "Nama di sertifikat", "Portal ini tidak tahu apakah nama itu benar.", name)
    unknown = Fact(DOUBTFUL, "Sertifikat", "Tanyakan kepada penerbit sertifikatnya; di sini tidak tercatat.")
    return (_document(signature), named, *_time(signature, proof), unknown)


def of_known(
    signature: Signature, name: str, proof: Proof, life: Life, at: datetime, now: datetime
) -> tuple[Fact, ...]:
    """``at``: the moment it is judged by."""
    signer = Fact(GOOD, "Penanda tangan", "Sertifikatnya diterbitkan oleh portal ini.", name)
    return (
        _document(signature), signer, *_time(signature, proof), _then(life, at, now, proven=proof.at is not None),
        _today(life, now),
    )  # fmt: skip


def what_broke(signature: Signature) -> str:
    if not signature.unchanged:
        return "Isi yang ditandatangani tidak sama lagi dengan saat ditandatangani."
    if not signature.genuine:
        return "Tanda tangan ini tidak dibuat dengan kunci milik sertifikat yang menyertainya."
    return "Sesudah ditandatangani ada yang ditambahkan atau diubah pada dokumen ini."


def _document(signature: Signature) -> Fact:
    if signature.added == "nothing":
        return Fact(GOOD, "Isi dokumen", "Tidak berubah sejak ditandatangani.", "Utuh")
    later = "Sesudah itu hanya ditambahkan yang diizinkan, seperti tanda tangan lain atau isian formulir."
    return Fact(GOOD, "Isi dokumen", later, "Utuh")


def _time(signature: Signature, proof: Proof) -> tuple[Fact, ...]:
    if proof.at is None:
        return (_claimed(signature, proof),)
    proven = Fact(GOOD, "Waktu", "Terbukti oleh cap waktu portal ini.", at=proof.at)
    written = signature.at
    if written is None or abs(written - proof.at) <= SAME_TIME:
        return (proven,)
    other = "Berbeda dari cap waktunya; yang dihitung cap waktu."
    return (proven, Fact(DOUBTFUL, "Waktu menurut penanda tangan", other, at=written))


def _claimed(signature: Signature, proof: Proof) -> Fact:
    why = f"Cap waktunya tidak dihitung, sebab {FAULTS[proof.fault]}." if proof.fault else ""
    if signature.at is None:
        return Fact(DOUBTFUL, "Waktu", f"Tidak tertulis. {why}")
    told = why or "Tidak ada cap waktu yang membuktikannya."
    return Fact(DOUBTFUL, "Waktu", f"Hanya menurut penanda tangan. {told}", at=signature.at)


def _then(life: Life, at: datetime, now: datetime, *, proven: bool) -> Fact:
    title = "Sertifikat saat itu"
    if not life.good_at(at):
        return Fact(BAD, title, strong="Tidak berlaku")
    # A certificate that is good until now was so at any moment of its life, whenever the signature was made.
    if proven or life.good_at(now):
        return Fact(GOOD, title, strong="Berlaku")
    return Fact(DOUBTFUL, title, "Berlaku bila waktu yang ditulis penanda tangan benar.", "Tidak terbukti")


def _today(life: Life, now: datetime) -> Fact:
    title = "Sertifikat sekarang"
    if life.ended is not None:
        return Fact(DOUBTFUL, title, "", "Tidak berlaku", life.ended, f"{life.how} sejak")
    if life.over < now:
        return Fact(DOUBTFUL, title, "", "Tidak berlaku", life.over, "habis masa berlakunya")
    return Fact(GOOD, title, "", "Berlaku", life.over, "sampai")
