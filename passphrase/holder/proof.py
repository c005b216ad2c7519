"""An act that matters asks again who is there: the passphrase, the second factor, or a fresh link to the mailbox."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from enrollment.branding import show_as
from enrollment.holders import access, accounts, recovery
from enrollment.models import Application
from passphrase import custody
from passphrase.forms import PassphraseField
from passphrase.holder import unlocking
from passphrase.holder.visitor import Visitor, visitor_of
from passphrase.models import SigningKey
from tte_portal import audit, links, outbox
from tte_portal.forms import PortalForm
from tte_portal.throttles import Throttle

PASSPHRASE, CODE, LINK = "passphrase", "code", "link"
# The act's word in addresses → purpose of its link: a link for one act opens no other.
PURPOSES = {"cabut": "proof-revoke", "tangguhkan": "proof-suspend", "aktifkan": "proof-resume"}
TRIES = Throttle("certificate-proofs", limit=20, seconds=600)
SENDS = Throttle("certificate-proof-links", limit=5, seconds=3600)

WORDS = {
    PASSPHRASE: "Passphrase — Kata sandi yang Anda ketik saat menandatangani.",
    CODE: "Kode autentikator — Enam angka di aplikasi autentikator, atau satu kode pemulihan.",
    LINK: "Tautan ke surel dinas — Kami kirim tautan sekali pakai; permintaan ini Anda selesaikan lewat tautan itu.",
}
WRONG = "Passphrase belum cocok. Periksa huruf besar dan kecil (Caps Lock). Sisa percobaan: {left}."
LOCKED = "Passphrase salah diketik terlalu sering dan dikunci untuk sementara. Pilih cara lain untuk membuktikan diri."
NO_KEY = "Passphrase ini tidak dapat diperiksa lagi. Pilih cara lain untuk membuktikan diri."


@dataclass(frozen=True)
class Acting:
    """Whoever stands before an act: a visitor of the room, or somebody whose proving link this browser has opened."""

    application: Application
    visitor: Visitor | None
    link_id: UUID | None

    @property
    def is_proven(self) -> bool:
        return self.link_id is not None


def acting_of(request: HttpRequest, act: str, fits: Callable[[Application], bool]) -> Acting | None:
    """The proving link first: it is the fresher proof, and says which certificate it is about. Of a visitor's several
    (two, in the hour before a new one works) the newest that the act fits."""
    entered = links.entered(request, PURPOSES[act])
    if entered is not None and links.usable(entered[0]).exists():
        found = Application.objects.select_related("institution").filter(pk=entered[1]).first()
        if found is not None:
            show_as(request, found.institution)
            return Acting(found, None, entered[0])
    visitor = visitor_of(request)
    if visitor is None:
        return None
    meant = next((each for each in visitor.applications if fits(each)), visitor.application)
    return Acting(meant, visitor, None)


def ways(request: HttpRequest, acting: Acting, act: str) -> list[str]:
    """How this person can prove who they are, the quickest first; a passphrase that is locked comes last.

    A suspension is not ended by the passphrase: that it is known to somebody is why most are made.
    """
    found = []
    key = SigningKey.objects.filter(application=acting.application, destroyed_at=None)
    keyed = act != "aktifkan" and key.exists()
    locked = keyed and custody.locked_until(acting.application.pk) is not None
    if keyed and not locked:
        found.append(PASSPHRASE)
    holder = acting.visitor.holder if acting.visitor else None
    by_provider = bool(request.session.get(access.BY_PROVIDER))
    if holder is not None and not by_provider and accounts.device_of(holder.account):
        found.append(CODE)
    return [*found, LINK, PASSPHRASE] if locked else [*found, LINK]


class ProofForm(PortalForm):
    """Which way, and what it asks. Without a choice left there is nothing to fill in."""

    how = forms.ChoiceField(
        label="Buktikan bahwa ini Anda", widget=forms.RadioSelect,
        error_messages={"required": "Pilih cara membuktikan bahwa ini Anda."},
    )  # fmt: skip
    passphrase = PassphraseField("Passphrase Anda", "current-password", required=False)
    code = forms.CharField(
        label="Kode autentikator", required=False, max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "spellcheck": "false", "size": 12}),
    )  # fmt: skip
    shown_when = {PASSPHRASE: ("how", PASSPHRASE), CODE: ("how", CODE)}

    def __init__(self, *args: Any, ways: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = ways
        for name in (PASSPHRASE, CODE):
            if name not in ways:
                del self.fields[name]
        if len(ways) > 1:
            how = self.fields["how"]
            # The field is declared as one of choices.
            how.choices = [(each, WORDS[each]) for each in ways]  # type: ignore[attr-defined]
            how.initial = ways[0]
        else:
            del self.fields["how"]

    @property
    def how_chosen(self) -> str:
        return str(self.cleaned_data.get("how") or (self.ways[0] if self.ways else LINK))

    def choose_another(self, why: str) -> None:
        """The passphrase is no way now: the error stands at the choice, where the next way is marked instead."""
        self.add_error("how", why)
        another = next(each for each in self.ways if each != PASSPHRASE)
        self.data = {name: self.data[name] for name in self.data} | {"how": another}

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        how = answers.get("how", "")
        if how == PASSPHRASE and not answers.get(PASSPHRASE) and PASSPHRASE not in self.errors:
            self.add_error(PASSPHRASE, "Passphrase belum diisi.")
        if how == CODE and not answers.get(CODE) and CODE not in self.errors:
            self.add_error(CODE, "Kode autentikator belum diisi.")
        return answers


@sensitive_variables()
def holds(form: ProofForm, acting: Acting, others: Iterable[Application] = ()) -> bool:
    """Whether what was typed proves it; what does not stands as an error on the form. Runs outside a transaction.

    ``others``: applications of the same person whose passphrase proves it as well."""
    TRIES.count(str(acting.application.pk))
    if form.how_chosen == PASSPHRASE:
        return _opens(form, [acting.application, *others])
    holder = acting.visitor.holder if acting.visitor else None
    if holder is not None and recovery.prove(holder.account, form.cleaned_data[CODE]) is not None:
        return True
    form.add_error(CODE, recovery.why_not(holder.account, form.cleaned_data[CODE]) if holder else recovery.WRONG)
    return False


@sensitive_variables()
def _opens(form: ProofForm, applications: list[Application]) -> bool:
    """Each of the keys counts a wrong guess for itself: what is left is what the least worn of them has."""
    left, without = 0, 0
    for application in applications:
        try:
            with unlocking.told_of_lock(application):
                custody.open_key(application.pk, form.cleaned_data[PASSPHRASE])
        except custody.WrongPassphrase as wrong:
            left = max(left, wrong.tries_left)
        except custody.Locked:
            continue
        except custody.NoKey:
            without += 1
        else:
            return True
    if left:
        form.add_error(PASSPHRASE, WRONG.format(left=left))
    else:
        form.choose_another(NO_KEY if without == len(applications) else LOCKED)
    return False


def send_link(application: Application, act: str, **chosen: str) -> None:
    """Mail a fresh link behind which this act is finished; nothing else changes. ``chosen``: what was filled in so far,
    ``reason`` and ``which``. Raises ``Throttled``."""
    SENDS.count(str(application.pk))
    with transaction.atomic():
        link = links.make(PURPOSES[act], application.pk)
        outbox.write("proof", subject=application.pk, application=application.pk, link=link.pk, act=act, **chosen)
        audit.record(
            "ask_proof_link", by=application, chain=application.institution.audit_chain, subject=application.pk,
            facts={"act": act},
        )  # fmt: skip
