"""Officers who are away: a colleague holds their roles for that time, and what they held goes back into the queue."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from enrollment import lifecycle
from enrollment.models import Application, Institution, Role
from enrollment.scoping import in_force
from tte_portal import audit
from tte_portal.models import Account
from verification import roles
from verification.care.models import Absence

LONGEST = timedelta(days=366)
# Who decides something: entrusted with decisions already, so a stand-in for others who decide.
DECIDING = frozenset({roles.VERIFIER, roles.ISSUER, roles.HR, roles.ADMINISTRATOR})
UNFIT = (
    "Petugas ini belum dipercaya memutuskan apa pun di instansi itu. Pilih orang lain, atau mintalah administrator "
    "menunjuknya."
)


class Impossible(Exception):
    """The absence cannot be as told; the text is the sentence for whoever told it, ``field`` the one to blame."""

    def __init__(self, field: str, told: str) -> None:
        super().__init__(told)
        self.field = field


def going_on() -> Q:
    """Absences of the present moment, by the database's clock."""
    return Q(begins__lte=Now(), ends__gt=Now())


def of(account: Account) -> QuerySet[Absence]:
    """The account's absences that are not over, the nearest first."""
    rows = Absence.objects.filter(account=account, ends__gt=Now()).order_by("begins")
    return rows.select_related("institution", "stand_in", "account")


def stood_in_by(account: Account) -> QuerySet[Absence]:
    """Those for whom the account stands in, now or soon."""
    rows = Absence.objects.filter(stand_in=account, ends__gt=Now()).order_by("begins")
    return rows.select_related("institution", "account")


def not_over() -> QuerySet[Any]:
    return Absence.objects.filter(ends__gt=Now()).values("pk")


def own_roles(account: Account, institution: Institution) -> QuerySet[Role]:
    """The roles that are the account's own there: those held for somebody else are not passed on."""
    return Role.objects.filter(in_force(), account=account, institution=institution, stands_in_for=None)


def colleagues(institution: Institution) -> QuerySet[Account]:
    """Officers with a role of their own in the institution."""
    held = Role.objects.filter(in_force(), account=OuterRef("pk"), institution=institution, stands_in_for=None)
    return Account.objects.filter(Exists(held), is_active=True, is_staff=True).order_by("name", "pk")


def stand_ins(account: Account, institution: Institution, by: Account) -> QuerySet[Account]:
    """Whom ``by`` may name in the account's place: officers who hold one of the same kinds of role there, or who decide
    something else there. Whoever administers gives out roles anyway, and may name any officer."""
    here = colleagues(institution).exclude(pk=account.pk)
    if Institution.objects.for_officer(by, roles.ADMINISTRATOR).filter(pk=institution.pk).exists():
        return here
    kinds = {*own_roles(account, institution).values_list("kind", flat=True), *DECIDING}
    fit = Role.objects.filter(
        in_force(), account=OuterRef("pk"), institution=institution, stands_in_for=None, kind__in=kinds
    )
    return here.filter(Exists(fit))


def span(institution: Institution, first: date, last: date) -> tuple[datetime, datetime]:
    """From the first day's beginning (today: from now on) to the last day's end, in the institution's time zone."""
    zone, now = ZoneInfo(institution.time_zone), lifecycle.now()
    if first < now.astimezone(zone).date():
        raise Impossible("first", "Hari pertama sudah lewat. Mulai hari ini atau sesudahnya.")
    if last < first:
        raise Impossible("last", "Hari terakhir lebih awal dari hari pertama.")
    begins = max(now, datetime.combine(first, time(), zone))
    ends = datetime.combine(last + timedelta(days=1), time(), zone)
    if ends - begins > LONGEST:
        raise Impossible("last", "Paling lama satu tahun. Untuk lebih lama, mintalah administrator mengubah peran.")
    return begins, ends


