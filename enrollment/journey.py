"""A procedure drawn as stages, from its values alone: what happens, whose turn it is, what is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string

from enrollment import elsewhere, lifecycle, status
from enrollment.lifecycle import State
from enrollment.models import Paper
from enrollment.procedure import Procedure, duration_text
from enrollment.wizard.steps import STEPS
from tte_portal import links


class Turn(Enum):
    """Who acts in a stage, as people call them."""

    APPLICANT = "Pemohon"
    HR = "Bagian kepegawaian"
    VERIFIER = "Verifikator"
    ISSUER = "Petugas penerbit"
    SYSTEM = "Sistem"


@dataclass(frozen=True)
class Sent:
    """A message to the applicant at the beginning of a stage; ``link``: how long the link in it lives, in words."""

    channel: str
    subject: str
    link: str = ""


@dataclass(frozen=True)
class Stage:
    """One stage as the applicant reads it. ``picture`` names a file in templates/components/pictures/."""

    title: str
    text: str
    turn: Turn
    picture: str
    sent: tuple[Sent, ...] = ()

    @property
    def whose(self) -> str:
        """Whose turn it is, as told to the applicant."""
        return "Anda" if self.turn is Turn.APPLICANT else self.turn.value

    @property
    def picture_template(self) -> str:
        return f"components/pictures/{self.picture}.svg"


PAPER_TITLES = {str(kind.value): str(kind.label) for kind in Paper.Kind}
_PAPERS_TO_HAVE = {
    "statement-letter": "Surat Pernyataan yang sudah ditandatangani (formulirnya disediakan, PDF)",
    "ktp": "KTP asli, dipindai atau difoto berwarna (JPG, JPEG, PNG, WEBP, atau HEIC)",
    "signature-specimen": "Spesimen tanda tangan di kertas putih polos (JPG, JPEG, PNG, WEBP, atau HEIC)",
    "recommendation-letter": "Surat Rekomendasi dari instansi (PDF)",
}
_NUMBERS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")


def stages(procedure: Procedure, prefix: str | None = None, pause_seconds: int | None = None) -> tuple[Stage, ...]:
    """The stages of an application that goes well, in order.

    ``prefix`` of subjects: the portal's when not given. ``pause_seconds``: those that hold here when not given.
    """
    pause = procedure.pause_seconds if pause_seconds is None else pause_seconds
    return _stages(procedure, settings.MAIL_PREFIX if prefix is None else prefix, pause, elsewhere.at_bsre())


@lru_cache(maxsize=500)
def _stages(procedure: Procedure, prefix: str, pause: int, at_bsre: bool) -> tuple[Stage, ...]:
    found = list(_BEGINNINGS[procedure.way_in.kind](procedure))
    before = lifecycle.START
    for state in status.way_of(procedure):
        sent = _sent(before, state, procedure, prefix)
        found += _STAGES[state](procedure, sent) if state != lifecycle.ISSUED else [_issued(procedure, sent, pause)]
        before = state
    return tuple(found)


def to_have(procedure: Procedure) -> tuple[str, ...]:
    """What a person needs at hand before beginning."""
    asked = []
    if procedure.way_in.kind == "profile":
        asked.append("Akun pegawai Anda, dengan aplikasi autentikator (kode OTP) di ponsel")
    asked.append("Surel dinas yang dapat Anda buka")
    asked += [_PAPERS_TO_HAVE[paper] for paper in procedure.way_in.papers]
    if "ktp" not in procedure.way_in.papers:
        photographed = "foto-ktp" in procedure.wizard.steps
        asked.append("KTP asli, untuk difoto dengan kamera" if photographed else "KTP, untuk mengisi NIK")
    at_bsre = elsewhere.at_bsre()
    if procedure.wizard.proves_phone or (procedure.passphrase.channel == "whatsapp" and not at_bsre):
        asked.append("Ponsel dengan nomor WhatsApp Anda sendiri")
    if "foto-diri" in procedure.wizard.steps or (procedure.passphrase.second_selfie and not at_bsre):
        asked.append("Kamera ponsel atau komputer, untuk foto diri")
    return tuple(asked)


def papers_text(papers: tuple[str, ...]) -> str:
    """The papers by their titles, as people list them; "tidak ada" for none."""
    return _listed([PAPER_TITLES[paper] for paper in papers]) or "tidak ada"


def _listed(words: list[str]) -> str:
    last = ", dan " if len(words) > 2 else " dan "
    return last.join(filter(None, (", ".join(words[:-1]), *words[-1:])))


# --- What stands before the first state -------------------------------------------------------------------------------
def _invited(procedure: Procedure) -> list[Stage]:
    return []


def _self_service(procedure: Procedure) -> list[Stage]:
    told = f"Buka “{procedure.way_in.title}”, isi data Anda, lalu tekan “{procedure.way_in.button}”."
    return [Stage(procedure.way_in.title, told + _with_papers(procedure), Turn.APPLICANT, "stage-form")]


def _public_form(procedure: Procedure) -> list[Stage]:
    told = f"Isi formulir pendaftaran, lalu tekan “{procedure.way_in.button}”."
    return [Stage(procedure.way_in.title, told + _with_papers(procedure), Turn.APPLICANT, "stage-form")]


def _profile(procedure: Procedure) -> list[Stage]:
    way_in = procedure.way_in
    how = {
        "password": "Dengan nama masuk, kata sandi, dan kode OTP.",
        "sso": "Dengan akun ASN Anda (NIP, kata sandi, dan kode OTP).",
    }
    found = [Stage("Masuk ke akun Anda", how[way_in.sign_in], Turn.APPLICANT, "stage-key")]
    if way_in.proves_mailbox:
        sent = Sent("Surel", "Aktivasi Email Dinas", _link_life())
        told = "Isi nomor dan surel Anda, lalu buka surel di kotak masuk dinas untuk membuktikannya."
        found.append(Stage("Buktikan surel dinas", told, Turn.APPLICANT, "stage-mail", (sent,)))
    if way_in.papers or way_in.hr_approval:
        found.append(
            Stage("Lengkapi data", f"Periksa profil Anda.{_with_papers(procedure)}", Turn.APPLICANT, "stage-form")
        )
    if way_in.hr_approval:
        told = "Setiap perubahan data disetujui dahulu oleh bagian kepegawaian."
        found.append(Stage("Kepegawaian menyetujui data", told, Turn.HR, "stage-check"))
    confirmed = f" Jawab “{way_in.confirm}”" if way_in.confirm else ""
    told = f"Tekan “{way_in.button}” di halaman akun Anda.{confirmed}"
    found.append(Stage(way_in.button, told, Turn.APPLICANT, "stage-form"))
    return found


def _with_papers(procedure: Procedure) -> str:
    titles = [PAPER_TITLES[paper] for paper in procedure.way_in.papers]
    return f" Unggah {_listed(titles)}." if titles else ""


_BEGINNINGS: dict[str, Callable[[Procedure], list[Stage]]] = {
    "invitation": _invited,
    "self-service": _self_service,
    "public-form": _public_form,
    "profile": _profile,
}

# --- The states of the lifecycle --------------------------------------------------------------------------------------
_Sent = tuple[Sent, ...]


def _hr_check(procedure: Procedure, sent: _Sent) -> list[Stage]:
    told = "Bagian kepegawaian mencocokkan data yang Anda kirim. Anda cukup menunggu."
    return [Stage("Kepegawaian memeriksa data", told, Turn.HR, "stage-check", sent)]


def _pre_check(procedure: Procedure, sent: _Sent) -> list[Stage]:
    told = "Data dan berkas Anda diperiksa sebelum tautan dikirim. Anda cukup menunggu."
    return [Stage("Verifikator memeriksa pendaftaran", told, Turn.VERIFIER, "stage-check", sent)]


def _draft(procedure: Procedure, sent: _Sent) -> list[Stage]:
    steps = [STEPS[step].title for step in procedure.wizard.steps]
    count = len(steps)
    told = [f"{(_NUMBERS[count] if count < len(_NUMBERS) else str(count)).capitalize()} halaman pendek: "]
    told.append(f"{_listed(steps)}. Boleh berhenti dan dilanjutkan nanti.")
    if procedure.wizard.proves_phone:
        told.append(" Nomor HP dibuktikan dengan kode lewat WhatsApp.")
    if procedure.wizard.reading_seconds:
        told.append(f" Kebijakan privasi dibaca paling sedikit {duration_text(procedure.wizard.reading_seconds)}.")
    with_photo = any(step.startswith("foto-") for step in procedure.wizard.steps)
    title = "Isi data dan ambil foto" if with_photo else "Isi data"
    return [
        Stage("Buka surel aktivasi", "Tekan tombol “Aktivasi Akun” di surel dinas Anda. Tautannya berlaku "
              f"{_link_life()}.", Turn.APPLICANT, "stage-mail", sent),
        Stage(title, "".join(told), Turn.APPLICANT, "stage-form"),
    ]  # fmt: skip


def _matching(procedure: Procedure, sent: _Sent) -> list[Stage]:
    told = "Data dan foto Anda dibandingkan secara otomatis. Bila perlu, verifikator ikut memeriksa."
    return [Stage("Data dicocokkan", told, Turn.SYSTEM, "stage-check", sent)]


def _review(procedure: Procedure, sent: _Sent) -> list[Stage]:
    told = "Anda cukup menunggu. Kabar dikirim lewat surel."
    return [Stage("Verifikator memeriksa", told, Turn.VERIFIER, "stage-check", sent)]


def _passphrase(procedure: Procedure, sent: _Sent) -> list[Stage]:
    if elsewhere.at_bsre():
        there = "BSrE mengirim surelnya sendiri. Buka tautan di dalamnya dan buat passphrase di halaman BSrE."
        return [Stage("Buat passphrase di BSrE", there, Turn.APPLICANT, "stage-key", sent)]
    asked = procedure.passphrase
    by = "WhatsApp" if asked.channel == "whatsapp" else "surel"
    told = [f"Tautan dikirim lewat {by} dan berlaku {_link_life()}."]
    if asked.shows_profile:
        told.append(" Periksa data Anda.")
    if asked.second_selfie:
        told.append(" Ambil foto diri sekali lagi.")
    if asked.agreement_seconds:
        told.append(f" Perjanjian dibaca paling sedikit {duration_text(asked.agreement_seconds)}.")
    elif asked.agreement_by != "tick":
        told.append(" Perjanjian dibuka dan disetujui.")
    told.append(" Passphrase adalah kata sandi untuk menandatangani. Hanya Anda yang tahu.")
    return [Stage("Buat passphrase", "".join(told), Turn.APPLICANT, "stage-key", sent)]


def _approval(procedure: Procedure, sent: _Sent) -> list[Stage]:
    told = "Petugas penerbit memeriksa sekali lagi sebelum sertifikat dibuat."
    return [Stage("Penerbit menyetujui", told, Turn.ISSUER, "stage-check", sent)]


def _issued(procedure: Procedure, sent: _Sent, pause: int) -> Stage:
    ready = f"{duration_text(pause)} sesudah terbit" if pause else "begitu terbit"
    if elsewhere.at_bsre():
        told = f"Siap dipakai {ready}. Masa berlakunya ditentukan BSrE."
        return Stage("Sertifikat terbit di BSrE", told, Turn.SYSTEM, "stage-certificate", sent)
    told = f"Siap dipakai {ready}, berlaku {_validity_text(procedure.certificate.validity_days)}."
    return Stage("Sertifikat terbit", told, Turn.SYSTEM, "stage-certificate", sent)


def _unseen(procedure: Procedure, sent: _Sent) -> list[Stage]:
    """Passes by in seconds, or is told with the stage before."""
    return []


_STAGES: dict[State, Callable[[Procedure, _Sent], list[Stage]]] = {
    lifecycle.HR_CHECK: _hr_check,
    lifecycle.PRE_CHECK: _pre_check,
    lifecycle.DRAFT: _draft,
    lifecycle.MATCHING: _matching,
    lifecycle.REVIEW: _review,
    lifecycle.PASSPHRASE: _passphrase,
    lifecycle.APPROVAL: _approval,
    lifecycle.ENROLLED: _unseen,
    lifecycle.ACTIVE: _unseen,
}


def _validity_text(days: int) -> str:
    years, rest = divmod(days, 365)
    if rest:
        return f"{days} hari"
    return f"{_NUMBERS[years]} tahun" if years > 1 else "satu tahun"


def _link_life() -> str:
    # One unit of time to the eye: no line ends within it.
    return f"1\u00a0×\u00a0{int(links.LIFETIME.total_seconds()) // 3600}\u00a0jam"


# --- What is sent -----------------------------------------------------------------------------------------------------
def _sent(before: State, state: State, procedure: Procedure, prefix: str) -> _Sent:
    """What the lifecycle's table sends on the way from one state to the next, and what goes along with it."""
    found = [
        _message(instead or each.sends, bool(each.link) and not instead, procedure, prefix)
        for each in lifecycle.TRANSITIONS
        if before in each.sources and each.target == state and each.sends and each.when(procedure)
        for instead in [elsewhere.instead_of(each.sends)]
    ]
    if state == lifecycle.PASSPHRASE and procedure.subjects.account:
        found.insert(0, Sent("Surel", procedure.subjects.account.format(prefix=prefix), _link_life()))
    if state == lifecycle.ISSUED:
        found += _sent(lifecycle.ISSUED, lifecycle.ACTIVE, procedure, prefix)
    # Several changes may lead there with the same message.
    return tuple(dict.fromkeys(found))


def _message(template: str, has_link: bool, procedure: Procedure, prefix: str) -> Sent:
    by_whatsapp = template == "set_passphrase" and procedure.passphrase.channel == "whatsapp"
    own = getattr(procedure.subjects, template, "").format(prefix=prefix)
    subject = own or render_to_string(f"email/{template}/subject.txt", {"prefix": prefix}).strip()
    return Sent("WhatsApp" if by_whatsapp else "Surel", subject, _link_life() if has_link else "")
