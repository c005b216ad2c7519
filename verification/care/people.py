"""How many verifiers an institution has: too many eyes on identity cards, or a desk that waits for one person."""

from dataclasses import dataclass

from django.db.models import Count, Q

from enrollment.models import Institution, Role
from enrollment.scoping import in_force
from tte_portal.models import Account
from verification import roles
from verification.care import absences
from verification.care.models import Absence

MOST = 3


@dataclass(frozen=True)
class Warned:
    """An institution with too many verifiers, or too few."""

    institution: Institution
    verifiers: int
    away: Absence | None = None

    @property
    def told(self) -> str:
        name = self.institution.short_name
        if self.verifiers > MOST:
            return (
                f"{name} memiliki {self.verifiers} verifikator, lebih dari {MOST}. Semakin sedikit orang yang melihat "
                "KTP dan foto, semakin aman. Cabut peran yang tidak lagi diperlukan."
            )
        if self.verifiers == 1 and self.away:
            return (
                f"{name} hanya memiliki satu verifikator, {self.away.account}. Ia berhalangan sampai "
                f"{self.away.told_ends} dan digantikan {self.away.stand_in}. Tambahkan satu verifikator lagi."
            )
        if self.verifiers == 1:
            return (
                f"{name} hanya memiliki satu verifikator. Bila ia berhalangan tanpa pengganti, semua "
                "pengajuan menunggu. Tambahkan satu verifikator lagi."
            )
        return f"{name} belum memiliki verifikator, jadi tidak ada yang memeriksa pengajuan. Tambahkan dua orang."


def warnings(officer: Account) -> list[Warned]:
    """For whoever administers: institutions with open enrolment whose number of verifiers is not sound. Stand-ins do
    not count: they are verifiers for a while."""
    active = Role.objects.filter(in_force(), kind=roles.VERIFIER, stands_in_for=None, account__is_active=True)
    mine = Institution.objects.for_officer(officer, roles.ADMINISTRATOR).exclude(procedure_slug="")
    counted = mine.annotate(verifiers=Count("roles__account", Q(roles__in=active), distinct=True))
    odd = counted.filter(Q(verifiers__gt=MOST) | Q(verifiers__lt=2)).order_by("name")
    return [Warned(each, each.verifiers, _away(each) if each.verifiers == 1 else None) for each in odd]


def _away(institution: Institution) -> Absence | None:
    """The absence of a verifier that goes on there now."""
    own = Role.objects.filter(in_force(), kind=roles.VERIFIER, stands_in_for=None, institution=institution)
    rows = Absence.objects.filter(absences.going_on(), institution=institution, account__in=own.values("account"))
    return rows.select_related("institution", "account", "stand_in").first()
