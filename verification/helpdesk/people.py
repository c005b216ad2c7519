"""A person as the help desk knows them: record, account and applications that belong together, in one institution."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from enrollment.comparisons import ENDED
from enrollment.models import Application, Holder, Institution, PersonnelRecord
from tte_portal.models import Account
from verification import roles

# Who finds people and reads what became of them, and who asks for changes in what the portal holds of them.
READS = (roles.HELP_DESK, roles.VERIFIER)
HELPS = (roles.HELP_DESK,)
# The second officer: another of the help desk, or an administrator where the desk has one officer only.
CONFIRMS = (roles.HELP_DESK, roles.ADMINISTRATOR)
MOST = 30


@dataclass
class Person:
    """``applications`` newest first; ``alike`` share a number with them but neither record nor mailbox: somebody may
    have typed the number wrongly, so nothing that is done for this person touches those."""

    institution: Institution
    record: PersonnelRecord | None = None
    holder: Holder | None = None
    applications: list[Application] = field(default_factory=list)
    alike: list[Application] = field(default_factory=list)

    @property
    def id(self) -> UUID:
        """The person's page is named by the most lasting of their rows."""
        if self.record:
            return self.record.pk
        return self.holder.pk if self.holder else self.applications[0].pk

    @property
    def latest(self) -> Application | None:
        return self.applications[0] if self.applications else None

    @property
    def running(self) -> list[Application]:
        """The applications that have not ended."""
        return [each for each in self.applications if each.status not in ENDED]

    @property
    def name(self) -> str:
        if self.record:
            return self.record.name
        if self.latest and self.latest.name:
            return self.latest.name
        return self.holder.account.name if self.holder else self.mailbox

    @property
    def mailbox(self) -> str:
        if self.record:
            return self.record.mailbox
        if self.holder:
            return self.holder.mailbox or self.holder.account.mailbox
        return self.latest.mailbox if self.latest else ""

    @property
    def employee_number(self) -> str:
        if self.record:
            return self.record.employee_number
        return next((each.employee_number for each in self.applications if each.employee_number), "")

    @property
    def nik(self) -> str:
        if self.holder and self.holder.nik:
            return self.holder.nik
        return next((each.nik for each in self.applications if each.nik), "")

    @property
    def phone(self) -> str:
        typed = next((each.phone for each in self.applications if each.phone), "")
        return typed or (self.holder.whatsapp or self.holder.phone if self.holder else "")

    @property
    def mailboxes(self) -> set[str]:
        """Every address the person goes by here, in small letters."""
        found = {each.mailbox for each in self.applications} | {self.mailbox}
        if self.holder:
            holder = self.holder
            found |= {holder.mailbox, holder.mailbox_asked, holder.account.mailbox, holder.account.login}
        return {each.lower() for each in found} - {""}

    @property
    def subjects(self) -> list[UUID]:
        """What messages, links and audit rows about the person are filed under."""
        own = [each.pk for each in (self.record, self.holder) if each is not None]
        return [*own, *(each.pk for each in self.applications)]

    def ties(self) -> dict[str, object]:
        """What a row about the person is tied to."""
        lasting = self.record or self.holder
        return {
            "institution": self.institution, "record": self.record, "holder": self.holder,
            "application": None if lasting else self.latest,
        }  # fmt: skip

    def is_own(self, officer: Account, *also: str) -> bool:
        """Whether this is the officer, by account or by any address (``also``: those that are asked for)."""
        if self.holder and self.holder.account_id == officer.pk:
            return True
        theirs = self.mailboxes | {each.lower() for each in also}
        return not theirs.isdisjoint({officer.mailbox.lower(), officer.login.lower()} - {""})

    def application(self, application_id: UUID) -> Application | None:
        return next((each for each in self.applications if each.pk == application_id), None)


def find(person_id: UUID, officer: Account, *kinds: str) -> Person | None:
    """The person that a record, an account or an application of this id stands for, in the officer's institutions."""
    records = PersonnelRecord.objects.for_officer(officer, *kinds).select_related("institution", "opd")
    if record := records.filter(pk=person_id).first():
        return of_record(record)
    holders = Holder.objects.for_officer(officer, *kinds).select_related("institution", "account", "record__opd")
    if holder := holders.filter(pk=person_id).first():
        return _gathered(holder.institution, holder.record, holder, ())
    applications = Application.objects.for_officer(officer, *kinds).select_related("institution", "record__opd")
    if application := applications.filter(pk=person_id).first():
        return of_application(application)
    return None


def of_record(record: PersonnelRecord) -> Person:
    return _gathered(record.institution, record, None, ())


def of_application(application: Application) -> Person:
    return _gathered(application.institution, _record_of(application), None, (application,))


def _record_of(application: Application) -> PersonnelRecord | None:
    """By the record it began with, else by the proven mailbox: a number may be typed by anybody."""
    if application.record:
        return application.record
    records = PersonnelRecord.objects.select_related("opd", "institution")
    return records.filter(institution_id=application.institution_id, mailbox=application.mailbox).first()


def _gathered(
    institution: Institution, record: PersonnelRecord | None, holder: Holder | None, known: Iterable[Application]
) -> Person:
    person = Person(institution, record, holder, list(known))
    person.holder = holder or _holder_of(person)
    rows = Application.objects.filter(institution=institution).select_related("institution", "claimed_by", "record")
    same = Q(mailbox__in=person.mailboxes)
    if record:
        same |= Q(record=record)
    person.applications = list(rows.filter(same).order_by("-created_at", "-pk")[:MOST]) or list(known)
    person.alike = _alike(person)
    return person


def _holder_of(person: Person) -> Holder | None:
    holders = Holder.objects.filter(institution=person.institution).select_related("institution", "account", "record")
    if person.record:
        return holders.filter(record=person.record).first()
    holders = holders.filter(record=None)
    # Two looks: one "or" over two tables would walk both of them whole.
    return holders.filter(mailbox=person.mailbox).first() or holders.filter(account__login=person.mailbox).first()


def _alike(person: Person) -> list[Application]:
    niks = {bytes(each.nik_index) for each in person.applications if each.nik_index}
    if person.holder and person.holder.nik_index:
        niks.add(bytes(person.holder.nik_index))
    numbers = {bytes(each.employee_number_index) for each in person.applications if each.employee_number_index}
    if person.record:
        numbers.add(bytes(person.record.employee_number_index))
    if not niks and not numbers:
        return []
    same = Q(nik_index__in=niks) | Q(employee_number_index__in=numbers)
    others = Application.objects.filter(same, institution=person.institution)
    return list(others.exclude(pk__in=[each.pk for each in person.applications]).order_by("-created_at")[:MOST])
