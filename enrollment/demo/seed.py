"""Fills an empty database with the cast, once: a second run finds everything in place."""

from django.db import transaction

from enrollment import actions, terms
from enrollment.demo import cast, problems
from enrollment.models import (
    Employment,
    Institution,
    KnownProblem,
    Opd,
    PersonnelRecord,
    Role,
    VerifierContact,
)
from tte_portal.models import Account

# The first two people of each registry stand at the door: an activation link is on its way to them.
INVITED = 2


@transaction.atomic
def institutions() -> list[Institution]:
    """The five institutions with agencies, contacts, known problems and registry."""
    return [_institution(place) for place in cast.PLACES]


def _institution(place: cast.Place) -> Institution:
    institution, fresh = Institution.objects.get_or_create(
        slug=place.slug,
        defaults={
            "name": place.name,
            "short_name": place.short_name,
            "procedure_slug": place.slug,
            "mailbox_domains": list(place.domains),
            "organization": place.name[:64],
            "province": place.province,
            "helpdesk_email": f"bantuan@{place.domains[0]}",
            "time_zone": place.time_zone,
        },
    )
    if fresh:
        for code, name in cast.OPDS:
            Opd.objects.create(institution=institution, code=code, name=name)
        for position, (name, role, phone) in enumerate(cast.CONTACTS):
            VerifierContact.objects.create(
                institution=institution, position=position, name=name, role=role, phone=phone
            )
        for position, (question, answer) in enumerate(problems.of(terms.in_force(institution))):
            KnownProblem.objects.create(institution=institution, position=position, question=question, answer=answer)
        _registry(institution, place)
    return institution


def _registry(institution: Institution, place: cast.Place) -> None:
    opds = list(Opd.objects.filter(institution=institution))
    base = 100 * (1 + [each.slug for each in cast.PLACES].index(place.slug))
    for number, person in enumerate(cast.PEOPLE):
        PersonnelRecord.objects.create(
            institution=institution,
            opd=opds[number % len(opds)],
            employee_number=person.nip(base + number, employment(place, number)),
            name=person.name,
            front_title=person.front_title,
            back_title=person.back_title,
            unit=person.unit,
            position=person.position,
            rank=person.rank,
            province=place.province,
            mailbox=mailbox(place, number),
            employment=employment(place, number),
        )


def employment(place: cast.Place, number: int) -> Employment:
    """Where mailboxes tell PNS from PPPK by their domain, every third person is PPPK."""
    return Employment.PPPK if len(place.domains) > 1 and number % 3 == 2 else Employment.PNS


def mailbox(place: cast.Place, number: int) -> str:
    return f"{cast.PEOPLE[number].login()}@{place.domains[employment(place, number) == Employment.PPPK]}"


def people(institution: Institution) -> list[dict[str, str]]:
    """The institution's sample people, with the numbers to type into the wizard."""
    base = 100 * (1 + [each.slug for each in cast.PLACES].index(institution.slug))
    place = next(each for each in cast.PLACES if each.slug == institution.slug)
    return [
        {
            "institution": institution.slug,
            "name": person.name,
            "nik": person.nik(base + number),
            "nip": person.nip(base + number, employment(place, number)),
            "mailbox": mailbox(place, number),
            "phone": f"0800 1000 {base + number:04}",
        }
        for number, person in enumerate(cast.PEOPLE)
    ]


def officer(institution: Institution, kind: Role.Kind, password: str) -> tuple[Account, bool]:
    """One officer of each role; returns the account and whether it was made now."""
    login = f"{kind.value}.{institution.slug}"
    account = Account.objects.filter(login=login).first()
    if account is not None:
        return account, False
    account = Account.objects.create_user(
        login, password, name=f"{kind.label} {institution.short_name}", is_staff=True,
        mailbox=f"{kind.value}@{institution.mailbox_domains[0]}",
    )  # fmt: skip
    opd = Opd.objects.filter(institution=institution).first() if kind == Role.Kind.OPD_OPERATOR else None
    Role.objects.create(account=account, institution=institution, kind=kind, opd=opd)
    return account, True


def invite_some(institution: Institution) -> None:
    """Where people are invited, send the first of them their activation mail, unless applications exist already."""
    if terms.in_force(institution).way_in.kind == "invitation" and not institution.applications.exists():
        for record in institution.personnel.order_by("imported_at", "name")[:INVITED]:
            actions.invite(record, by=None)