def begin(
    account: Account, institution: Institution, stand_in: Account, *, begins: datetime, ends: datetime, by: Account
) -> Absence:
    """The stand-in holds the account's roles in that institution from ``begins`` to ``ends``. Raises Impossible."""
    with transaction.atomic():
        # In one order, so that two who name each other at once do not wait for one another for ever.
        ids = sorted({account.pk, stand_in.pk})
        list(Account.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
        _guard(account, institution, stand_in, begins, ends)
        if not stand_ins(account, institution, by).filter(pk=stand_in.pk).exists():
            raise Impossible("stand_in", UNFIT)
        absence = Absence.objects.create(
            account=account, institution=institution, stand_in=stand_in, begins=begins, ends=ends, told_by=by
        )
        for role in own_roles(account, institution):
            Role.objects.update_or_create(
                account=stand_in, institution=institution, kind=role.kind, opd=role.opd, stands_in_for=account,
                defaults={"begins": begins, "ends": ends},
            )  # fmt: skip
        _record("begin_absence", absence, by=by)
        release_due(absence.pk)
        return absence


def _guard(account: Account, institution: Institution, stand_in: Account, begins: datetime, ends: datetime) -> None:
    if account.pk == stand_in.pk:
        raise Impossible("stand_in", "Pilih orang lain: tidak ada yang menggantikan dirinya sendiri.")
    if not own_roles(account, institution).exists():
        raise Impossible("account", "Petugas ini tidak punya peran di instansi itu.")
    if not colleagues(institution).filter(pk=stand_in.pk).exists():
        raise Impossible("stand_in", "Pengganti harus petugas aktif di instansi yang sama.")
    if of(account).filter(institution=institution).exists():
        raise Impossible("account", "Masih ada ketidakhadiran yang belum selesai. Akhiri dahulu yang itu.")
    meanwhile = Absence.objects.filter(begins__lt=ends, ends__gt=begins)
    if meanwhile.filter(account=stand_in).exists():
        raise Impossible("stand_in", f"{stand_in} juga tidak hadir pada waktu itu. Pilih orang lain.")
    if meanwhile.filter(stand_in=account).exists():
        told = "Pada waktu itu petugas ini menggantikan orang lain. Akhiri dahulu penggantian itu."
        raise Impossible("account", told)


def end(absence_id: UUID, *, by: Account) -> bool:
    """End an absence now, begun or not; ``True`` when it was not over."""
    with transaction.atomic():
        absence = (
            Absence.objects.select_for_update(no_key=True, of=("self",)).filter(pk=absence_id, ends__gt=Now()).first()
        )
        if absence is None:
            return False
        Absence.objects.filter(pk=absence.pk).update(ends=Now())
        _held(absence).update(ends=Now())
        _record("end_absence", absence, by=by)
        return True


def _held(absence: Absence) -> QuerySet[Role]:
    return Role.objects.filter(
        account=absence.stand_in_id, institution=absence.institution_id, stands_in_for=absence.account_id
    )


def release_due(absence_id: UUID | None = None) -> None:
    """Give back what absent officers hold, once an absence has begun."""
    rows = Absence.objects.filter(going_on(), released_at=None)
    for absence in rows.filter(pk=absence_id) if absence_id else rows:
        with transaction.atomic():
            if Absence.objects.filter(pk=absence.pk, released_at=None).update(released_at=Now()):
                claims = Application.objects.filter(claimed_by=absence.account_id, institution=absence.institution_id)
                claims.update(claimed_by=None, claimed_until=None)


def role_removed(sender: Any, instance: Role, **more: Any) -> None:
    """A role that is taken away is not held for its owner either."""
    if instance.stands_in_for_id is None:
        held = Role.objects.filter(stands_in_for=instance.account_id, institution=instance.institution_id)
        held.filter(kind=instance.kind, opd=instance.opd_id).delete()


def _record(event: str, absence: Absence, *, by: Account) -> None:
    facts = {
        "account": absence.account_id, "stand_in": absence.stand_in_id,
        "begins": absence.begins.isoformat(), "ends": absence.ends.isoformat(),
    }  # fmt: skip
    audit.record(event, by=by, chain=absence.institution.audit_chain, facts=facts)
