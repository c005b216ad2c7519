"""What sending a public form costs: a little arithmetic by the browser, or a question in words (decision 0021)."""

import hashlib
import re

from enrollment.ways_in.drafts import Draft
from tte_portal.encryption import blind_index
from tte_portal.throttles import Throttle

# About 65,000 hashes: a second or three on a phone, while its owner types. A bot pays it for each registration.
BITS = 16
LEAST_SECONDS = 3
# The question costs a machine next to nothing, so that few registrations may come by it.
BY_QUESTION = Throttle("registrations-by-question", limit=60, seconds=3600)
WORDS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
TEENS = {"sepuluh": 10, "sebelas": 11, **{f"{word} belas": 10 + number for number, word in enumerate(WORDS[2:9], 2)}}
IN_WORDS = {word: number for number, word in enumerate(WORDS)} | TEENS

TOO_FAST = "Formulir dikirim terlalu cepat. Tunggu beberapa detik, lalu kirim lagi."
UNANSWERED = "Jawab pertanyaan ini dengan angka, supaya kami tahu yang mengirim bukan program otomatis."
WRONG = "Jawaban belum benar. Hitung lagi, lalu tulis hasilnya dengan angka."
CROWDED = "Terlalu banyak pendaftaran datang dengan cara ini. Aktifkan JavaScript, atau coba lagi satu jam kemudian."


def question(draft: Draft) -> str:
    first, second = _numbers(draft)
    return f"Berapa {WORDS[first]} ditambah {WORDS[second]}?"


def _numbers(draft: Draft) -> tuple[int, int]:
    told = blind_index("ways-in.question", draft.id.hex)
    return 2 + told[0] % 8, 2 + told[1] % 8


def is_proof(draft: Draft, proof: str) -> bool:
    """Whether the hash of draft and number begins with so many noughts."""
    if not re.fullmatch(r"[0-9]{1,20}", proof):
        return False
    digest = hashlib.sha256(f"{draft.id}:{proof}".encode()).digest()
    return int.from_bytes(digest[:4]) >> (32 - BITS) == 0


def problem(draft: Draft, proof: str, answer: str) -> str:
    """Why this cannot be sent yet; empty when it can."""
    if draft.age < LEAST_SECONDS:
        return TOO_FAST
    if is_proof(draft, proof):
        return ""
    if not answer.strip():
        return UNANSWERED
    said = " ".join(answer.lower().split())
    if said != str(sum(_numbers(draft))) and IN_WORDS.get(said) != sum(_numbers(draft)):
        return WRONG
    return "" if BY_QUESTION.allows("all") else CROWDED
